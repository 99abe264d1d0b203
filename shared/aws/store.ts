import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Store } from '../ports.ts';
import { createAuditStateStore } from './audit-state-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createAutomationStore } from './automation-store.ts';
import { createBaselineStore } from './baseline-store.ts';
import { createCardStore } from './card-store.ts';
import { createDeadLetterStore } from './dead-letter-store.ts';
import { createFreezeStore } from './freeze-store.ts';
import { createGroupStore } from './group-store.ts';
import { createHostIndexStore } from './host-index-store.ts';
import { createInstallationStore } from './installation-store.ts';
import { createSubscriptionStore } from './subscription-store.ts';
import { createJobStore } from './job-store.ts';
import { createLeaseStore } from './lease-store.ts';
import { createMatrixStore } from './matrix-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createOnceStore } from './once-store.ts';
import { createRecordStore } from './record-store.ts';
import { createSlotStore } from './slot-store.ts';
import { createTable } from './table.ts';

/** Every store port on one DynamoDB table, by single-item conditional writes only. */
export function createDynamoStore(parts: { client: DynamoDBDocumentClient; table: string }): Store {
  const table = createTable(parts);
  return {
    audits: createAuditStateStore(table),
    auditLog: createAuditStore(table),
    jobs: createJobStore(table),
    records: createRecordStore(table),
    baselines: createBaselineStore(table),
    matrix: createMatrixStore(table),
    leases: createLeaseStore(table),
    slots: createSlotStore(table),
    once: createOnceStore(table),
    notices: createNoticeStore(table),
    cards: createCardStore(table),
    automation: createAutomationStore(table),
    subscriptions: createSubscriptionStore(table),
    hostIndex: createHostIndexStore(table),
    freezes: createFreezeStore(table),
    deadLetters: createDeadLetterStore(table),
    groups: createGroupStore(table),
    installation: createInstallationStore(table),
  };
}
