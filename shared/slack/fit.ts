// Slack refuses a whole message for one text that is a character too long, so every text is made to fit before it goes.

/** Cuts plain text to `charsMax` UTF-16 units, with an ellipsis, never through a surrogate pair. */
export function cutPlain(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Cuts mrkdwn to `charsMax`: as cutPlain, and never through an entity, a mention or a date. */
export function cutMrkdwn(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const cut = text
    .slice(0, charsMax - 2)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/<[^<>]*$/, '');
  // An odd number of backticks would leave the rest of the message in monospace.
  const isCodeOpen = (cut.split('`').length - 1) % 2 === 1;
  return isCodeOpen ? `${cut}…\`` : `${cut}…`;
}

/** How many of the lines fit when they are joined by newlines. */
export function countFitting(lines: string[], charsMax: number): number {
  let chars = -1;
  const index = lines.findIndex((line) => {
    chars += line.length + 1;
    return chars > charsMax;
  });
  return index < 0 ? lines.length : index;
}

/** As many of the lines as fit, joined; what is left out is said by `more`, given how many lines that is. */
export function fitLines(lines: string[], limit: { charsMax: number; more: (left: number) => string }): string {
  if (countFitting(lines, limit.charsMax) === lines.length) return lines.join('\n');
  // The sentence about the rest is longest when everything is left out.
  const kept = countFitting(lines, limit.charsMax - limit.more(lines.length).length - 1);
  return [...lines.slice(0, kept), limit.more(lines.length - kept)].join('\n');
}
