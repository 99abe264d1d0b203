import type { Job } from '../../domain/job.ts';
import { risksOf } from '../../domain/risk.ts';
import type { StepKind } from '../../domain/step.ts';
import { counted } from '../step-text.ts';

/** What is hardest to take back, with its number; undefined where there is nothing of that sort. Plain text. */
export function riskText({
  kind,
  hosts,
  plan,
  trial,
}: Pick<Job, 'kind' | 'hosts' | 'plan' | 'trial'>): string | undefined {
  if (plan === undefined || trial !== undefined) return undefined;
  const parts = RISKS.flatMap(({ kinds, text }) => {
    const count = kinds.reduce((sum, kind) => sum + (plan.counts[kind] ?? 0), 0);
    return count === 0 ? [] : [text(count)];
  });
  const isUnproven = risksOf({ kind, plan, hosts }).includes('no-gate');
  const warnings = plan.findings.filter((finding) => finding.severity === 'warning').length;
  const all = [
    ...parts,
    ...(isUnproven ? ['not proven by pings as it goes on'] : []),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  return all.length === 0 ? undefined : all.join(', ');
}

const RISKS: { kinds: StepKind[]; text: (count: number) => string }[] = [
  {
    kinds: ['update-distributed-port-group'],
    text: (count) => `${counted(count, 'distributed port group')} changed for every host of the switch`,
  },
  { kinds: ['remove-vmk'], text: (count) => `${counted(count, 'adapter')} removed` },
  { kinds: ['remove-port-group'], text: (count) => `${counted(count, 'port group')} removed` },
  { kinds: ['remove-switch'], text: (count) => `${count} switch${count === 1 ? '' : 'es'} removed` },
  { kinds: ['add-switch'], text: (count) => `${count} new switch${count === 1 ? '' : 'es'}` },
];
