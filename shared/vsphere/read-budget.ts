import { OpsError } from '../errors.ts';
import type { XmlElement } from './xml.ts';

/** What a reading has taken so far, over all of its calls. Both throw `vcenter-reply-invalid` when it is too much. */
export type ReadBudget = { takeDocument(document: string): void; takeElement(element: XmlElement): void };

export type ReadLimits = { bytesMax: number; elementsMax: number };

/** Several times what the largest cluster of vSphere's has to tell, and as much as the worker's memory holds. One reply is
 * limited by itself, and so is their number, but all of them together would be far more than either. */
export const READ_LIMITS: ReadLimits = { bytesMax: 256 * 1024 * 1024, elementsMax: 2_000_000 };

/** One for each reading that may take more than one call. */
export function createReadBudget({ bytesMax, elementsMax }: ReadLimits = READ_LIMITS): ReadBudget {
  let bytes = 0;
  let elements = 0;
  return {
    takeDocument(document) {
      bytes += Buffer.byteLength(document);
      if (bytes > bytesMax) throw tooMuch(`${bytesMax} bytes`);
    },
    takeElement(element) {
      elements += countElements(element);
      if (elements > elementsMax) throw tooMuch(`${elementsMax} elements`);
    },
  };
}

const countElements = ({ children }: XmlElement): number =>
  children.reduce((count, child) => count + countElements(child), 1);

function tooMuch(limit: string): OpsError {
  return new OpsError('vcenter-reply-invalid', `vCenter answers one question with more than ${limit}, page by page.`, {
    retry: 'never',
    remedy:
      'Check that the URL is that of a vCenter, and that nothing in between repeats its answers. ' +
      'A cluster that is really that large has to be split.',
  });
}
