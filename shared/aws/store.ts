import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Store } from '../ports.ts';
import { createBaselineStore } from './baseline-store.ts';
import { createJobStore } from './job-store.ts';
import { createLeaseStore } from './lease-store.ts';
import { createMatrixStore } from './matrix-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createOnceStore } from './once-store.ts';
import { createRecordStore } from './record-store.ts';
import { createTable } from './table.ts';

/** Every store port on one DynamoDB table, by single-item conditional writes only. */
export function createDynamoStore(parts: { client: DynamoDBDocumentClient; table: string }): Store {
  const table = createTable(parts);
  return {
    jobs: createJobStore(table),
    records: createRecordStore(table),
    baselines: createBaselineStore(table),
    matrix: createMatrixStore(table),
    leases: createLeaseStore(table),
    once: createOnceStore(table),
    notices: createNoticeStore(table),
  };
}
