// A secret that somebody says back, in every spelling that a person, or a program, could read it from.
import { expect } from 'vitest';
import { OpsError } from '../../shared/errors.ts';
import { escapeXml, parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';
import { writeXml } from './mutate-xml.ts';

export const bytesOf = (text: string) => Buffer.from(text, 'utf8');
/** How a text spells a secret: to be written into a document as it is. */
export const SPELLINGS: Record<string, (secret: string) => string> = {
  plain: escapeXml,
  'with all quotes escaped': (secret) => escapeXml(secret).replaceAll("'", '&apos;'),
  'in numbers of characters': (secret) => Array.from(secret, (char) => `&#${char.codePointAt(0)};`).join(''),
  'in CDATA': (secret) => `<![CDATA[${secret}]]>`,
  'in pieces of CDATA': (secret) => `${escapeXml(secret.slice(0, 3))}<![CDATA[${secret.slice(3)}]]>`,
  'around a comment': (secret) => `${escapeXml(secret.slice(0, 5))}<!-- x -->${escapeXml(secret.slice(5))}`,
  'as XML within XML': (secret) => escapeXml(escapeXml(secret)),
  'as JSON': (secret) => escapeXml(JSON.stringify(secret)),
  'in a URL': (secret) => escapeXml(`https://x/?q=${encodeURIComponent(secret)}`),
  'in a form': (secret) => escapeXml(new URLSearchParams({ q: secret }).toString()),
  'in base64': (secret) => bytesOf(secret).toString('base64'),
  'in base64 behind one letter': (secret) => bytesOf(`a${secret}`).toString('base64'),
  'in base64 with a user': (secret) => `Basic ${bytesOf(`svc@lab:${secret}!`).toString('base64')}`,
  'in base64 for URLs': (secret) => bytesOf(`ab${secret}`).toString('base64url'),
  'in hexadecimal digits': (secret) => bytesOf(secret).toString('hex'),
  'in other letters': (secret) => escapeXml(secret.toUpperCase()),
};

/** Fails where any of the secrets can be read back from what was said. */
export function expectNone(said: string, secrets: readonly string[]): void {
  const lower = said.toLowerCase();
  for (const secret of secrets) {
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      escapeXml(secret),
      encodeURIComponent(secret),
      new URLSearchParams({ q: secret }).toString().slice(2),
      bytesOf(secret).toString('hex'),
      // The middle of it: what stands around changes the letters at both ends.
      ...[0, 1, 2].map((before) =>
        bytesOf('x'.repeat(before) + secret)
          .toString('base64')
          .slice(4, -4),
      ),
    ];
    for (const form of forms)
      expect(lower.includes(form.toLowerCase()), `${form} in ${said.slice(0, 300)}`).toBe(false);
  }
}

/** All that a failure says, with its causes, or a value. */
export function textOf(value: unknown): string {
  if (value instanceof Error) {
    const more = value instanceof OpsError ? [value.remedy, value.fault ?? ''] : [];
    return [value.message, ...more, String(value.stack), textOf(value.cause)].join('\n');
  }
  return JSON.stringify(value) ?? '';
}

function elementsOf(root: XmlElement): XmlElement[] {
  return [root, ...root.children.flatMap(elementsOf)];
}

/** The document with a mark in one of its texts or attributes, to be replaced by what must not be said. */
export const MARK = 'here-it-goes';
export function withMark(document: string, part: number): string {
  const root = parseXml(document);
  const leaves = elementsOf(root).filter(({ children, name }) => children.length === 0 && name !== 'token');
  const leaf = leaves[Math.floor(part * leaves.length)];
  if (leaf === undefined) return document;
  leaf.text = (part * 10_000) % 2 < 1 ? MARK : `${leaf.text} ${MARK}`;
  return writeXml(root);
}
