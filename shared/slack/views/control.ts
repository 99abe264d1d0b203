// How a change at work is held, let go on or stopped: buttons, and the same as commands to paste.
import type { Button, KnownBlock } from '@slack/types';
import { changedHosts } from '../../domain/decide-control.ts';
import type { ControlWish, Job, JobKind, JobState } from '../../domain/job.ts';
import { actions, context, section } from '../blocks.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { jobButton } from './job-actions.ts';

const KINDS: JobKind[] = ['enable', 'repair', 'revert'];
const AT_WORK: JobState[] = ['approved', 'applying', 'paused'];

/** Empty for what can't be held: jobs that change nothing, or whose hosts are all through. */
export function controlBlocks(job: Job): KnownBlock[] {
  if (!KINDS.includes(job.kind) || !AT_WORK.includes(job.state)) return [];
  const open = openControls(job);
  return [
    ...wishBlocks(job),
    ...(open.length === 0
      ? []
      : [
          actions(
            `job-${job.id}-${job.version}`,
            open.map((one) => BUTTONS[one](job)),
          ),
        ]),
    ...(open.length === 0 ? [] : [context([`or type ${open.map((one) => code(commandOf(job, one))).join(' or ')}`])]),
  ];
}

type Control = 'pause' | 'resume' | 'abort' | 'abort-and-put-back';

/** What would still have an effect. */
function openControls({ state, control }: Job): Control[] {
  return state === 'paused' ? AFTER.pause : AFTER[control?.want ?? 'nothing'];
}

const AFTER: Record<ControlWish | 'nothing', Control[]> = {
  nothing: ['pause', 'abort', 'abort-and-put-back'],
  pause: ['resume', 'abort', 'abort-and-put-back'],
  abort: ['abort-and-put-back'],
  'abort-and-put-back': [],
};

function wishBlocks(job: Job): KnownBlock[] {
  if (job.state === 'paused') {
    const by = job.pausedBy === undefined ? '' : ` by ${mention(job.pausedBy)}`;
    const changed = counted(changedHosts(job).length, 'host');
    const text = `*PAUSED*${by}, between two hosts. ${changed} of this job ${job.kind === 'revert' ? 'put back' : 'changed'} and proven, the others untouched. ${code(cutPlain(job.cluster, 80))} stays held by this job.`;
    return [section(text)];
  }
  if (job.control === undefined) return [];
  const { want, by, at } = job.control;
  return [
    section(`*${WISHES[want]}* asked for by ${mention(by)} ${dateText(at)}. The hosts at work are finished first.`),
  ];
}

const WISHES: Record<ControlWish, string> = {
  pause: 'PAUSING',
  abort: 'ABORTING',
  'abort-and-put-back': 'ABORTING, AND PUTTING BACK',
};

const BUTTONS: Record<Control, (job: Job) => Button> = {
  pause: (job) => jobButton(job, 'pause', { label: 'Pause' }),
  resume: (job) => jobButton(job, 'resume', { label: 'Resume', style: 'primary' }),
  abort: (job) =>
    jobButton(job, 'abort', {
      label: 'Abort',
      style: 'danger',
      ask: { title: 'Abort this change?', text: `${first(job)} ${stays(job)}`, yes: 'Abort' },
    }),
  'abort-and-put-back': (job) =>
    jobButton(job, 'abort-and-put-back', {
      label: 'Abort and put back',
      style: 'danger',
      ask: {
        title: 'Abort, and put everything back?',
        text: `${first(job)} ${changedText(job)} then goes back to what it was.`,
        yes: 'Abort and put back',
      },
    }),
};

function first({ state }: Job): string {
  return state === 'paused' ? 'No further host is begun.' : 'The hosts at work are finished and proven first.';
}

function stays(job: Job): string {
  const undo = job.kind === 'revert' ? '' : ` To undo it: /vmotion revert ${job.id}`;
  return `${changedText(job)} stays as it is then.${undo}`;
}

function changedText(job: Job): string {
  return `What is changed (so far ${counted(changedHosts(job).length, 'host')} of ${cutPlain(job.cluster, 60)})`;
}

function commandOf({ id }: Job, control: Control): string {
  return control === 'abort-and-put-back' ? `/vmotion abort ${id} --put-back` : `/vmotion ${control} ${id}`;
}
