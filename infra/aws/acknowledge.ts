import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why this construct may break a rule of cdk-nag. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
