// What was typed after /vmotion, cut into words and flags. Phones, mail programs and Slack change dashes, quotes and
// spaces on the way; here they become what the person meant.

/** `raw`: the text as it stood, for free text. `name` of a flag is lower-case and without dashes. `isQuoted`: the word,
 * or the flag's value, was in quotes. */
export type CommandToken =
  | { kind: 'word'; raw: string; text: string; isQuoted: boolean }
  | { kind: 'flag'; raw: string; name: string; value: string | undefined; hasDashes: boolean; isQuoted: boolean };

const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g;
const DOUBLE_QUOTES = /[\u201C-\u201F\u00AB\u00BB\u2033\uFF02]/g;
const SINGLE_QUOTES = /[\u2018-\u201B\u2032\uFF07]/g;
const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF\u00AD]/g;
const SPACES = /[\s\p{Cc}]+/gu;

const TOKEN = new RegExp(
  [
    /-+([a-z][\w-]*)(?:=(?:"([^"]*)"?|(\S*)))?(?=\s|$)/, // --flag, -flag, --flag=value
    /([a-z][\w-]*)=(?:"([^"]*)"?|(\S+))/, // key=value
    /"([^"]*)"?/,
    /'([^']*)'(?=\s|$)/,
    /(\S+)/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'gi',
);

/** Words and flags in their order. A leading "/vmotion" is dropped: people paste whole commands. */
export function toCommandTokens(typed: string): CommandToken[] {
  const line = typed
    .replaceAll(INVISIBLE, '')
    .replaceAll(SPACES, ' ')
    .replaceAll(DOUBLE_QUOTES, '"')
    .replaceAll(SINGLE_QUOTES, "'")
    .replaceAll(DASHES, '-')
    .trim()
    .replace(/^\/vmotion(?=\s|$)/i, '');
  return [...line.matchAll(TOKEN)].map(toToken);
}

/** A person, group or channel that Slack or the typist put into the line. */
export function isMention(token: CommandToken): boolean {
  return /^(<[@!#][^>]*>|@[\w.-]+)$/.test(token.raw);
}

function toToken(match: RegExpMatchArray): CommandToken {
  const [raw, dashed, dashedQuoted, dashedPlain, key, keyQuoted, keyPlain, quoted, singleQuoted, plain] = match;
  if (dashed !== undefined) {
    const value = dashedQuoted ?? dashedPlain;
    return {
      kind: 'flag',
      raw,
      name: dashed.toLowerCase(),
      value,
      hasDashes: true,
      isQuoted: dashedQuoted !== undefined,
    };
  }
  if (key !== undefined) {
    const value = keyQuoted ?? keyPlain;
    return { kind: 'flag', raw, name: key.toLowerCase(), value, hasDashes: false, isQuoted: keyQuoted !== undefined };
  }
  const text = quoted ?? singleQuoted;
  return text === undefined
    ? { kind: 'word', raw, text: bare(plain ?? ''), isQuoted: false }
    : { kind: 'word', raw: text, text: text.trim(), isQuoted: true };
}

/** Without the marks of formatted text around it and the full stop of a sentence behind it. */
function bare(word: string): string {
  return word.replace(/^[`*]+/, '').replace(/[`*.,;:!?]+$/, '');
}
