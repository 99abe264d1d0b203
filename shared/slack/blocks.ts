// The classic blocks, each always within Slack's limits. `rich` kinds are not used: old clients refuse them.
import type { Button, ConfirmationDialog, KnownBlock } from '@slack/types';
import { escapeMrkdwn, toOneLine } from './escape-mrkdwn.ts';
import { countFitting, cutMrkdwn, cutPlain, fitLines } from './fit.ts';
import { LIMITS } from './limits.ts';

// Room for the fences and their newlines.
const FENCE_CHARS = 8;

/** A heading in plain text. */
export function header(text: string): KnownBlock {
  return { type: 'header', text: plain(text, LIMITS.headerChars) };
}

/** A paragraph of mrkdwn. Outside text in it must be escaped already. */
export function section(text: string): KnownBlock {
  return { type: 'section', text: mrkdwn(text, LIMITS.sectionChars) };
}

/** How much of a list is shown. `more` says in words that lines were left out, given how many. `lineCharsMax`: longer lines
 * are cut; 400 where absent. */
export type ListRoom = {
  charsMax?: number;
  blocksMax?: number;
  lineCharsMax?: number;
  more: (left: number) => string;
};

/** A list's share of one message, so that several lists fit beside each other. */
const LIST_CHARS = 1500;

/** Lines of mrkdwn, as many as there is room for, with a last line about those that are left out. */
export function lines(all: string[], more: (left: number) => string): KnownBlock {
  const cut = all.map((line) => cutMrkdwn(line, 600));
  return section(fitLines(cut, { charsMax: LIST_CHARS, more }));
}

/** As `lines`, in as many sections as they need, `blocksMax` at most. */
export function linePages(all: string[], room: ListRoom): KnownBlock[] {
  const cut = all.map((line) => cutMrkdwn(line, 600));
  return toPages(cut, { ...room, charsMax: room.charsMax ?? LIST_CHARS }).map(section);
}

/** Raw text in monospace as it stands, under an optional mrkdwn title. Escaped here. */
export function preformatted(title: string | undefined, all: string[], room: ListRoom): KnownBlock[] {
  const head = title === undefined ? '' : `${cutMrkdwn(title, 400)}\n`;
  const charsMax = (room.charsMax ?? LIST_CHARS) - head.length - FENCE_CHARS;
  const escaped = all.map((line) => cutMrkdwn(escapeMrkdwn(line).replaceAll('`', "'"), room.lineCharsMax ?? 400));
  const bodies = toPages(escaped, { ...room, charsMax });
  return bodies.map((body, index) => section(`${index === 0 ? head : ''}\`\`\`\n${body}\n\`\`\``));
}

function toPages(all: string[], room: ListRoom & { charsMax: number }): string[] {
  const pages: string[] = [];
  let rest = all;
  for (let page = 1; page < (room.blocksMax ?? 1); page += 1) {
    const count = countFitting(rest, room.charsMax);
    if (count === rest.length) break;
    pages.push(rest.slice(0, count).join('\n'));
    rest = rest.slice(count);
  }
  return [...pages, fitLines(rest, room)];
}

/** Short facts in two columns: a name in bold over its value. At most ten. */
export function fields(pairs: [name: string, value: string][]): KnownBlock {
  const shown = pairs.slice(0, LIMITS.fields);
  const toField = ([name, value]: [string, string]) => mrkdwn(`*${name}*\n${value}`, LIMITS.fieldChars);
  return { type: 'section', fields: shown.map(toField) };
}

/** Small print. */
export function context(texts: string[]): KnownBlock {
  const shown = texts.slice(0, LIMITS.contextElements);
  return { type: 'context', elements: shown.map((text) => mrkdwn(text, LIMITS.contextChars)) };
}

/** A line across. */
export function divider(): KnownBlock {
  return { type: 'divider' };
}

/** A row of buttons. `blockId` names what they are about. */
export function actions(blockId: string, buttons: Button[]): KnownBlock {
  return {
    type: 'actions',
    block_id: cutPlain(blockId, LIMITS.actionIdChars),
    elements: buttons.slice(0, LIMITS.actions),
  };
}

export type ButtonSpec = {
  actionId: string;
  label: string;
  value: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
};

/** A button. A value that does not fit is a bug, not a thing to cut: it would name another job. */
export function button(spec: ButtonSpec): Button {
  if (spec.value.length > LIMITS.buttonValueChars) throw new Error(`button value of ${spec.value.length} characters`);
  return {
    type: 'button',
    action_id: cutPlain(spec.actionId, LIMITS.actionIdChars),
    text: plain(spec.label, LIMITS.buttonChars),
    value: spec.value,
    ...(spec.style === undefined ? {} : { style: spec.style }),
    ...(spec.confirm === undefined ? {} : { confirm: spec.confirm }),
  };
}

/** What a person reads once more before a click counts. */
export function confirmation(ask: { title: string; text: string; yes: string; no: string }): ConfirmationDialog {
  return {
    title: plain(ask.title, LIMITS.confirmTitleChars),
    text: plain(ask.text, LIMITS.confirmTextChars),
    confirm: plain(ask.yes, LIMITS.confirmButtonChars),
    deny: plain(ask.no, LIMITS.confirmButtonChars),
  };
}

/** Only what stands in it as a link or a mention is one: by itself Slack would make one of each address and channel's name
 * that somebody else's text has. https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function mrkdwn(text: string, charsMax: number): { type: 'mrkdwn'; text: string; verbatim: true } {
  return { type: 'mrkdwn', text: cutMrkdwn(text, charsMax), verbatim: true };
}

function plain(text: string, charsMax: number): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text: cutPlain(toOneLine(text), charsMax), emoji: false };
}
