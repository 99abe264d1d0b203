// Which flags each verb takes, and what stands behind them.
import type { Verb } from './command.ts';
import { type CommandToken, isMention } from './command-text.ts';

/** `nothing`: it is there or not. `word`: one word, or a text in quotes. `text`: everything up to the next flag. */
type Takes = 'nothing' | 'word' | 'text';

const GROUNDS = { reason: 'text', ticket: 'word' } as const;
const CHANGE = { ...GROUNDS, host: 'word' } as const;
const OUTPUT = { output: 'word' } as const;

/** Only verbs that take flags; the others take none. */
const FLAGS: Partial<Record<Verb, Record<string, Takes>>> = {
  plan: CHANGE,
  enable: CHANGE,
  repair: CHANGE,
  revert: GROUNDS,
  trial: { vm: 'word', from: 'word', to: 'word', return: 'nothing', ...GROUNDS },
  test: OUTPUT,
  show: OUTPUT,
  approve: { comment: 'text' },
  reject: { reason: 'text' },
  abort: { 'put-back': 'nothing' },
  freeze: { reason: 'text', until: 'word', for: 'word' },
  policy: { on: 'word' },
  alarm: { for: 'word' },
};

/** One letter instead of the name, as kubectl has it. */
const SHORT: Record<string, string> = { o: 'output' };

/** What may stand behind a flag that takes a word. */
const EXAMPLES: Record<string, string> = {
  ticket: 'CHG-1234',
  host: 'esx01',
  output: 'json',
  vm: 'web-01',
  from: 'esx01',
  to: 'esx02',
  until: '2026-11-23T06:00',
  for: '4h',
  on: 'esx01',
};

/** The flag with a value such as it takes. Only for flags that take a word. */
export function exampleOf(flag: string): string {
  const value = EXAMPLES[flag];
  if (value === undefined) throw new Error(`--${flag} has no example`);
  return `--${flag} ${value}`;
}

/** Longer than any name or ticket. */
const WORD_CHARS_MAX = 255;

/** The flags that a verb takes, without dashes. */
export function flagsOf(verb: Verb): string[] {
  return Object.keys(FLAGS[verb] ?? {});
}

export type ReadFlags = {
  /** What is no flag and no flag's value, without mentions. */
  words: string[];
  /** By the flag's name; a flag that takes nothing has ''. A flag without its value is not in here. */
  values: Record<string, string>;
  /** The first flag that the verb does not take. */
  unknown?: string | undefined;
  /** A flag that was given twice with different values. */
  twice?: string | undefined;
  /** The first flag that takes a word and has none behind it. */
  empty?: string | undefined;
};

/** What follows the verb, taken apart. */
export function readFlags(verb: Verb, tokens: readonly CommandToken[]): ReadFlags {
  const read: ReadFlags = { words: [], values: {} };
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) continue;
    if (token.kind === 'word') {
      if (!isMention(token) && token.text !== '') read.words.push(token.text);
      continue;
    }
    const name = SHORT[token.name] ?? token.name;
    const flags = FLAGS[verb] ?? {};
    const takes = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (takes === undefined) read.unknown ??= token.name;
    else if (takes === 'nothing') {
      if (!/^(no|false|0)$/i.test(token.value ?? '')) setValue(read, name, '');
    } else {
      const value = takes === 'word' ? readWord(tokens, index) : readText(tokens, index);
      index += value.used;
      const said = value.text.trim().slice(0, takes === 'word' ? WORD_CHARS_MAX : undefined);
      if (said !== '') setValue(read, name, said);
      else if (takes === 'word') read.empty ??= name;
    }
  }
  return read;
}

/** The verb with its words and flags again, each value in quotes where it needs them. */
export function flagsText({ values }: Pick<ReadFlags, 'values'>): string[] {
  return Object.entries(values).map(([name, value]) =>
    value === '' ? `--${name}` : `--${name} ${quotedValue(value)}`,
  );
}

/** A value as it can be typed. */
export function quotedValue(value: string): string {
  return /^\w[\w.-]*\w$/.test(value) ? value : `"${value.replaceAll('"', '')}"`;
}

function setValue(read: ReadFlags, name: string, value: string): void {
  if (read.values[name] !== undefined && read.values[name] !== value) read.twice ??= name;
  read.values[name] = value;
}

/** `used`: how many of the following tokens belong to the value. */
type Value = { text: string; used: number };

function readWord(tokens: readonly CommandToken[], at: number): Value {
  const token = tokens[at];
  if (token?.kind === 'flag' && token.value !== undefined) return { text: token.value, used: 0 };
  const next = tokens[at + 1];
  // A person or a channel is no host, no ticket and no moment, unless somebody insists.
  const isValue = next?.kind === 'word' && (next.isQuoted || !isMention(next));
  return isValue ? { text: next.text, used: 1 } : { text: '', used: 0 };
}

/** A text in quotes ends with them; without quotes it ends before the next flag. */
function readText(tokens: readonly CommandToken[], at: number): Value {
  const token = tokens[at];
  const own = token?.kind === 'flag' ? token.value : undefined;
  if (own !== undefined && token?.isQuoted === true) return { text: own, used: 0 };
  const first = tokens[at + 1];
  if (own === undefined && first?.isQuoted === true && first.kind === 'word') return { text: first.raw, used: 1 };
  const rest = tokens.slice(at + 1);
  const end = rest.findIndex((one) => one.kind === 'flag' && one.hasDashes);
  const said = end < 0 ? rest : rest.slice(0, end);
  return { text: [own ?? '', ...said.map((one) => one.raw)].join(' '), used: said.length };
}
