import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Refusal } from '../../domain/reply.ts';
import { context, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { LIMITS } from '../limits.ts';
import { fieldsOf, type Picked, PICKER_VERBS, type PickerField, type PickerVerb, toCommandText } from '../picked.ts';
import { modal, plain } from './modal.ts';
import { renderRefusal } from './reply.ts';

export const PICKER_CALLBACK = 'picker';
export const VERB_INPUT = 'pick-verb';

/** Action id of a field's input, which is its block's id too where the block never changes. */
export const inputOf = (field: PickerField) => `pick-${field}`;

export type PickerState = {
  picked: Picked;
  channel: string;
  /** That may be named in the channel; at least one. */
  clusters: string[];
  /** What the command would be answered if it were sent now, where that was looked at. */
  outlook?: 'taken' | Refusal | undefined;
};

/** Everything that can be chosen, under it the very command that will be sent, and what stands against it. */
export function renderPicker({ picked, channel, clusters, outlook }: PickerState): ModalView {
  const cluster = picked.values.get('cluster');
  return modal({
    callbackId: PICKER_CALLBACK,
    title: '/vmotion',
    submit: 'Send',
    close: 'Close',
    metadata: { channel, cluster },
    blocks: [
      verbInput(picked.verb),
      ...fieldsOf(picked.verb).map((field) => fieldInput(field, picked, clusters)),
      ...previewBlocks(picked, outlook),
    ],
  });
}

/** The id of a field's block. A menu of hosts is a new one for each cluster, so that no other cluster's host stays. */
export function blockOf(field: PickerField, cluster: string | undefined): string {
  return field === 'host' || field === 'from' || field === 'to'
    ? cutPlain(`${inputOf(field)}-${cluster ?? ''}`, LIMITS.actionIdChars)
    : inputOf(field);
}

function previewBlocks(picked: Picked, outlook: PickerState['outlook']): KnownBlock[] {
  const command = section(`*Will be sent*\n${code(`/vmotion ${toCommandText(picked)}`)}`);
  if (outlook === undefined) return [command];
  if (outlook === 'taken') return [command, context(['Nothing stands against it now.'])];
  return [command, ...renderRefusal(outlook).blocks];
}

function verbInput(verb: PickerVerb): InputBlock {
  const groups = Object.entries(PICKER_VERBS).map(([name, verbs]) => ({
    label: plain(name, LIMITS.optionChars),
    options: verbs.map((one) => option(one, VERB_TEXTS[one])),
  }));
  return {
    type: 'input',
    block_id: VERB_INPUT,
    dispatch_action: true,
    label: plain('What', 100),
    element: {
      type: 'static_select',
      action_id: VERB_INPUT,
      option_groups: groups,
      initial_option: option(verb, VERB_TEXTS[verb]),
    },
  };
}

const VERB_TEXTS: Record<PickerVerb, string> = {
  status: 'status - what vCenter says now',
  check: 'check - is it ready for a change?',
  test: 'test - every adapter pings every other',
  evidence: 'evidence - what the logs say about migrations',
  audit: 'audit - compare with what is declared',
  show: 'show - one job as it stands',
  history: 'history - the last jobs',
  enable: 'enable - plan, ask for approval, change, prove',
  'plan enable': 'plan enable - only the plan',
  repair: 'repair - switch vMotion on again',
  'plan repair': 'plan repair - only the plan',
  revert: 'revert - put the hosts back as they were',
  'plan revert': 'plan revert - only the plan',
  trial: 'trial - move one VM and prove the way',
};

const LABELS: Record<PickerField, string> = {
  cluster: 'Cluster',
  job: 'Job',
  host: 'Only this host',
  vm: 'Virtual machine',
  from: 'From host',
  to: 'To host',
  return: 'Afterwards',
  reason: 'Reason',
  ticket: 'Ticket',
  output: 'Answer as',
};

/** Without these no command can be sent. A reason or a ticket only some clusters ask for, so the preview says so. */
const REQUIRED: ReadonlySet<PickerField> = new Set(['cluster', 'job', 'vm', 'from', 'to']);

function fieldInput(field: PickerField, picked: Picked, clusters: string[]): InputBlock {
  return {
    type: 'input',
    block_id: blockOf(field, picked.values.get('cluster')),
    dispatch_action: true,
    optional: !REQUIRED.has(field),
    label: plain(LABELS[field], 100),
    element: element(field, picked.values.get(field), clusters),
  };
}

function element(field: PickerField, value: string | undefined, clusters: string[]): InputBlock['element'] {
  switch (field) {
    case 'cluster':
      return clusters.length <= LIMITS.options ? chooseFrom(field, clusters, value) : search(field, value);
    case 'job':
    case 'host':
    case 'from':
    case 'to':
      return search(field, value);
    case 'output':
      return chooseFrom(field, ['text', 'csv', 'json'], value);
    case 'return': {
      const back = option('yes', 'move it back');
      const chosen = value === 'yes' ? { initial_options: [back] } : {};
      return { type: 'checkboxes', action_id: inputOf(field), options: [back], ...chosen };
    }
    case 'vm':
    case 'reason':
    case 'ticket':
      return {
        type: 'plain_text_input',
        action_id: inputOf(field),
        max_length: TEXT_CHARS_MAX[field],
        dispatch_action_config: { trigger_actions_on: ['on_character_entered'] },
        ...(value === undefined || value === '' ? {} : { initial_value: value }),
      };
    default:
      throw new Error(`unknown field ${String(field satisfies never)}`);
  }
}

const TEXT_CHARS_MAX = { vm: 80, reason: 500, ticket: 60 } as const;

function chooseFrom(field: PickerField, values: readonly string[], value: string | undefined): InputBlock['element'] {
  const chosen = value !== undefined && values.includes(value) ? { initial_option: option(value) } : {};
  const options = values.map((one) => option(one));
  return { type: 'static_select', action_id: inputOf(field), options, ...chosen };
}

function search(field: PickerField, value: string | undefined): InputBlock['element'] {
  const chosen = value === undefined || value === '' ? {} : { initial_option: option(value) };
  return { type: 'external_select', action_id: inputOf(field), min_query_length: 0, ...chosen };
}

/** One choice. The caller sees to it that the value fits: a name that was cut would name something else. */
export function option(value: string, text: string = value): PlainTextOption {
  return { text: plain(text, LIMITS.optionChars), value };
}
