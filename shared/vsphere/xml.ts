import { SaxesParser } from 'saxes';
import { ATTRIBUTES_MAX, addAttribute, ELEMENTS_MAX, parsePlainXml, tooManyElements, XSI } from './plain-xml.ts';
import { WireError } from './wire-error.ts';

/** One element. Names are local names. `text` is the direct text, unescaped; meaningful only without children. */
export type XmlElement = {
  name: string;
  /** By local name. `xsi:type` is never here, so `attributes.type` is always the plain one. */
  attributes: Readonly<Record<string, string>>;
  /** The value of `xsi:type` without its prefix. */
  xsiType?: string | undefined;
  children: XmlElement[];
  text: string;
};

/** `skip`: elements of these names are checked for form and then left out, whatever they hold. `take`: elements of that
 * name are handed over as soon as they are complete and are not kept, so that a long list needs no tree of its own. */
export type XmlOptions = {
  maxBytes?: number | undefined;
  maxDepth?: number | undefined;
  skip?: ReadonlySet<string> | undefined;
  take?: { name: string; each: (element: XmlElement) => void } | undefined;
};

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 100;

// esxcli's answers are fragments whose prefixes were declared in the envelope they were cut from.
const ENVELOPE_PREFIXES = {
  xsi: XSI,
  xsd: 'http://www.w3.org/2001/XMLSchema',
  soapenv: 'http://schemas.xmlsoap.org/soap/envelope/',
  vim25: 'urn:vim25',
  reflect: 'urn:reflect',
};

/** Parses a whole document. Throws `WireError` for malformed, truncated, too large or too deep text and any DOCTYPE. */
export function parseXml(text: string, options: XmlOptions = {}): XmlElement {
  const { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH, skip, take } = options;
  // UTF-8 has at most three bytes for a UTF-16 unit: most texts need no counting.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) {
    throw new WireError(`the document is larger than ${maxBytes} bytes`);
  }
  let taken = 0;
  const count = take && {
    name: take.name,
    each(element: XmlElement) {
      taken += 1;
      take.each(element);
    },
  };
  const plain = parsePlainXml(text, { maxDepth, skip, take: count, prefixes: ENVELOPE_PREFIXES });
  return plain ?? parseAnyXml(text, { maxDepth, skip, take: take && after(taken, take) });
}

/** Without the first ones, which have been handed over already. */
function after(count: number, take: NonNullable<XmlOptions['take']>): NonNullable<XmlOptions['take']> {
  let seen = 0;
  return {
    name: take.name,
    each(element) {
      seen += 1;
      if (seen > count) take.each(element);
    },
  };
}

/** Every document that XML allows. Exported for the test that compares it with the quick way. */
export function parseAnyXml(text: string, options: Omit<XmlOptions, 'maxBytes'> = {}): XmlElement {
  const { maxDepth = MAX_DEPTH, skip, take } = options;
  const parser = new SaxesParser({ xmlns: true, position: false, additionalNamespaces: ENVELOPE_PREFIXES });
  const open: { element: XmlElement; keptBefore: number }[] = [];
  let kept = 0;
  let root: XmlElement | undefined;
  let depth = 0;
  let skippedFrom = Number.POSITIVE_INFINITY;

  parser.on('error', (error) => {
    throw new WireError(`the document is not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new WireError('the document has a DOCTYPE, which SOAP forbids');
  });
  let attributes = 0;
  parser.on('opentagstart', () => (attributes = 0));
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > ATTRIBUTES_MAX) throw new WireError(`an element has more than ${ATTRIBUTES_MAX} attributes`);
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > maxDepth) throw new WireError(`the document is nested deeper than ${maxDepth} elements`);
    if (depth > skippedFrom) return;
    if (skip?.has(tag.local)) {
      skippedFrom = depth;
      return;
    }
    const element: XmlElement = { name: tag.local, attributes: {}, children: [], text: '' };
    for (const attribute of Object.values(tag.attributes)) addAttribute(element, attribute);
    const parent = open.at(-1)?.element;
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push({ element, keptBefore: kept });
    kept += 1;
    if (kept > ELEMENTS_MAX) throw tooManyElements();
  });
  const append = (piece: string) => {
    const element = open.at(-1)?.element;
    if (element !== undefined && depth < skippedFrom) element.text += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    const ended = depth < skippedFrom ? open.pop() : undefined;
    if (ended !== undefined && ended.element.name === take?.name) {
      open.at(-1)?.element.children.pop();
      kept = ended.keptBefore;
      take.each(ended.element);
    }
    if (depth === skippedFrom) skippedFrom = Number.POSITIVE_INFINITY;
    depth -= 1;
  });

  parser.write(text).close();
  if (root === undefined) throw new WireError('the document is empty');
  return root;
}

/** The first child of that local name. */
export function findChild(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Escapes text for element content and quoted attributes. What XML 1.0 can't carry becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(ESCAPED, (char) => ESCAPES[char] ?? '\uFFFD');
}

// A bare carriage return would be read back as a newline.
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
// oxlint-disable-next-line no-control-regex -- these are what XML forbids
const ESCAPED = /[&<>"\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
