import { parseCardRow, parseShownCardRow } from '../contracts/card-rows.ts';
import { type AlarmCard, isCardOpen } from '../domain/card.ts';
import type { CardStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import { readRows } from './read-rows.ts';
import type { Item, Key, Table } from './table.ts';
import { putCountedVersion, putNextVersion } from './versioned-put.ts';

/** Alarm cards, one row each, beside where their messages stand. The indexes only find ids. */
export function createCardStore(table: Table): CardStore {
  async function list(index: { name: string; attribute: string; value: string; limit: number }): Promise<AlarmCard[]> {
    return (await table.getAll(await table.listKeys(index))).map(toCard);
  }
  return {
    create: (card) => table.put(toItem(card), { text: 'attribute_not_exists(pk)' }),
    async find(id) {
      const item = await table.get(keyOf(id));
      return item === undefined ? undefined : toCard(item);
    },
    save: (card) => putNextVersion(table, toItem(card)),
    async listOpen(skip) {
      const index = { name: 'open', attribute: 'open', value: OPEN, limit: Number.POSITIVE_INFINITY };
      const cards = readRows(await table.getAll(await table.listKeys(index)), toCard, skip);
      return cards.filter(isCardOpen).reverse();
    },
    listByCluster: (cluster, limit) =>
      list({ name: 'byCluster', attribute: 'cluster', value: clusterOf(cluster), limit }),
    async findShown(id) {
      const key = { pk: keyOf(id).pk, sk: 'shown' };
      const item = await table.get(key);
      return item === undefined ? undefined : parseShownCardRow(unpackBody(item['body'], key.pk), `${key.pk} shown`);
    },
    async putShown(shown) {
      const { pk } = keyOf(shown.card);
      const seq = (shown.seq ?? 0) + 1;
      const body = packBody({ ...shown, seq }, pk);
      await putCountedVersion(table, { pk, sk: 'shown', version: seq, body, expiresAt: expiryOf(shown.shownAt) });
    },
  };
}

// Apart from the jobs, which stand in the same two indexes.
const OPEN = 'card';
const clusterOf = (cluster: string | undefined) => (cluster === undefined ? 'cards' : `cards#${cluster}`);
const keyOf = (id: string): Key => ({ pk: `card#${id}`, sk: 'card' });

/** An alarm that was not heard of for so long is a new one when it comes again. */
const KEPT_SECONDS = 90 * 24 * 3600;
const expiryOf = (at: string) => Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS;

function toItem(card: AlarmCard) {
  const key = keyOf(card.id);
  const indexed = { cluster: clusterOf(card.cluster), createdAt: card.firstSeenAt };
  const open = isCardOpen(card) ? { open: OPEN } : { expiresAt: expiryOf(card.lastSeenAt) };
  return { ...key, ...indexed, ...open, version: card.version, state: card.state, body: packBody(card, key.pk) };
}

function toCard(item: Item): AlarmCard {
  return parseCardRow(unpackBody(item['body'], item.pk), item.pk);
}
