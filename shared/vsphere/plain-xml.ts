// The quick way through documents as vCenters write them: elements, attributes in double quotes, text, the usual
// references. It is several times as fast as the full parser, which is what most of a client's own time goes into.
import { WireError } from './wire-error.ts';
import type { XmlElement, XmlOptions } from './xml.ts';

export type PlainOptions = Pick<XmlOptions, 'skip' | 'take'> & { maxDepth: number; prefixes: Record<string, string> };

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

/**
 * The root element, or `undefined` for every text that is not plain beyond doubt: the full parser reads it, or says what
 * is wrong with it. `take` may have been given elements before that: the same ones, in the same order, come first there.
 */
export function parsePlainXml(text: string, options: PlainOptions): XmlElement | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const start = DECLARATION.exec(text)?.[0].length ?? 0;
  return createReader(options)(text, start);
}

// Doctype, comments and CDATA; line ends to be normalised; what XML forbids or only some of which it allows.
// oxlint-disable-next-line no-control-regex -- these are what XML forbids
const UNUSUAL = /<!|\]\]>|[\u0000-\u0008\u000B-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;
const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?[ ]*\?>[ \t\n]*/;
/** What stands between < and >: name, attributes, mark of an empty element. */
const TAG =
  /^((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)((?:[ \t\n]+(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*="[^"<\t\n]*")*)[ \t\n]*(\/?)$/;
const ATTRIBUTE = /([\w.:-]+)="([^"]*)"/g;
/** vim25 and SOAP need five, declarations of namespaces included. Each costs a parser more than an element does. */
export const ATTRIBUTES_MAX = 100;
/** Elements kept at the same moment. What is handed over by `take` counts no more: a host has some hundreds. */
export const ELEMENTS_MAX = 300_000;
/** No element of a vCenter comes near it; what is longer is for the full parser to refuse. */
const TAG_CHARS_MAX = 16_384;
const BLANK = /^[ \t\n]*$/;
const SLASH = '/'.charCodeAt(0);

/** Own ones, and by way of the prototypes those of the elements around. */
type Prefixes = Readonly<Record<string, string>>;
/** `element` is absent below an element that is skipped. */
type Open = { qname: string; prefixes: Prefixes; element: XmlElement | undefined; keptBefore: number };
/** A tag as it was read below elements with the namespaces `outer`. */
type Tag = { qname: string; isEmpty: boolean; outer: Prefixes; scope: Prefixes; sample: XmlElement };

/** Thrown and caught in this file only. */
class NotPlain extends Error {}

function createReader(options: PlainOptions): (text: string, start: number) => XmlElement | undefined {
  const { maxDepth, skip, take } = options;
  const prefixes: Prefixes = Object.assign(Object.create(null), { xml: XML, ...options.prefixes });
  const open: Open[] = [];
  // The same few tags come again thousands of times.
  const tags = new Map<string, Tag>();
  let root: XmlElement | undefined;
  let kept = 0;

  const tagOf = (written: string, outer: Prefixes): Tag => {
    const known = tags.get(written);
    if (known?.outer === outer) return known;
    const tag = readTag(written, outer);
    tags.set(written, tag);
    return tag;
  };

  const begin = (written: string): void => {
    const parent = open.at(-1);
    if ((parent === undefined && root !== undefined) || open.length >= maxDepth) throw new NotPlain();
    const { qname, isEmpty, scope, sample } = tagOf(written, parent?.prefixes ?? prefixes);
    const isKept = (parent === undefined || parent.element !== undefined) && skip?.has(sample.name) !== true;
    const element = isKept ? copyOf(sample) : undefined;
    if (parent !== undefined && element !== undefined) parent.element?.children.push(element);
    // A root that is skipped leaves no document: the full parser's to say.
    if (parent === undefined && element === undefined) throw new NotPlain();
    root ??= element;
    open.push({ qname, prefixes: scope, element, keptBefore: kept });
    if (element !== undefined) kept += 1;
    if (kept > ELEMENTS_MAX) throw tooManyElements();
    if (isEmpty) end();
  };

  const end = (): void => {
    const ended = open.pop();
    if (ended?.element === undefined || ended.element.name !== take?.name) return;
    open.at(-1)?.element?.children.pop();
    kept = ended.keptBefore;
    take.each(ended.element);
  };

  const append = (written: string): void => {
    const at = open.at(-1);
    if (at === undefined && !BLANK.test(written)) throw new NotPlain();
    // Below an element that is skipped, too, references have to be good.
    const content = written.includes('&') ? decodeReferences(written) : written;
    if (at?.element !== undefined) at.element.text += content;
  };

  const read = (text: string, start: number): void => {
    if (text[start] !== '<') throw new NotPlain();
    for (let at = start; at < text.length; ) {
      const close = text.indexOf('>', at);
      if (close < 0) throw new NotPlain();
      if (text.charCodeAt(at + 1) === SLASH) {
        if (text.slice(at + 2, close) !== open.at(-1)?.qname) throw new NotPlain();
        end();
      } else begin(text.slice(at + 1, close));
      const next = text.indexOf('<', close);
      at = next < 0 ? text.length : next;
      if (at > close + 1) append(text.slice(close + 1, at));
    }
    if (open.length > 0) throw new NotPlain();
  };

  return (text, start) => {
    try {
      read(text, start);
      return root;
    } catch (error) {
      if (error instanceof NotPlain) return undefined;
      throw error;
    }
  };
}

/** Attributes are shared: nobody writes to what was parsed. */
const copyOf = ({ name, attributes, xsiType }: XmlElement): XmlElement =>
  xsiType === undefined
    ? { name, attributes, children: [], text: '' }
    : { name, attributes, xsiType, children: [], text: '' };

function readTag(written: string, outer: Prefixes): Tag {
  const match = written.length > TAG_CHARS_MAX ? null : TAG.exec(written);
  if (match === null) throw new NotPlain();
  const [, qname = '', attributes = '', isEmpty] = match;
  const given = attributes === '' ? [] : readAttributes(attributes);
  const scope = scopeOf(given, outer);
  return { qname, isEmpty: isEmpty !== '', outer, scope, sample: toElement(localName(qname, scope), given, scope) };
}

/** What a reader throws before a document fills the memory. */
export const tooManyElements = () => new WireError(`the document has more than ${ELEMENTS_MAX} elements`);

type Attribute = { prefix: string; local: string; value: string };

function readAttributes(written: string): Attribute[] {
  const seen = new Set<string>();
  const prefixed = new Set<string>();
  const found = [...written.matchAll(ATTRIBUTE)];
  if (found.length > ATTRIBUTES_MAX) throw new NotPlain();
  return found.map(([, qname = '', raw = '']) => {
    const colon = qname.indexOf(':');
    const attribute = {
      prefix: colon < 0 ? '' : qname.slice(0, colon),
      local: qname.slice(colon + 1),
      value: raw.includes('&') ? decodeReferences(raw) : raw,
    };
    // Two prefixes may stand for one namespace, and then the attribute stands twice.
    if (seen.has(qname) || (colon >= 0 && prefixed.has(attribute.local))) throw new NotPlain();
    seen.add(qname);
    if (colon >= 0) prefixed.add(attribute.local);
    return attribute;
  });
}

const RESERVED = new Set(['', XML, XMLNS]);

function scopeOf(attributes: Attribute[], outer: Prefixes): Prefixes {
  let scope: Record<string, string> | undefined;
  for (const { prefix, local, value } of attributes) {
    const isDefault = prefix === '' && local === 'xmlns';
    if (!isDefault && prefix !== 'xmlns') continue;
    if ((RESERVED.has(value) && !(isDefault && value === '')) || value !== value.trim()) throw new NotPlain();
    if (isDefault) continue;
    if (local === 'xml' || local === 'xmlns' || local === '__proto__') throw new NotPlain();
    // Never copied: thousands of declarations, each copying all before it, would take minutes.
    scope ??= Object.create(outer) as Record<string, string>;
    scope[local] = value;
  }
  return scope ?? outer;
}

function localName(qname: string, scope: Prefixes): string {
  const colon = qname.indexOf(':');
  if (colon < 0) return qname;
  if (!(qname.slice(0, colon) in scope)) throw new NotPlain();
  return qname.slice(colon + 1);
}

function toElement(name: string, attributes: Attribute[], scope: Prefixes): XmlElement {
  const element: XmlElement = { name, attributes: {}, children: [], text: '' };
  for (const attribute of attributes) {
    const { prefix, local } = attribute;
    if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns')) continue;
    if (prefix !== '' && !(prefix in scope)) throw new NotPlain();
    addAttribute(element, { ...attribute, uri: prefix === '' ? '' : (scope[prefix] ?? '') });
  }
  Object.freeze(element.attributes);
  return element;
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeReferences(text: string): string {
  return text.replaceAll(/&([^;&]*)(;?)/g, (_, name: string, end: string) => {
    const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    const decoded = end === '' ? undefined : (named ?? decodeNumber(name));
    if (decoded === undefined) throw new NotPlain();
    return decoded;
  });
}

/** Of the characters that XML allows, those of one UTF-16 unit. */
function decodeNumber(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([\dA-Fa-f]{1,4})|(\d{1,5}))$/.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isAllowed = [9, 10, 13].includes(code) || (code >= 32 && code < 0xd800);
  return isAllowed ? String.fromCharCode(code) : undefined;
}

/** `xsi:type` is kept apart from all others, declarations of namespaces are not kept. */
export function addAttribute(
  element: XmlElement,
  { uri, prefix, local, value }: { uri: string; prefix: string; local: string; value: string },
): void {
  if (uri === XMLNS) return;
  if (uri === XSI && local === 'type') {
    element.xsiType = value.slice(value.indexOf(':') + 1);
    return;
  }
  // A plain attribute wins over a prefixed one of the same local name.
  if (prefix !== '' && Object.hasOwn(element.attributes, local)) return;
  if (local !== '__proto__') (element.attributes as Record<string, string>)[local] = value;
}
