import { parseAuditRow } from '../contracts/rows.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { AuditStore } from '../ports.ts';
import { isSameBody, packBody, unpackBody } from './packed-body.ts';
import type { Item, Table } from './table.ts';

const CHAINS = 'audit-chains';
// Numbers as text of one length sort as numbers do.
const DIGITS = 12;
const FIRST = toSk(0);
const LAST = toSk(10 ** DIGITS - 1);

/** The audit log, one partition a chain. Its rows are only ever put under a number that is free. */
export function createAuditStore(table: Table): AuditStore {
  return {
    async last(chain) {
      const [item] = await table.range(toPk(chain), [FIRST, LAST], { limit: 1, isNewestFirst: true });
      return item === undefined ? undefined : toEntry(item);
    },
    async add(entry) {
      const key = { pk: toPk(entry.chain), sk: toSk(entry.seq) };
      // Before its first entry: a chain that nobody can find would be a log that nobody reads.
      if (entry.seq === 1) await table.put({ pk: CHAINS, sk: entry.chain });
      const body = packBody(entry, `${key.pk} ${key.sk}`);
      if (await table.put({ ...key, body }, { text: 'attribute_not_exists(pk)' })) return true;
      // The SDK sends again when an answer was lost: then the row that stands in the way is our own.
      const there = await table.get(key);
      return there !== undefined && isSameBody(there['body'], body);
    },
    async list(chain, after, limit) {
      const items = await table.range(toPk(chain), [toSk(after + 1), LAST], { limit });
      return items.map(toEntry);
    },
    async chains() {
      return (await table.list(CHAINS, '')).map(({ sk }) => sk);
    },
  };
}

function toPk(chain: string): string {
  return `audit#${chain}`;
}

function toSk(seq: number): string {
  return `entry#${String(seq).padStart(DIGITS, '0')}`;
}

function toEntry(item: Item): AuditEntry {
  const origin = `${item.pk} ${item.sk}`;
  return parseAuditRow(unpackBody(item['body'], origin), origin);
}
