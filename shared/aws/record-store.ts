import { parseHostRecordRow } from '../contracts/rows.ts';
import type { HostRecord } from '../domain/record.ts';
import { OpsError } from '../errors.ts';
import type { RecordStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Item, Key, Table } from './table.ts';
import { putNextVersion } from './versioned-put.ts';

/** Host records, one row a host beside the row of their job. */
export function createRecordStore(table: Table): RecordStore {
  return {
    async put(record) {
      const condition = {
        text: 'attribute_not_exists(pk) OR phase = :planned',
        values: { ':planned': 'planned' },
      };
      if (await table.put(toItem(record), condition)) return;
      throw new OpsError('write-conflict', `${record.host.name} of job ${record.jobId} is already being applied.`, {
        retry: 'later',
        remedy: 'Nothing to do: the job is read again and goes on from where it stands.',
      });
    },
    async find(jobId, hostMoref) {
      const item = await table.get(keyOf(jobId, hostMoref));
      return item === undefined ? undefined : toRecord(item);
    },
    async list(jobId) {
      return (await table.list(`job#${jobId}`, 'host#')).map(toRecord);
    },
    save: (record) => putNextVersion(table, toItem(record)),
  };
}

const keyOf = (jobId: string, hostMoref: string): Key => ({ pk: `job#${jobId}`, sk: `host#${hostMoref}` });

function toItem(record: HostRecord) {
  const key = keyOf(record.jobId, record.host.moref.value);
  const body = packBody(record, `${key.pk} ${key.sk}`);
  return { ...key, version: record.version, phase: record.phase, body };
}

function toRecord(item: Item): HostRecord {
  const origin = `${item.pk} ${item.sk}`;
  return parseHostRecordRow(unpackBody(item['body'], origin), origin);
}
