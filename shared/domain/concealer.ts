// Secrets in text that somebody else wrote. Whoever knows a secret, the session its password and cookie, the Slack adapter
// its token, takes it out of what the other side says before anything else of the product sees that.

/** `learn`: from now on this is a secret. `conceal`: the text with every secret replaced, in any of the usual spellings. */
export type Concealer = {
  learn(secret: string): void;
  conceal(text: string): string;
  /** False only where no secret is in the text, however its signs are escaped. Quick, for large texts. */
  mayHold(text: string): boolean;
};

export const CONCEALED = '[secret]';

/** Shorter ones can't be told from other text: to take "lab" out of every name would do harm. vCenter's own policy and
 * every session or token is longer. */
const LENGTH_MIN = 8;

/** Takes secrets out of texts of others, in every form that it knows of them. What has fewer than 8 characters is not learnt:
 * it would be found everywhere. */
export function createConcealer(): Concealer {
  const forms = new Set<string>();
  const seeds = new Set<string>();
  let pattern: RegExp | undefined;
  let hint: RegExp | undefined;
  return {
    learn(secret) {
      if (secret.length < LENGTH_MIN || forms.has(secret)) return;
      for (const form of formsOf(secret)) forms.add(form);
      seeds.add(seedOf(secret));
      // The longest first: a part of a longer form would leave the rest of it.
      const longestFirst = [...forms].sort((a, b) => b.length - a.length);
      pattern = toPattern(longestFirst, 'gi');
      hint = toPattern([...seeds, ...longestFirst], 'i');
    },
    conceal: (text) => (pattern === undefined ? text : text.replace(pattern, CONCEALED)),
    mayHold: (text) => hint?.test(text) === true,
  };
}

/** Its longest part that no spelling escapes. */
const seedOf = (secret: string): string =>
  secret.split(/[^A-Za-z0-9]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');

const toPattern = (texts: readonly string[], flags: string) => new RegExp(texts.map(escapePattern).join('|'), flags);

/** As it is, and as XML, JSON, URLs, base64 and hexadecimal digits spell it; XML also within XML. */
function formsOf(secret: string): string[] {
  const forms = [secret, secret.replaceAll('"', ''), JSON.stringify(secret).slice(1, -1)];
  for (const quotes of [/[&<>]/g, /[&<>"]/g, /[&<>"']/g]) {
    const once = toXml(secret, quotes);
    forms.push(once, toXml(once, /&/g));
  }
  const url = encodeURIComponent(secret.toWellFormed());
  forms.push(url, url.replaceAll('%20', '+'), url.replace(/[!'()*]/g, toPercent), encodeURI(secret.toWellFormed()));
  const bytes = new TextEncoder().encode(secret);
  forms.push([...bytes].map(toHex).join(''));
  for (const form of toBase64(bytes)) forms.push(form, form.replaceAll('+', '-').replaceAll('/', '_'));
  return forms.filter((form) => form.length >= LENGTH_MIN);
}

const XML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

const toXml = (text: string, escaped: RegExp) => text.replace(escaped, (char) => XML[char] ?? char);
const toHex = (byte: number) => byte.toString(16).padStart(2, '0');
const toPercent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

/** What stands in base64 whatever stands before and after the secret: three bytes make four letters, so there are three
 * ways, each without the letters that its neighbours have a part in. */
function toBase64(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const letters = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes));
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    return letters.slice(first, last);
  });
}

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
