// Block Kit's blocks, with the limits that Slack publishes. The newer ones are rolled out by and by: see NEW_TYPES.
import { z } from 'zod';
import {
  accessory,
  actionElement,
  button,
  contextAction,
  contextElement,
  imageElement,
  imageSource,
  inputElement,
  withOneSource,
} from './elements.ts';
import { richText } from './rich-text.ts';
import { anyText, blockId, mrkdwn, plainText } from './texts.ts';

const base = { block_id: blockId };

const header = z.strictObject({ type: z.literal('header'), ...base, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), ...base });
const actions = z.strictObject({
  type: z.literal('actions'),
  ...base,
  elements: z.array(actionElement).min(1).max(25),
});
const context = z.strictObject({
  type: z.literal('context'),
  ...base,
  elements: z.array(contextElement).min(1).max(10),
});
const image = withOneSource(
  z.strictObject({
    type: z.literal('image'),
    ...base,
    ...imageSource,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
  }),
);
const section = z
  .strictObject({
    type: z.literal('section'),
    ...base,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((one) => one.text !== undefined || one.fields !== undefined, 'must have text or fields');
const input = z.strictObject({
  type: z.literal('input'),
  ...base,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
const markdown = z.strictObject({ type: z.literal('markdown'), ...base, text: z.string().min(1).max(12_000) });

const rawText = z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) });
const rawNumber = z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) });
const cell = z.discriminatedUnion('type', [rawText, rawNumber, richText]);
const hasOneWidth = ({ rows }: { rows: unknown[][] }) => new Set(rows.map((row) => row.length)).size <= 1;
const ONE_WIDTH = 'all rows must have the same number of cells';

const table = z
  .strictObject({
    type: z.literal('table'),
    ...base,
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z
      .array(
        z
          .strictObject({
            align: z.enum(['left', 'center', 'right']).optional(),
            is_wrapped: z.boolean().optional(),
          })
          .nullable(),
      )
      .max(20)
      .optional(),
  })
  .refine(hasOneWidth, ONE_WIDTH);
const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    ...base,
    caption: z.string().min(1),
    rows: z.array(z.array(cell).min(1).max(20)).min(2).max(101),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  })
  .refine(hasOneWidth, ONE_WIDTH)
  .refine(({ rows }) => rows[0]?.every((one) => one.type !== 'rich_text') ?? true, 'a header cell must be raw');

const alert = z.strictObject({
  type: z.literal('alert'),
  ...base,
  text: anyText(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});
const card = z
  .strictObject({
    type: z.literal('card'),
    ...base,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: mrkdwn(150).optional(),
    subtitle: mrkdwn(150).optional(),
    body: mrkdwn(200).optional(),
    actions: z.array(button).min(1).max(25).optional(),
  })
  .refine(
    (one) => [one.hero_image, one.title, one.actions, one.body].some((part) => part !== undefined),
    'must have a hero_image, title, actions or body',
  );
const carousel = z.strictObject({
  type: z.literal('carousel'),
  ...base,
  elements: z.array(card).min(1).max(10),
});
const container = z
  .strictObject({
    type: z.literal('container'),
    ...base,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z
      .array(z.discriminatedUnion('type', [actions, context, divider, header, image, input, richText, section, table]))
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: imageElement.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((one) => one.title !== undefined || one.rich_text_title !== undefined, 'must have a title')
  .refine((one) => one.default_collapsed !== true || one.is_collapsible === true, 'is_collapsible must be true');
const source = z.strictObject({ type: z.literal('url'), url: z.url(), text: z.string().min(1) });
const taskCard = z.strictObject({
  type: z.literal('task_card'),
  ...base,
  task_id: z.string().min(1).max(255),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(source).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
});
const plan = z.strictObject({
  type: z.literal('plan'),
  ...base,
  title: z.string().min(1),
  tasks: z.array(taskCard).max(50).optional(),
});
const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  ...base,
  elements: z.array(contextAction).min(1).max(5),
});

const classic = [header, section, context, actions, divider, image, input, richText] as const;

/** What a message may hold. */
export const messageBlock = z.discriminatedUnion('type', [
  ...classic,
  markdown,
  table,
  dataTable,
  alert,
  card,
  carousel,
  container,
  taskCard,
  plan,
  contextActions,
]);

/** What a modal or the Home tab may hold. Slack says of the newer blocks only that messages take them. */
export const viewBlock = z.discriminatedUnion('type', [...classic]);

/** Blocks that workspaces and clients without them refuse as invalid_blocks. */
export const NEW_TYPES = ['alert', 'card', 'carousel', 'container', 'plan', 'task_card', 'data_table'];
