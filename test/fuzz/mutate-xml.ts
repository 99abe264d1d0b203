// Replies that no vCenter sends: what a broken proxy, a bug, or somebody who means harm may put in their place.
import fc from 'fast-check';
import { escapeXml, parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';

/** One change of a reply's text. What it draws on is settled before the reply is known, so that a failing one repeats. */
export type Mutation = { what: string; apply(text: string): string };

const NAMESPACES =
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Text that shows badly, ends something early, or is a number elsewhere. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u202Eevil\u202C',
  '\u0007\u0000\u001B[31m',
  '\u{1F4A5}'.repeat(40),
  ']]>',
  '<!-- --><x/>',
  '\uD800',
  '%2f%5C%25%',
  '__proto__',
  'constructor',
  '-1',
  '99999999999999999999',
  '1e999',
  'NaN',
  'true',
  '0001-01-01T00:00:00Z',
  '9999999-99-99T99:99:99Z',
  '300.300.300.300',
  '255.0.255.0',
  'fe80::1%vmk0',
  'vmk4294967296',
  'x'.repeat(100_000),
];

const TYPES = [
  'xsd:string',
  'xsd:boolean',
  'xsd:int',
  'xsd:dateTime',
  'ManagedObjectReference',
  'ArrayOfString',
  'ArrayOfHostVirtualNic',
  'ArrayOfManagedObjectReference',
  'HostVirtualNic',
  'HostPortGroup',
  'AboutInfo',
  'NotAuthenticated',
  'MethodFault',
  'SomethingOfTomorrow',
  'ArrayOfSomethingOfTomorrow',
  '__proto__',
  '',
];

type Place = { parent: XmlElement; index: number; element: XmlElement };

/** Every element but the envelope and its body. */
function placesOf(root: XmlElement): Place[] {
  const places: Place[] = [];
  const walk = (parent: XmlElement) => {
    for (const [index, element] of parent.children.entries()) {
      places.push({ parent, index, element });
      walk(element);
    }
  };
  walk(root);
  return places.slice(1);
}

/** Local names are all that the client reads, so that the copy needs no prefixes but that of xsi:type. */
export function writeXml(element: XmlElement, isRoot = true): string {
  const type = element.xsiType === undefined ? '' : ` xsi:type="${escapeXml(element.xsiType)}"`;
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const inside = element.children.map((child) => writeXml(child, false)).join('');
  const namespaces = isRoot ? ` ${NAMESPACES}` : '';
  return `<${element.name}${namespaces}${type}${attributes.join('')}>${escapeXml(element.text)}${inside}</${element.name}>`;
}

/** Changes one element somewhere in the document: `where` is between 0 and 1. */
function onTree(what: string, where: number, change: (place: Place, others: Place[]) => void): Mutation {
  return {
    what: `${what} at ${where}`,
    apply(text) {
      const root = parseXml(text);
      const places = placesOf(root);
      const place = places[Math.floor(where * places.length)];
      if (place === undefined) return text;
      change(place, places);
      return writeXml(root);
    },
  };
}

const onText = (what: string, apply: (text: string) => string): Mutation => ({ what, apply });
/** Part of the way through; of whole numbers, because doubles are drawn close to nought. */
const part = fc.integer({ min: 0, max: 9_999 }).map((at) => at / 10_000);
/** Not evenly: most of a reply's elements are leaves far down, and all of its structure is at the top. */
const where = fc.oneof(
  part,
  part.map((at) => at / 20),
);

const removed = where.map((at) => onTree('removed', at, ({ parent, index }) => void parent.children.splice(index, 1)));
const doubled = where.map((at) =>
  onTree('doubled', at, ({ parent, index, element }) => void parent.children.splice(index, 0, element)),
);
const reversed = where.map((at) => onTree('reversed', at, ({ parent }) => void parent.children.reverse()));
const emptied = where.map((at) =>
  onTree('emptied', at, ({ element }) => {
    element.children = [];
    element.text = '';
  }),
);
const retyped = fc
  .tuple(where, fc.constantFrom(...TYPES, undefined))
  .map(([at, type]) => onTree(`xsi:type ${type}`, at, ({ element }) => void (element.xsiType = type)));
const renamed = fc
  .tuple(where, fc.constantFrom('returnval', 'val', 'name', 'fault', 'token', 'Fault', '__proto__', 'constructor', 'x'))
  .map(([at, name]) => onTree(`renamed ${name}`, at, ({ element }) => void (element.name = name)));
const reworded = fc
  .tuple(where, fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 20 })))
  .map(([at, words]) =>
    onTree(`text ${JSON.stringify(words.slice(0, 30))}`, at, ({ element }) => {
      element.text = words;
    }),
  );
const moved = fc.tuple(where, where).map(([from, to]) =>
  onTree(`moved to ${to}`, from, ({ parent, index, element }, others) => {
    const target = others[Math.floor(to * others.length)];
    if (target === undefined || isWithin(target.element, element)) return;
    parent.children.splice(index, 1);
    target.element.children.push(element);
  }),
);
const untyped = where.map((at) => onTree('attributes gone', at, ({ element }) => void (element.attributes = {})));

function isWithin(element: XmlElement, outer: XmlElement): boolean {
  return element === outer || outer.children.some((child) => isWithin(element, child));
}

const truncated = part.map((at) => onText(`cut off at ${at}`, (text) => text.slice(0, Math.floor(at * text.length))));
const garbled = fc.tuple(part, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })).map(([at, piece]) =>
  onText(`${JSON.stringify(piece)} at ${at}`, (text) => {
    const from = Math.floor(at * text.length);
    return text.slice(0, from) + piece + text.slice(from + piece.length);
  }),
);

const BOMB =
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body><hr><center>nginx</center></body></html>';
const replaced = fc.constantFrom(
  onText('empty', () => ''),
  onText('a page', () => PAGE),
  onText('a page of JSON', () => '{"type":"com.vmware.vapi.std.errors.unauthenticated"}'),
  onText('an empty envelope', () => `<soapenv:Envelope ${NAMESPACES}/>`),
  onText('an empty body', () => `<soapenv:Envelope ${NAMESPACES}><soapenv:Body/></soapenv:Envelope>`),
  onText('nothing but a fault', () => `<Envelope><Body><Fault/></Body></Envelope>`),
  onText('a fault of no type', () => `<Envelope><Body><Fault><detail><x/></detail></Fault></Body></Envelope>`),
  onText('a document type', (text) => text.replace(/^(<\?xml[^>]*>)?/, `$1${BOMB}`)),
  onText('an entity', (text) => text.replace(/>([^<]+)</, '>&c;&b;<')),
  onText('an entity of no character', (text) => text.replace(/>([^<]+)</, '>&#x0;&#xD800;&#x110000;<')),
  onText('a mark of byte order', (text) => `\uFEFF${text}`),
  onText('another encoding', (text) => text.replace('UTF-8', 'UTF-16')),
  onText('bytes read as another encoding', (text) => Buffer.from(text, 'utf16le').toString('latin1')),
  onText('nested deep', (text) => text.replace(/<soapenv:Body>/, `<soapenv:Body>${'<x>'.repeat(50_000)}`)),
  onText('nested and closed', (text) => text.replace(/>([^<]+)</, `>${'<x>'.repeat(5000)}${'</x>'.repeat(5000)}<`)),
  onText('thousands of attributes', (text) =>
    text.replace('<soapenv:Body', `<soapenv:Body${Array.from({ length: 5000 }, (_, at) => ` a${at}="1"`).join('')}`),
  ),
  onText('huge text', (text) => text.replace(/>([^<]+)</, `>${'x'.repeat(2_000_000)}<`)),
  onText('twice', (text) => text + text),
);

/** One to three changes, most of them to the document's structure. */
export const anyMutations: fc.Arbitrary<Mutation[]> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(fc.oneof(removed, doubled, reversed, emptied, retyped, renamed, reworded, moved, untyped), {
      minLength: 1,
      maxLength: 3,
    }),
  },
  { weight: 2, arbitrary: fc.oneof(truncated, garbled).map((one) => [one]) },
  { weight: 2, arbitrary: replaced.map((one) => [one]) },
);

/** As far as they can be made: a text that is no document any more stays as it is. */
export function mutate(text: string, mutations: Mutation[]): string {
  return mutations.reduce((before, { apply }) => {
    try {
      return apply(before);
    } catch {
      return before;
    }
  }, text);
}
