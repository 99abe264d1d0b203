// A message as text for a terminal: what the page shows, without colours.
import { LAB_BOT, LAB_CHANNELS, LAB_USERS } from './people.ts';

type TextObject = { type: string; text: string };
type LooseBlock = {
  type: string;
  text?: TextObject;
  fields?: TextObject[];
  elements?: { type: string; text?: TextObject | string; alt_text?: string }[];
  alt_text?: string;
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

function elementText(element: { type: string; text?: TextObject | string; alt_text?: string }): string {
  if (typeof element.text === 'string') return element.type === 'mrkdwn' ? toPlain(element.text) : element.text;
  if (element.text !== undefined) return textOf(element.text);
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
  if (target.startsWith('!')) return `@${label ?? target.slice(1)}`;
  return label ?? target;
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
