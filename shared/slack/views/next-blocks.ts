// What can be done after a job has ended: as buttons, and as commands to type.
import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import { actions, context } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { plannedHosts } from './headline.ts';
import { jobButton } from './job-actions.ts';
import { nextCommands } from './next-commands.ts';

/** Nothing where nothing is to be done. */
export function nextBlocks(job: Job): KnownBlock[] {
  // What the remedy says already is not said twice.
  const commands = nextCommands(job).filter((command) => !job.failure?.remedy.includes(command));
  const text = commands.length === 0 ? [] : [context([`Next: ${commands.map(code).join('  or  ')}`])];
  return [...buttonBlocks(job), ...text];
}

/** The next commands as buttons: what was planned is planned anew, what stays changed can be undone. */
function buttonBlocks(job: Job): KnownBlock[] {
  const { kind, state, cluster } = job;
  const isChange = kind === 'enable' || kind === 'repair' || kind === 'revert';
  const kept = plannedHosts(job).filter((host) => host.outcome === 'kept' || host.outcome === 'needs-hands');
  const what = `${counted(kept.length, 'host')} of ${cutPlain(cluster, 60)}: a plan is made, and nothing changes before it is approved.`;
  const buttons = [
    ...(isChange && REPLANNED.includes(state) ? [jobButton(job, 'replan', { label: 'Re-plan' })] : []),
    ...(kind === 'test' && state !== 'cancelled' ? [jobButton(job, 'retest', { label: 'Re-test' })] : []),
    ...(kind === 'audit' && job.hosts.some((host) => host.steps > 0)
      ? [jobButton(job, 'plan-enable', { label: 'Plan' })]
      : []),
    ...(isChange && kind !== 'revert' && kept.length > 0
      ? [
          jobButton(job, 'revert', {
            label: 'Revert',
            style: 'danger',
            ask: { title: 'Undo this change?', text: what, yes: 'Plan the way back' },
          }),
        ]
      : []),
  ];
  return buttons.length === 0 ? [] : [actions(`job-${job.id}-${job.version}`, buttons)];
}

/** Ends after which the same change can be asked for again. */
const REPLANNED: Job['state'][] = [
  'stale',
  'expired',
  'rolled-back',
  'partial',
  'aborted',
  'needs-hands',
  'unreachable',
];
