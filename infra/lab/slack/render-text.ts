// A message as text for a terminal: what the page shows, without colours.
import { LAB_BOT, LAB_CHANNELS, LAB_GROUPS, LAB_USERS } from './people.ts';

type TextObject = { type: string; text: string };
type Cell = { type: string; text?: string; elements?: RichElement[] };
type RichElement = { type: string; elements?: (RichElement | RichPart)[] };
type RichPart = { type: string; text?: string; user_id?: string; usergroup_id?: string; url?: string };
type TaskCard = { title: string; status: string; details?: { elements: RichElement[] } };
type Element = { type: string; text?: TextObject | string; alt_text?: string; options?: { text: TextObject }[] };
type LooseBlock = {
  type: string;
  text?: TextObject;
  fields?: TextObject[];
  elements?: Element[];
  alt_text?: string;
  title?: string;
  tasks?: TaskCard[];
  rows?: Cell[][];
};

const RULE_CHARS = 60;

/** Readable lines. Blocks where there are any, otherwise the message's text. */
export function renderText(message: { text: string; blocks?: unknown[] | undefined }): string {
  const blocks = (message.blocks ?? []) as LooseBlock[];
  if (blocks.length === 0) return toPlain(message.text);
  return blocks.reduce((text, block) => `${text}${text === '' ? '' : gapBefore(block)}${renderBlock(block)}`, '');
}

// Small print and buttons belong to what stands above them.
function gapBefore({ type }: LooseBlock): string {
  return type === 'context' || type === 'actions' || type === 'divider' ? '\n' : '\n\n';
}

function renderBlock(block: LooseBlock): string {
  switch (block.type) {
    case 'header': {
      const text = block.text?.text ?? '';
      return `${text}\n${'='.repeat(Math.min(text.length, 100))}`;
    }
    case 'section':
      return [...(block.text === undefined ? [] : [textOf(block.text)]), ...fieldLines(block.fields ?? [])].join('\n');
    case 'context':
      return (block.elements ?? []).map((element) => indent(elementText(element))).join('\n');
    case 'actions':
      return (block.elements ?? []).map((element) => `[${elementText(element)}]`).join(' ');
    case 'divider':
      return '-'.repeat(RULE_CHARS);
    case 'image':
      return `[image: ${block.alt_text ?? ''}]`;
    case 'alert':
      return block.text === undefined ? '' : barred(textOf(block.text));
    case 'table':
      return tableText(block.rows ?? []);
    case 'plan':
      return [block.title ?? '', ...(block.tasks ?? []).map((task) => indent(taskText(task)))].join('\n');
    case 'rich_text':
      return richText(block.elements ?? []);
    default:
      return `[${block.type}]`;
  }
}

function fieldLines(fields: TextObject[]): string[] {
  const pairs = fields.map((field) => {
    const [name = '', ...value] = textOf(field).split('\n');
    return { name, value: value.join(' ') };
  });
  const width = Math.max(0, ...pairs.map(({ name }) => name.length));
  return pairs.map(({ name, value }) => `${name.padEnd(width)}  ${value}`.trimEnd());
}

/** As a callout stands out on the page. */
function barred(text: string): string {
  return text
    .split('\n')
    .map((line) => `! ${line}`)
    .join('\n');
}

// Wider cells would wrap; the last column may.
const COLUMN_CHARS = 48;

function tableText(rows: Cell[][]): string {
  const texts = rows.map((row) => row.map((cell) => cell.text ?? richText(cell.elements ?? [])));
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.min(COLUMN_CHARS, Math.max(...texts.map((row) => row[column]?.length ?? 0))),
  );
  return texts
    .map((row) => row.map((text, column) => (column < row.length - 1 ? text.padEnd(widths[column] ?? 0) : text)))
    .map((row) => `  ${row.join('  ')}`.trimEnd())
    .join('\n');
}

function taskText({ title, details }: TaskCard): string {
  const more = details === undefined ? '' : richText(details.elements);
  return more === '' ? title : `${title}: ${more}`;
}

function richText(elements: RichElement[]): string {
  return elements
    .map((element) => {
      const text = (element.elements ?? []).map(richPart).join('');
      return element.type === 'rich_text_preformatted' ? indent(text) : text;
    })
    .join('\n');
}

function richPart(part: RichElement | RichPart): string {
  if ('elements' in part) return richText([part]);
  const { text, user_id: user, usergroup_id: group, url }: RichPart = part;
  if (text !== undefined) return text;
  if (group !== undefined) return `@${groupName(group)}`;
  return user === undefined ? (url ?? '') : `@${nameOf(user)}`;
}

function elementText(element: Element): string {
  if (typeof element.text === 'string') return element.type === 'mrkdwn' ? toPlain(element.text) : element.text;
  if (element.text !== undefined) return textOf(element.text);
  if (element.options !== undefined) return element.options.map((option) => textOf(option.text)).join(' | ');
  return element.alt_text ?? '';
}

function textOf(text: TextObject): string {
  return text.type === 'mrkdwn' ? toPlain(text.text) : text.text;
}

/** mrkdwn as a reader sees it: marks gone, names and dates in place, preformatted parts as they stand. */
export function toPlain(mrkdwn: string): string {
  const parts = mrkdwn.split(/```\n?/);
  return parts
    .map((part, index) => (index % 2 === 1 ? indent(toPlainSpan(part.trimEnd(), false)) : toPlainSpan(part, true)))
    .join('')
    .trimEnd();
}

function toPlainSpan(text: string, hasMarks: boolean): string {
  const resolved = text.replace(/<([^<>]+)>/g, (_, inside: string) => resolve(inside));
  const unmarked = hasMarks ? stripMarks(resolved) : resolved;
  return unmarked.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

// Code spans are split off first: a star or an underscore inside one is text.
function stripMarks(text: string): string {
  return text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/(^|[\s(])([*_~])(\S(?:.*?\S)?)\2(?=$|[\s.,;:!?)])/gm, '$1$3'),
    )
    .join('');
}

function resolve(inside: string): string {
  const [target = '', label] = inside.split('|');
  if (target.startsWith('!date^')) return label ?? '';
  if (target.startsWith('@')) return `@${label ?? nameOf(target.slice(1))}`;
  if (target.startsWith('#'))
    return `#${label ?? LAB_CHANNELS.find((one) => one.id === target.slice(1))?.name ?? target.slice(1)}`;
  if (target.startsWith('!subteam^')) return `@${label?.replace(/^@/, '') ?? groupName(target.slice(9))}`;
  if (target.startsWith('!')) return `@${label ?? target.slice(1)}`;
  return label ?? target;
}

function groupName(group: string): string {
  return LAB_GROUPS.find((one) => one.id === group)?.handle ?? group;
}

function nameOf(user: string): string {
  return [...LAB_USERS, LAB_BOT].find((one) => one.id === user)?.name ?? user;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
