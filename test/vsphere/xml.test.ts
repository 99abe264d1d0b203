import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../shared/vsphere/wire-error.ts';
import { escapeXml, parseXml } from '../../shared/vsphere/xml.ts';

const BOMB = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>`;
const EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>';
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('hostile documents', () => {
  it.each([
    { what: 'an entity bomb', xml: BOMB, message: /DOCTYPE/ },
    { what: 'an external entity', xml: EXTERNAL, message: /DOCTYPE/ },
    { what: 'an undefined entity', xml: '<x>&nbsp;</x>', message: /well-formed/ },
    { what: 'one element too deep', xml: nested(101), message: /deeper than 100/ },
    { what: 'two roots', xml: '<a/><b/>', message: /well-formed/ },
    { what: 'text without a root', xml: 'Service Unavailable', message: /well-formed/ },
    { what: 'an unbound prefix', xml: '<nope:x/>', message: /well-formed/ },
    { what: 'an empty document', xml: '', message: /well-formed|empty/ },
    { what: 'one byte too many', xml: `<x>${'y'.repeat(94)}</x>`, message: /larger than 100 bytes/ },
    { what: 'characters counted in bytes', xml: `<x>${'\u20ac'.repeat(32)}</x>`, message: /larger than 100 bytes/ },
  ])('refuses $what', ({ xml, message }) => {
    const read = () => parseXml(xml, xml.startsWith('<x>') ? { maxBytes: 100 } : {});
    expect(read).toThrow(WireError);
    expect(read).toThrow(message);
  });

  it('refuses a document cut off anywhere', () => {
    const xml = '<?xml version="1.0"?><a xmlns="urn:x"><b c="d">e &amp; f</b><![CDATA[g]]></a>';
    for (let length = 0; length < xml.length; length += 1) {
      expect(() => parseXml(xml.slice(0, length))).toThrow(WireError);
    }
    expect(parseXml(xml).children[0]?.text).toBe('e & f');
  });

  it('reads the deepest document that is allowed', () => {
    expect(parseXml(nested(100)).name).toBe('a');
  });
});

describe('elements', () => {
  it('have local names whatever the prefix', () => {
    const root = parseXml('<s:a xmlns:s="urn:s"><reflect:b>1</reflect:b></s:a>');
    expect([root.name, root.children[0]?.name]).toEqual(['a', 'b']);
  });

  it('leave out what is skipped, with all it holds', () => {
    const root = parseXml('<a>1<skip>2<skip>3</skip><b>4</b></skip>5<b>6</b></a>', { skip: new Set(['skip']) });
    expect(root).toMatchObject({ text: '15', children: [{ name: 'b', text: '6' }] });
    expect(root.children).toHaveLength(1);
  });

  it('are handed over one by one where they are taken, and then forgotten', () => {
    const taken: string[] = [];
    const each = (element: { children: { text: string }[] }) =>
      taken.push(element.children.map(({ text }) => text).join());
    const root = parseXml('<a><row><b>1</b><b>2</b></row><c/><row><b>3</b></row></a>', { take: { name: 'row', each } });
    expect(taken).toEqual(['1,2', '3']);
    expect(root.children.map(({ name }) => name)).toEqual(['c']);
  });

  it('come back from any text that was escaped', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- these are what XML forbids
        const carried = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD');
        const root = parseXml(`<x a="${escapeXml(text).replace(/[\n\t]/g, ' ')}">${escapeXml(text)}</x>`);
        expect(root.text).toBe(carried);
      }),
    );
  });
});
