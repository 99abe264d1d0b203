import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from './deployment.ts';

export type LogOptions = { key: Key; retentionDays: Stage['logRetentionDays'] };

const RETENTION: Record<Stage['logRetentionDays'], RetentionDays> = {
  30: RetentionDays.ONE_MONTH,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
  731: RetentionDays.TWO_YEARS,
};

/** Encrypted, kept for as long as the deployment says, also after its stack is gone. */
export function createLogGroup(scope: Construct, id: string, { key, retentionDays }: LogOptions): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: key,
    retention: RETENTION[retentionDays],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
