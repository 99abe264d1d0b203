// Modals and the Home tab, with the limits that Slack publishes.
import { z } from 'zod';
import { toMessages, validateViewBlocks } from '../validate-blocks.ts';
import { plainText } from './texts.ts';

const base = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).default(''),
  callback_id: z.string().max(255).default(''),
  external_id: z.string().max(255).default(''),
};

const modal = z.strictObject({
  type: z.literal('modal'),
  ...base,
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().default(false),
  notify_on_close: z.boolean().default(false),
  submit_disabled: z.boolean().optional(),
});
const home = z.strictObject({ type: z.literal('home'), ...base });

const viewSchema = z
  .discriminatedUnion('type', [modal, home])
  .refine(
    (view) => view.type === 'home' || view.submit !== undefined || !view.blocks.some(isInput),
    'a modal with inputs must have submit',
  );

export type ViewContent = z.infer<typeof viewSchema>;

const VIEW_BYTES_MAX = 250_000;

/** The view, or Slack's word for what is wrong with it and where. */
export function readView(
  value: unknown,
): { view: ViewContent } | { error: 'invalid_arguments' | 'view_too_large'; messages: string[] } {
  if (Buffer.byteLength(JSON.stringify(value) ?? '') > VIEW_BYTES_MAX) return { error: 'view_too_large', messages: [] };
  const parsed = viewSchema.safeParse(value);
  if (!parsed.success) return { error: 'invalid_arguments', messages: toMessages(parsed.error, '/view') };
  const messages = validateViewBlocks(parsed.data.blocks);
  return messages.length > 0 ? { error: 'invalid_arguments', messages } : { view: parsed.data };
}

function isInput(block: unknown): boolean {
  return typeof block === 'object' && block !== null && 'type' in block && block.type === 'input';
}
