import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { dateText } from '../time-text.ts';

/** A sentence from elsewhere in the product, which may name people, user groups and channels by id, and moments as ISO
 * strings: these stand in the reader's own time zone then. Everything else is escaped. */
export function outsideText(text: string): string {
  return escapeMrkdwn(text)
    .replace(/&lt;(@[UW]|#[CG]|!subteam\^S)([A-Z0-9]{2,30})(?:\|[^&|]*)?&gt;/g, '<$1$2>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, (iso) =>
      Number.isNaN(Date.parse(iso)) ? iso : dateText(iso),
    );
}

/** What to do about something; a command at its end, or alone, stands in monospace to be copied. */
export function remedyText(remedy: string): string {
  const [, sentence = '', command] = /^((?:[\s\S]*: )?)(\/vmotion [^\n]*)$/.exec(cutPlain(remedy, 600)) ?? [];
  return command === undefined ? outsideText(cutPlain(remedy, 600)) : `${outsideText(sentence)}${code(command)}`;
}
