// Buttons about a job. Each stands only where it works, carries the job's id, and has its command beside it; whether the
// person may press it is decided when it is pressed.
import type { Button } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import { type ButtonSpec, button, confirmation } from '../blocks.ts';

export const JOB_ACTIONS = [
  'pause',
  'resume',
  'abort',
  'abort-and-put-back',
  'cancel',
  'replan',
  'retest',
  'plan-enable',
  'revert',
] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

type Ask = { title: string; text: string; yes: string };
type Spec = Pick<ButtonSpec, 'label' | 'style'> & { ask?: Ask };

/** A button whose value is the job. `ask`: what is confirmed before it counts. */
export function jobButton(job: Pick<Job, 'id'>, action: JobAction, { label, style, ask }: Spec): Button {
  return button({
    actionId: action,
    label,
    value: job.id,
    ...(style === undefined ? {} : { style }),
    ...(ask === undefined ? {} : { confirm: confirmation({ ...ask, no: 'Go back' }) }),
  });
}
