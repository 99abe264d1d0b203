import { parseNoticeRow } from '../contracts/rows.ts';
import type { NoticeRecord, NoticeStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';
import { putCountedVersion } from './versioned-put.ts';

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
      const seq = (record.seq ?? 0) + 1;
      const item = { pk, sk: 'notice', version: seq, body: packBody({ ...record, seq }, pk), ...toExpiry(record) };
      await putCountedVersion(table, item);
    },
  };
}

/** Of a job that nothing was posted about: it goes when the row of its job does. */
const QUIET_KEPT_SECONDS = 14 * 24 * 3600;

function toExpiry({ ts, shownAt }: NoticeRecord): { expiresAt?: number } {
  return ts === '' ? { expiresAt: Math.floor(Date.parse(shownAt) / 1000) + QUIET_KEPT_SECONDS } : {};
}
