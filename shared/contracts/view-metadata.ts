// What the product writes into a modal to know it again: private_metadata, 3,000 characters at most.
import { z } from 'zod';

/** `channel`: where the command was typed, or the button pressed. */
export type ViewMetadata = {
  channel: string;
  jobId?: string | undefined;
  digest?: string | undefined;
  cluster?: string | undefined;
};

const metadataSchema = z.lazy(() =>
  z.object({
    channel: z.string().max(64),
    jobId: z.string().max(64).optional(),
    digest: z.string().max(64).optional(),
    cluster: z.string().max(200).optional(),
  }),
);

/** The text for `private_metadata`, of which Slack keeps 3,000 characters; `parseMetadata` reads it. */
export function toMetadata(metadata: ViewMetadata): string {
  return JSON.stringify(metadata);
}

/** Undefined where it is none of ours. */
export function parseMetadata(text: string): ViewMetadata | undefined {
  try {
    const parsed = metadataSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
