import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { TABLE_DEFINITION } from '../../shared/aws/table-definition.ts';

const RECOVERY_DAYS = 35;

/** The one table, as the embedded one is: jobs, records, leases. It outlives its stack. */
export function createJobTable(stack: Stack, key: Key): TableV2 {
  const { partitionKey, sortKey, timeToLive, indexes } = TABLE_DEFINITION;
  return new TableV2(stack, 'JobTable', {
    partitionKey: toAttribute(partitionKey),
    sortKey: toAttribute(sortKey),
    timeToLiveAttribute: timeToLive,
    globalSecondaryIndexes: indexes.map((index) => ({
      indexName: index.name,
      partitionKey: toAttribute(index.partitionKey),
      sortKey: toAttribute(index.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    })),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.customerManagedKey(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: RECOVERY_DAYS },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

const toAttribute = (name: string) => ({ name, type: AttributeType.STRING });
