import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';

/** Calls the clock each minute. A minute that was missed is not made up for: the next one finds the same rows. */
export function createClockSchedule(stack: Stack, clock: LambdaFunction): CfnSchedule {
  const role = new Role(stack, 'ScheduleRole', {
    description: 'Calls the clock',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [clock.functionArn] }),
  );
  return new CfnSchedule(stack, 'EachMinute', {
    description: 'What must happen though nobody asked',
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: clock.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ source: 'aws.scheduler' }),
      retryPolicy: { maximumRetryAttempts: 0 },
    },
  });
}
