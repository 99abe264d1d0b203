import { OpsError } from '../errors.ts';
import type { UnreadableRow } from '../ports.ts';
import type { Item } from './table.ts';

/** What the rows hold. One that is refused as `row-invalid` goes to `skip`; without it, or for any other reason, it is
 * thrown. */
export function readRows<Row>(
  items: Item[],
  parse: (item: Item) => Row,
  skip?: (unreadable: UnreadableRow) => void,
): Row[] {
  if (skip === undefined) return items.map(parse);
  return items.flatMap((item) => {
    try {
      return [parse(item)];
    } catch (error) {
      if (!(error instanceof OpsError) || error.code !== 'row-invalid') throw error;
      skip(error);
      return [];
    }
  });
}
