// Slack refuses a message for one text that is too long, and says where. So does this, from Slack's published limits.
import { z } from 'zod';

const plainText = (charsMax: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(charsMax),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (charsMax: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(charsMax),
    verbatim: z.boolean().optional(),
  });

const anyText = (charsMax: number) => z.discriminatedUnion('type', [plainText(charsMax), mrkdwn(charsMax)]);

const blockId = z.string().max(255).optional();

const confirm = z.strictObject({
  title: plainText(100),
  text: plainText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255).optional(),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const image = z.strictObject({
  type: z.literal('image'),
  image_url: z.url().max(3000),
  alt_text: z.string().min(1).max(2000),
  title: plainText(2000).optional(),
  block_id: blockId,
});

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: z.union([button, image]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, 'must have text or fields');

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150) }),
  section,
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z
      .array(z.union([plainText(3000), mrkdwn(3000), image]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(button).min(1).max(25) }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  image,
]);

const blocks = z
  .array(block)
  .max(50)
  .refine((all) => areUnique(all.flatMap((one) => one.block_id ?? [])), 'block_id must be unique in a message')
  .refine((all) => all.every(hasUniqueActionIds), 'action_id must be unique in a block');

// Found by those who ran into it, not documented: texts of all blocks together.
const TEXT_CHARS_MAX = 12_000;

/** Whether all texts together are more than Slack takes in one posted message ("msg_blocks_too_long"). */
export function areBlocksTooLong(value: unknown): boolean {
  return textLength(value) > TEXT_CHARS_MAX;
}

function textLength(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
}

/** Empty when Slack would take these blocks; otherwise what is wrong, each with a JSON pointer, as Slack says it. */
export function validateBlocks(value: unknown): string[] {
  const parsed = blocks.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues
    .slice(0, 10)
    .map((issue) => `[ERROR] ${issue.message} [json-pointer:/blocks/${issue.path.join('/')}]`);
}

function hasUniqueActionIds(one: z.infer<typeof block>): boolean {
  return one.type !== 'actions' || areUnique(one.elements.flatMap((element) => element.action_id ?? []));
}

function areUnique(ids: string[]): boolean {
  return new Set(ids).size === ids.length;
}
