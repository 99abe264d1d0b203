// The modal that bare /vmotion opens: what is chosen there becomes a command, and goes the way that a typed one goes.
import type { EdgeUseCases } from '../app/edge-use-cases.ts';
import type { SlackClick, SlackCommand, SlackSubmission, SlackView } from '../contracts/slack-input.ts';
import { parseMetadata } from '../contracts/view-metadata.ts';
import type { Refusal } from '../domain/reply.ts';
import type { Views } from '../ports.ts';
import { cutPlain } from './fit.ts';
import { fieldsOf, type Picked, type PickerField, toCommandText, toPickerVerb } from './picked.ts';
import { renderAnswerModal } from './views/modal.ts';
import { blockOf, inputOf, renderPicker, VERB_INPUT } from './views/picker.ts';
import { renderReply } from './views/reply.ts';
import type { SubmissionAnswer } from './submission-answer.ts';

export type PickerParts = Pick<EdgeUseCases, 'receiveCommand' | 'rehearsal' | 'clustersIn'> & { views: Views };

/** Opens the picker for a bare /vmotion. Answers whether it did: without a trigger, or without a cluster that may be
 * named here, there is nothing to open. */
export async function openPicker(parts: PickerParts, command: SlackCommand): Promise<boolean> {
  const { channel, triggerId } = command;
  const clusters = parts.clustersIn(channel);
  if (triggerId === undefined || clusters.length === 0) return false;
  const [only] = clusters;
  const values: Picked['values'] = new Map(clusters.length === 1 && only !== undefined ? [['cluster', only]] : []);
  const view = renderPicker({ picked: { verb: 'status', values }, channel, clusters });
  return (await parts.views.open(triggerId, view)).kind === 'opened';
}

/** Shows what the choice makes, and what would be refused. A newer change's answer is never overwritten by an older. */
export async function refreshPicker(parts: PickerParts, click: SlackClick & { view: SlackView }): Promise<void> {
  const { view, user } = click;
  const channel = parseMetadata(view.metadata)?.channel ?? '';
  const picked = toPicked(view);
  const reply = await parts.rehearsal.command({ text: toCommandText(picked), user, channel });
  const outlook = reply.kind === 'refused' ? reply : 'taken';
  const next = renderPicker({ picked, channel, clusters: parts.clustersIn(channel), outlook });
  await parts.views.update(view, next);
}

/** Sends the command. What is refused is shown at the input that it is about, and the picker stays open. */
export async function submitPicker(parts: PickerParts, { view, user }: SlackSubmission): Promise<SubmissionAnswer> {
  const channel = parseMetadata(view.metadata)?.channel ?? '';
  const picked = toPicked(view);
  // One modal makes one job, however often it is sent.
  const requestId = `view-${view.viewId}`;
  const reply = await parts.receiveCommand({ requestId, text: toCommandText(picked), user, channel });
  if (reply.kind === 'refused')
    return { response_action: 'errors', errors: { [blockAbout(reply, picked)]: say(reply) } };
  return { response_action: 'update', view: renderAnswerModal(renderReply(reply), channel) };
}

function toPicked({ values, metadata }: SlackView): Picked {
  const verb = toPickerVerb(values.get(VERB_INPUT));
  const shownCluster = parseMetadata(metadata)?.cluster;
  const entries = fieldsOf(verb).flatMap((field): [PickerField, string][] => {
    const value = values.get(inputOf(field)) ?? '';
    return value === '' ? [] : [[field, value]];
  });
  const picked = new Map(entries);
  // Hosts were chosen from the menu of the cluster that stood there before.
  if (shownCluster !== undefined && picked.get('cluster') !== shownCluster) {
    for (const field of ['host', 'from', 'to'] as const) picked.delete(field);
  }
  return { verb, values: picked };
}

const ABOUT: Record<string, PickerField[]> = {
  'reason-missing': ['reason'],
  'ticket-missing': ['ticket'],
  'ticket-malformed': ['ticket'],
  'host-unknown': ['host', 'from'],
  'flag-missing': ['vm', 'from', 'to', 'reason'],
  'flag-value': ['reason', 'ticket', 'host', 'vm', 'from', 'to', 'output'],
  'same-host': ['to'],
  'job-not-found': ['job'],
  'not-a-job-id': ['job'],
  'unknown-verb': [],
  'unknown-flag': [],
};

/** A block that is there: Slack refuses an error at one that is not. */
function blockAbout({ code }: Refusal, { verb, values }: Picked): string {
  const wanted = ABOUT[code] ?? ['cluster', 'job'];
  const field = wanted.find((one) => fieldsOf(verb).includes(one) && !isGiven(one, values, code));
  return field === undefined ? VERB_INPUT : blockOf(field, values.get('cluster'));
}

/** Of several that may be missing, the one that is. */
function isGiven(field: PickerField, values: Picked['values'], code: string): boolean {
  return code === 'flag-missing' && values.has(field);
}

const ERROR_CHARS_MAX = 300;

/** What and why, in plain text: mrkdwn is not read there. */
export function say({ what, why, fix }: Pick<Refusal, 'what' | 'why' | 'fix'>): string {
  return cutPlain([what, why, fix].filter((part) => part !== '').join(' '), ERROR_CHARS_MAX);
}
