// Documents made to cost more than they weigh. Each is read or refused in time and memory that grow as it does: the limit
// of a test is what a document that costs the square of its size does not keep.
import { describe, expect, it } from 'vitest';
import { ELEMENTS_MAX } from '../../shared/vsphere/plain-xml.ts';
import { WireError } from '../../shared/vsphere/wire-error.ts';
import { parseAnyXml, parseXml } from '../../shared/vsphere/xml.ts';

const LIMIT = 60_000;
const many = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at)).join('');
const inside = (text: string) => `<a>${text}</a>`;
const declarations = (count: number, prefix = 'p') => many(count, (at) => ` xmlns:${prefix}${at}="u${at}"`);

const READ = [
  { what: 'ten million characters of text', xml: inside('x'.repeat(10_000_000)) },
  { what: 'half a million references', xml: inside('&amp;'.repeat(500_000)) },
  {
    what: 'a namespace for each of many elements',
    xml: inside(many(20_000, (at) => `<b${declarations(1, `p${at}`)}/>`)),
  },
  {
    what: 'many namespaces around many elements that add one',
    xml: `<a${declarations(90)}>${many(20_000, (at) => `<b xmlns:q${at}="v"/>`)}</a>`,
  },
  {
    what: 'namespaces on every level',
    xml: many(90, (level) => `<a${level}${declarations(90, `l${level}x`)}>`) + many(90, (level) => `</a${89 - level}>`),
  },
  { what: 'a name for each of many elements', xml: inside(many(100_000, (at) => `<b${at}/>`)) },
  { what: 'a name of a million letters', xml: `<${'a'.repeat(1_000_000)}/>` },
  { what: 'a hundred thousand pieces of CDATA', xml: inside('<![CDATA[x]]>'.repeat(100_000)) },
  { what: 'a hundred thousand comments', xml: inside('<!---->'.repeat(100_000)) },
];

const REFUSED = [
  { what: 'a hundred thousand attributes', xml: `<a${many(100_000, (at) => ` a${at}="1"`)}/>` },
  { what: 'ten thousand namespaces', xml: `<a${declarations(10_000)}/>` },
  { what: 'a hundred and one attributes', xml: `<a${many(101, (at) => ` a${at}="1"`)}/>` },
  { what: 'nested a hundred thousand deep', xml: '<a>'.repeat(100_000) },
  { what: 'nested ten thousand deep and closed', xml: '<a>'.repeat(10_000) + '</a>'.repeat(10_000) },
  { what: 'more elements than are kept', xml: inside('<b/>'.repeat(ELEMENTS_MAX)) },
  { what: 'a reference without end', xml: inside(`&${'x'.repeat(1_000_000)}`) },
  { what: 'references that never end', xml: inside('&lt'.repeat(300_000)) },
  { what: 'an attribute without end', xml: `<a b="${'x'.repeat(1_000_000)}` },
  { what: 'spaces in a tag', xml: `<a${' '.repeat(1_000_000)}b/>` },
  { what: 'a name of nothing but colons', xml: `<${'a:'.repeat(200_000)}/>` },
  { what: 'CDATA without end', xml: inside('<![CDATA['.repeat(100_000)) },
];

describe('both parsers', () => {
  it.each(READ)('read $what', { timeout: LIMIT }, ({ xml }) => {
    expect(parseXml(xml)).toEqual(parseAnyXml(xml));
  });

  it.each(REFUSED)('refuse $what', { timeout: LIMIT }, ({ xml }) => {
    expect(() => parseXml(xml)).toThrow(WireError);
    expect(() => parseAnyXml(xml)).toThrow(WireError);
  });

  it('count what is handed over no more', { timeout: LIMIT }, () => {
    let taken = 0;
    const xml = inside('<b><c/></b>'.repeat(ELEMENTS_MAX));
    const take = { name: 'b', each: () => void (taken += 1) };
    for (const parse of [parseXml, parseAnyXml]) expect(parse(xml, { take }).children).toEqual([]);
    expect(taken).toBe(2 * ELEMENTS_MAX);
  });
});
