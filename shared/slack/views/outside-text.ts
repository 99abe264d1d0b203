import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';

/** A sentence from elsewhere in the product, which may name people and channels by id. Everything else is escaped. */
export function outsideText(text: string): string {
  return escapeMrkdwn(text).replace(/&lt;(@[UW]|#[CG])([A-Z0-9]{2,30})(?:\|[^&|]*)?&gt;/g, '<$1$2>');
}

/** What to do about something; a command at its end, or alone, stands in monospace to be copied. */
export function remedyText(remedy: string): string {
  const [, sentence = '', command] = /^((?:[\s\S]*: )?)(\/vmotion [^\n]*)$/.exec(cutPlain(remedy, 600)) ?? [];
  return command === undefined ? outsideText(cutPlain(remedy, 600)) : `${outsideText(sentence)}${code(command)}`;
}
