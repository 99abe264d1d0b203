// Blocks that tell more than the classic ones. Older workspaces and clients refuse some of them, so each has its classic
// counterpart, and a message is made of the one kind or the other.
import type { KnownBlock, PlanBlock, TaskCardBlock } from '@slack/types';
import type { MessageStyle } from '../app/report-show.ts';
import { type ListRoom, mrkdwn, preformatted, section } from './blocks.ts';
import { toOneLine } from './escape-mrkdwn.ts';
import { cutPlain, fitLines } from './fit.ts';
import { LIMITS } from './limits.ts';
import { alignRows } from './views/names.ts';

export type Level = 'info' | 'warning' | 'error' | 'success';

/** A paragraph of mrkdwn that must not be overlooked. The words say how grave it is; the level only colours it. */
export function callout(style: MessageStyle, level: Level, text: string): KnownBlock {
  if (style === 'classic') return section(text);
  return { type: 'alert', level, text: mrkdwn(text, LIMITS.sectionChars) };
}

/** Rows under a heading. `title` is mrkdwn, cells are raw. At most one of these stands in a message. */
export type Rows = { title: string; head: string[]; rows: string[][]; room: ListRoom };

/** As a table of Slack's, or aligned in monospace. Empty without rows. */
export function tableBlocks(style: MessageStyle, { title, head, rows, room }: Rows): KnownBlock[] {
  if (rows.length === 0) return [];
  if (style === 'classic') return preformatted(title, alignRows([head, ...rows]), room);
  const shown = rows.slice(0, countFitting(rows));
  const left = rows.length - shown.length;
  const last = left === 0 ? [] : [[room.more(left), ...head.slice(1).map(() => '')]];
  const cells = [head, ...shown, ...last].map((row) => row.slice(0, LIMITS.tableColumns).map(toCell));
  return [section(title), { type: 'table', rows: cells, column_settings: head.map(() => ({ is_wrapped: true })) }];
}

const CELL_CHARS = 160;
const TABLE_CHARS = 3000;
const TABLE_ROWS = 30;

function countFitting(rows: string[][]): number {
  let chars = 0;
  const end = rows.findIndex((row) => {
    chars += row.reduce((sum, cell) => sum + Math.min(cell.length, CELL_CHARS), 0);
    return chars > TABLE_CHARS;
  });
  return Math.min(end < 0 ? rows.length : Math.max(1, end), TABLE_ROWS);
}

// Slack takes no empty cell.
function toCell(text: string): { type: 'raw_text'; text: string } {
  return { type: 'raw_text', text: cutPlain(toOneLine(text), CELL_CHARS).trim() || '-' };
}

/** Raw lines in monospace under a mrkdwn title, of which nothing needs to be escaped. */
export function codeBlocks(style: MessageStyle, title: string, all: string[], room: ListRoom): KnownBlock[] {
  if (style === 'classic' || room.blocksMax !== undefined) return preformatted(title, all, room);
  const { more, charsMax = 1500 } = room;
  const text = fitLines(
    all.map((line) => cutPlain(toOneLine(line), 400)),
    { more, charsMax },
  );
  const element = { type: 'rich_text_preformatted' as const, elements: [{ type: 'text' as const, text: text || '-' }] };
  return [section(title), { type: 'rich_text', elements: [element] }];
}

export type Task = { id: string; title: string; detail: string; status: TaskCardBlock['status'] };

/** Steps of something under way. The titles say in words what the status shows as a sign. */
export function planBlock(title: string, tasks: Task[]): PlanBlock {
  return { type: 'plan', title: cutPlain(toOneLine(title), LIMITS.headerChars), tasks: tasks.map(toTask) };
}

function toTask({ id, title, detail, status }: Task): TaskCardBlock {
  const card = {
    type: 'task_card' as const,
    task_id: cutPlain(id, LIMITS.actionIdChars),
    title: cutPlain(toOneLine(title), LIMITS.headerChars),
    status,
  };
  const text = cutPlain(toOneLine(detail), 300).trim();
  if (text === '') return card;
  const details = { type: 'rich_text_section' as const, elements: [{ type: 'text' as const, text }] };
  return { ...card, details: { type: 'rich_text', elements: [details] } };
}
