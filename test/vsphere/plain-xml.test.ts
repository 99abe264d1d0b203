// The quick way through XML must never say anything else than the full parser.
import { expect, it } from 'vitest';
import { parsePlainXml } from '../../shared/vsphere/plain-xml.ts';
import { parseAnyXml, parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';
import { createRandom, type Random } from '../support/random.ts';

const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body><Reply xmlns="urn:vim25"><returnval>
<objects><obj type="HostSystem">host-21</obj><propSet><name>a &amp; b &#65;</name>
<val xsi:type="ArrayOfHostVirtualNic"><HostVirtualNic xsi:type="HostVirtualNic"><device>vmk0</device><skipped>
<deep x="1"/></skipped></HostVirtualNic></val></propSet></objects>
<objects><obj type="HostSystem" xsi:type="ManagedObjectReference">host-22</obj><empty/></objects>
</returnval></Reply></soapenv:Body></soapenv:Envelope>
`;
const ROUNDS = 4_000;
const PIECES = [
  '<',
  '>',
  '/',
  '"',
  "'",
  '&',
  ';',
  ' ',
  '\n',
  '\t',
  '\r',
  'x',
  ':',
  '=',
  '<!--c-->',
  '<![CDATA[d]]>',
  ']]>',
];
const LONG_PIECES = [
  '<a>',
  '</a>',
  '<objects/>',
  '&#x41;',
  '&#0;',
  '&lt;',
  'é',
  '😀',
  '\u0000',
  'xmlns:y="urn:y"',
  'y:',
  'xsi:',
];

type Read = (text: string, options: { take: { name: string; each: (element: XmlElement) => void } }) => XmlElement;

/** Everything that a caller may notice: the tree or the error, and what was handed over on the way. */
function outcomeOf(read: Read, text: string) {
  const taken: XmlElement[] = [];
  const options = { skip: new Set(['skipped']), maxDepth: 11 };
  try {
    const each = (element: XmlElement) => taken.push(element);
    return { root: read(text, { ...options, take: { name: 'objects', each } }), taken };
  } catch (error) {
    return { error: (error as Error).message, taken };
  }
}

function mutate(random: Random): string {
  let text = DOCUMENT;
  for (let change = 0; change <= random.below(3); change += 1) {
    const at = random.below(text.length);
    const removed = random.chance(0.5) ? random.below(12) : 0;
    const added = random.chance(0.7) ? random.pick([...PIECES, ...LONG_PIECES]) : '';
    text = text.slice(0, at) + added + text.slice(at + removed);
  }
  return text;
}

it('reads what vCenters write by itself', () => {
  const root = parsePlainXml(DOCUMENT, { maxDepth: 100, prefixes: {} });
  expect(root).toEqual(parseAnyXml(DOCUMENT));
});

it(`says the same as the full parser of ${ROUNDS} damaged documents`, () => {
  const random = createRandom(Number(process.env['SEED'] ?? 1));
  const plain = { read: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = mutate(random);
    const expected = outcomeOf(parseAnyXml, text);
    expect(outcomeOf(parseXml, text), text).toEqual(expected);
    if ('error' in expected) plain.refused += 1;
    else plain.read += 1;
  }
  // Else the damage was too great, or too little, to show anything.
  expect(Math.min(plain.read, plain.refused)).toBeGreaterThan(ROUNDS / 20);
});
