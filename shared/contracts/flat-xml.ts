import { SaxesParser } from 'saxes';
import { alarmInvalid } from './alarm-payload.ts';

const ELEMENTS_MAX = 500;
const DEPTH_MAX = 8;

/** The name of the top element, and the text of each of its children by name. A document type, which could make a short
 * text long, is refused. Throws `alarm-invalid`. */
export function readFlatXml(text: string): { name: string; texts: Record<string, string> } {
  const parser = new SaxesParser({ xmlns: false });
  const open: string[] = [];
  const texts = new Map<string, string>();
  let root = '';
  let elements = 0;
  parser.on('error', () => {
    throw alarmInvalid('the body is not well-formed XML');
  });
  parser.on('doctype', () => {
    throw alarmInvalid('the XML has a document type, which is not allowed');
  });
  parser.on('opentag', ({ name }) => {
    elements += 1;
    if (elements > ELEMENTS_MAX || open.length >= DEPTH_MAX) throw alarmInvalid('the XML has too many elements');
    // "ops:alert" and "alert" are the same here.
    const local = name.slice(name.indexOf(':') + 1);
    if (open.length === 0) root = local;
    open.push(local);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (part: string) => {
    const [, child] = open;
    if (child !== undefined && open.length === 2) texts.set(child, (texts.get(child) ?? '') + part);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  return { name: root, texts: Object.fromEntries(texts) };
}
