import { parseBaselineRow } from '../contracts/rows.ts';
import type { Baseline, BaselineStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Expression, Item, Key, Table } from './table.ts';

const ABSENT = 'attribute_not_exists(pk)';
const OLDER = 'jobId = :job AND recordVersion < :version';
/** A row of an older version of this product has its job and version in its body alone. */
const THIS_ONE = '(jobId = :job AND recordVersion = :version) OR attribute_not_exists(recordVersion)';

/** What each host of a cluster was before the product first touched it. */
export function createBaselineStore(table: Table): BaselineStore {
  return {
    async putIfAbsent(baseline) {
      await table.put(toItem(baseline), { text: ABSENT });
    },
    async putNewer(baseline) {
      await table.put(toItem(baseline), given(baseline, `${ABSENT} OR (${OLDER})`));
    },
    async list(cluster) {
      const items = await table.list(`baseline#${cluster}`, 'host#');
      return items.map((item) => {
        const origin = `${item.pk} ${item.sk}`;
        return parseBaselineRow(unpackBody(item['body'], origin), origin);
      });
    },
    remove: (baseline) => table.remove(keyOf(baseline), given(baseline, THIS_ONE)),
  };
}

const keyOf = ({ cluster, host }: Baseline): Key => ({ pk: `baseline#${cluster}`, sk: `host#${host}` });

function toItem(baseline: Baseline): Item {
  const key = keyOf(baseline);
  const { jobId, record } = baseline;
  return { ...key, jobId, recordVersion: record.version, body: packBody(baseline, `${key.pk} ${key.sk}`) };
}

const given = ({ jobId, record }: Baseline, text: string): Expression => ({
  text,
  values: { ':job': jobId, ':version': record.version },
});
