import { parseDeadLetterRow } from '../contracts/dead-letter-rows.ts';
import type { DeadLetter } from '../domain/dead-letter.ts';
import type { DeadLetterStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Item, Table } from './table.ts';

const PARTITION = 'dead-letters';
/** As long as the queues keep their messages. */
const KEPT_SECONDS = 14 * 24 * 3600;

/** Every dead letter is one row of one partition: there should be few, and they are read together. */
export function createDeadLetterStore(table: Table): DeadLetterStore {
  const keyOf = (id: string) => ({ pk: PARTITION, sk: `letter#${id}` });
  return {
    async put(letter) {
      const expiresAt = Math.floor(Date.parse(letter.at) / 1000) + KEPT_SECONDS;
      await table.put({ ...keyOf(letter.id), body: packBody(letter, PARTITION), expiresAt });
    },
    async find(id) {
      const item = await table.get(keyOf(id));
      return item === undefined ? undefined : parse(item);
    },
    async list() {
      const items = await table.list(PARTITION, 'letter#');
      return items.map(parse).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    },
  };
}

function parse(item: Item): DeadLetter {
  const origin = `${item.pk} ${item.sk}`;
  return parseDeadLetterRow(unpackBody(item['body'], origin), origin);
}
