// Slack refuses a message for one text that is too long, and says where. So does this, from Slack's published limits.
import { z } from 'zod';
import { messageBlock, NEW_TYPES, viewBlock } from './block-kit/blocks.ts';
import { flatBlocks, placedElements } from './block-kit/walk.ts';

/** Which of the newer blocks a workspace does not know yet. */
export type OldClients = { oldClients: boolean; noTables: boolean };

const UNIQUE_BLOCKS = 'block_id must be unique';
const UNIQUE_ACTIONS = 'action_id must be unique in a block';

const asMessage = withUniqueIds(z.array(messageBlock).max(50))
  .refine((all) => countOf(all, 'table') <= 1, 'only one table is allowed in a message')
  .refine((all) => cellChars(all) <= TABLE_CHARS_MAX, 'a table holds 10,000 characters at most')
  .refine((all) => markdownChars(all) <= MARKDOWN_CHARS_MAX, 'markdown blocks hold 12,000 characters in all');
const asView = withUniqueIds(z.array(viewBlock).max(100));

// Found by those who ran into them, not documented: texts of all blocks together, and of all cells of a table.
const TEXT_CHARS_MAX = 12_000;
const TABLE_CHARS_MAX = 10_000;
const MARKDOWN_CHARS_MAX = 12_000;

/** Whether all texts together are more than Slack takes in one posted message ("msg_blocks_too_long"). */
export function areBlocksTooLong(value: unknown): boolean {
  return textLength(value) > TEXT_CHARS_MAX;
}

/** Empty when Slack would take these blocks in a message; otherwise what is wrong, each with a JSON pointer, as Slack
 * says it. */
export function validateBlocks(value: unknown, old?: OldClients): string[] {
  const parsed = asMessage.safeParse(value);
  if (!parsed.success) return toMessages(parsed.error, '/blocks');
  return old === undefined ? [] : unknownTypes(parsed.data, old);
}

/** As validateBlocks, for the blocks of a modal or of the Home tab: 100 of them, and none of the newer types. */
export function validateViewBlocks(value: unknown): string[] {
  const parsed = asView.safeParse(value);
  return parsed.success ? [] : toMessages(parsed.error, '/view/blocks');
}

/** Slack's way to say what is wrong with an argument. */
export function toMessages(error: z.ZodError, at: string): string[] {
  return error.issues
    .slice(0, 10)
    .map((issue) => `[ERROR] ${issue.message} [json-pointer:${[at, ...issue.path.map(String)].join('/')}]`);
}

function withUniqueIds<T extends { type: string }>(list: z.ZodType<T[]>): z.ZodType<T[]> {
  return list
    .refine((all) => areUnique(flatBlocks(all).flatMap(({ block }) => block.block_id ?? [])), UNIQUE_BLOCKS)
    .refine((all) => areUnique(actionKeys(all)), UNIQUE_ACTIONS);
}

function actionKeys(blocks: unknown[]): string[] {
  return placedElements(blocks).flatMap(({ blockId, element }) =>
    element.action_id === undefined ? [] : `${blockId}\n${element.action_id}`,
  );
}

function unknownTypes(blocks: unknown[], old: OldClients): string[] {
  const unknown = [...(old.oldClients ? NEW_TYPES : []), ...(old.noTables ? ['table'] : [])];
  return flatBlocks(blocks).flatMap(({ block }, index) =>
    unknown.includes(block.type) ? `[ERROR] unsupported type: ${block.type} [json-pointer:/blocks/${index}/type]` : [],
  );
}

function countOf(blocks: unknown[], type: string): number {
  return flatBlocks(blocks).filter(({ block }) => block.type === type).length;
}

function cellChars(blocks: unknown[]): number {
  const tables = flatBlocks(blocks).filter(({ block }) => block.type === 'table' || block.type === 'data_table');
  return Math.max(0, ...tables.map(({ block }) => textLength(block['rows'])));
}

function markdownChars(blocks: unknown[]): number {
  const markdown = flatBlocks(blocks).filter(({ block }) => block.type === 'markdown');
  return markdown.reduce((sum, { block }) => sum + textLength(block), 0);
}

function textLength(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
}

function areUnique(ids: string[]): boolean {
  return new Set(ids).size === ids.length;
}
