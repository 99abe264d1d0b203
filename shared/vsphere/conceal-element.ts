import type { Concealer } from '../domain/concealer.ts';
import type { XmlElement } from './xml.ts';

/** Elements whose text goes back to vCenter as it came, and is shown to nobody: it may name the session. */
const SENT_BACK = 'token';

/** The same element, and all in it, with secrets out of its texts and attributes. */
export function concealElement(element: XmlElement, { conceal }: Pick<Concealer, 'conceal'>): XmlElement {
  const { xsiType } = element;
  return {
    ...element,
    xsiType: xsiType === undefined ? undefined : conceal(xsiType),
    attributes: Object.fromEntries(Object.entries(element.attributes).map(([name, value]) => [name, conceal(value)])),
    children: element.children.map((child) => concealElement(child, { conceal })),
    text: element.name === SENT_BACK ? element.text : conceal(element.text),
  };
}

/** Whether parsing the document may bring a secret to light: it stands there as it is, or in spellings that only the
 * parser undoes. Whole replies are far too many to look at each of their texts. */
export const maySpellSecret = (document: string, concealer: Concealer): boolean =>
  concealer.mayHold(document) || /&#|<!/.test(document);
