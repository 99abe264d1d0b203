// What the person who asked for it is told, from the row as it then is.
import type { Job } from './job.ts';
import { setsOf } from './stopped.ts';

const NAMES_MAX = 4;

/** What follows from a wish that was noted, now or before, or from a stronger one of somebody else. */
export function controlText(job: Job, verb: 'pause' | 'resume' | 'abort' | 'cancel'): string {
  if (job.state === 'cancelled') return 'Cancelled. Nothing was changed.';
  if (job.state === 'aborted') return `Stopped. ${job.failure?.why ?? setsOf(job)}`.trim();
  if (job.state === 'paused') {
    return `Paused${job.pausedBy === undefined ? '' : ` by <@${job.pausedBy}>`}. To let it go on: /vmotion resume ${job.id}`;
  }
  const { control } = job;
  if (control === undefined) return verb === 'resume' ? 'It goes on.' : 'It is asked for.';
  switch (control.want) {
    case 'pause':
      return pauseText(job, control.by);
    case 'abort':
      return `It stops before the next ${unitOf(job)}, as <@${control.by}> asked. ${underWay(job)}`.trim();
    case 'abort-and-put-back':
      return `It stops, and every host that it changed is put back, as <@${control.by}> asked.`;
    default:
      throw new Error(`unknown wish ${String(control.want satisfies never)}`);
  }
}

function pauseText(job: Job, by: string): string {
  const isLeft = job.kind === 'trial' || job.hosts.some((host) => host.outcome === 'pending');
  if (!isLeft)
    return 'The last host is under way, so there is none to pause before: it goes on to the test of all paths.';
  return `It pauses before the next ${unitOf(job)}, as <@${by}> asked. ${underWay(job)}`.trim();
}

function unitOf({ kind }: Job): string {
  return kind === 'trial' ? 'move' : 'host';
}

function underWay(job: Job): string {
  if (job.kind === 'trial') return 'A migration under way is not broken off.';
  const names = job.hosts
    .filter(({ outcome }) => outcome === 'applying' || outcome === 'applied')
    .map(({ name }) => name);
  if (names.length === 0) return '';
  const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
  return `Under way, and finished first: ${names.slice(0, NAMES_MAX).join(', ')}${more}.`;
}
