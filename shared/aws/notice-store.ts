import { parseNoticeRow } from '../contracts/rows.ts';
import type { NoticeStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** Where each job's one message stands, beside the row of its job. */
export function createNoticeStore(table: Table): NoticeStore {
  return {
    async find(jobId) {
      const key = { pk: `job#${jobId}`, sk: 'notice' };
      const item = await table.get(key);
      if (item === undefined) return undefined;
      return parseNoticeRow(unpackBody(item['body'], key.pk), `${key.pk} ${key.sk}`);
    },
    async put(record) {
      const pk = `job#${record.jobId}`;
      await table.put({ pk, sk: 'notice', body: packBody(record, pk) });
    },
  };
}
