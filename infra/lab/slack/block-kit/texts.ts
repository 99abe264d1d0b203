// Block Kit's composition objects, with the limits that Slack publishes.
import { z } from 'zod';

export const plainText = (charsMax: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(charsMax),
    emoji: z.boolean().optional(),
  });

export const mrkdwn = (charsMax: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(charsMax),
    verbatim: z.boolean().optional(),
  });

export const anyText = (charsMax: number) => z.discriminatedUnion('type', [plainText(charsMax), mrkdwn(charsMax)]);

export const blockId = z.string().min(1).max(255).optional();
export const actionId = z.string().min(1).max(255).optional();

export const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

const option = (text: z.ZodType) =>
  z.strictObject({
    text,
    value: z.string().min(1).max(150),
    description: plainText(75).optional(),
    url: z.url().max(3000).optional(),
  });

/** An option of a menu. */
export const plainOption = option(plainText(75));
/** An option of radio buttons or checkboxes, which may have marks in its text. */
export const markedOption = option(anyText(75));

export const optionGroup = z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) });

/** An image of Slack's own: by id or by URL, never both. */
export const slackFile = z.union([
  z.strictObject({ id: z.string().min(1) }),
  z.strictObject({ url: z.string().min(1).max(3000) }),
]);
