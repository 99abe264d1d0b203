// Characters that reorder or hide what stands around them: a name must not be able to disguise the plan it stands in.
const INVISIBLE = /[\p{Cc}\p{Cf}]+/gu;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Outside text on one line, without control characters. Still to be escaped where mrkdwn is read. */
export function toOneLine(text: string): string {
  return text.replace(INVISIBLE, ' ').toWellFormed();
}

/** Outside text made safe to stand in mrkdwn: one line, and nothing in it can become a mention or a link, or put what
 * follows into monospace. */
export function escapeMrkdwn(text: string): string {
  const escaped = toOneLine(text).replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
  // In pairs around something they mark a command, as in our own sentences.
  return PAIRED.test(escaped) ? escaped : escaped.replaceAll('`', "'");
}

const PAIRED = /^[^`]*(?:`[^`]+`[^`]+)*(?:`[^`]+`)?$/;

/** A name or value in monospace. A backtick inside would end it, so it becomes an apostrophe. */
export function code(text: string): string {
  return `\`${escapeMrkdwn(text).replaceAll('`', "'")}\``;
}

/** A member or a user group by Slack id; anything else is shown as it is. */
export function mentionAny(id: string): string {
  return /^S[A-Z0-9]{2,30}$/.test(id) ? `<!subteam^${id}>` : mention(id);
}

/** A person by Slack id, shown by Slack under their own name; anything else is shown as it is. */
export function mention(user: string): string {
  return /^[UW][A-Z0-9]{2,30}$/.test(user) ? `<@${user}>` : code(user);
}
