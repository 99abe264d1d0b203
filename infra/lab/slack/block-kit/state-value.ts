// What an app reads of an input: Slack's `state.values`, one entry an element.
import type { LooseElement, Placed } from './walk.ts';
import { placedElements } from './walk.ts';

export type StateValue = { type: string; [key: string]: unknown };
/** By block_id, then by action_id. */
export type StateValues = Record<string, Record<string, StateValue>>;

/** What a person puts in: a text, a date, the value of an option or a person's id; several where several can be
 * chosen; null for nothing. */
export type LabInput = string | string[] | null;

export type Option = { text: { type: string; text: string }; value: string; [key: string]: unknown };

// The field of a state value that holds what was chosen, by the element's type.
const FIELDS: Record<string, string> = {
  plain_text_input: 'value',
  number_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  static_select: 'selected_option',
  external_select: 'selected_option',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  checkboxes: 'selected_options',
  multi_static_select: 'selected_options',
  multi_external_select: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
};
const INITIAL: Record<string, string> = {
  value: 'initial_value',
  selected_option: 'initial_option',
  selected_options: 'initial_options',
  selected_user: 'initial_user',
  selected_users: 'initial_users',
  selected_conversation: 'initial_conversation',
  selected_channel: 'initial_channel',
  selected_date: 'initial_date',
  selected_time: 'initial_time',
  selected_date_time: 'initial_date_time',
};
const STATELESS = new Set(['button', 'overflow', 'feedback_buttons', 'icon_button']);

/** The values of all inputs as they first stand there. What was put in before stays, where the input is the same. */
export function toStateValues(blocks: unknown[], before: StateValues = {}): StateValues {
  const values: StateValues = {};
  for (const { blockId, element } of placedElements(blocks)) {
    if (element.action_id === undefined || STATELESS.has(element.type)) continue;
    const kept = before[blockId]?.[element.action_id];
    (values[blockId] ??= {})[element.action_id] = kept?.type === element.type ? kept : initialValue(element);
  }
  return values;
}

function initialValue(element: LooseElement): StateValue {
  const field = FIELDS[element.type] ?? 'value';
  const initial = element[INITIAL[field] ?? ''];
  return { type: element.type, [field]: initial ?? (field.endsWith('s') ? [] : null) };
}

/** The state of one input after a person's choice. Throws for an option that is not there. `suggested`: what the app
 * suggested for an external menu. */
export function toStateValue(element: LooseElement, input: LabInput, suggested: Option[] = []): StateValue {
  const field = FIELDS[element.type];
  if (field === undefined) throw new Error(`nothing can be put into a ${element.type}`);
  const options = [...optionsOf(element), ...suggested];
  if (field === 'selected_options')
    return { type: element.type, [field]: listOf(input).map((one) => find(options, one)) };
  if (field === 'selected_option')
    return { type: element.type, [field]: input === null ? null : find(options, textOf(input)) };
  if (field.endsWith('s')) return { type: element.type, [field]: listOf(input) };
  if (field === 'selected_date_time') return { type: element.type, [field]: input === null ? null : Number(input) };
  return { type: element.type, [field]: input === null || input === '' ? null : textOf(input) };
}

/** Options of a menu, those of its groups too. */
export function optionsOf(element: LooseElement): Option[] {
  const groups = (element['option_groups'] ?? []) as { options: Option[] }[];
  return [...((element['options'] ?? []) as Option[]), ...groups.flatMap((group) => group.options)];
}

/** What Slack itself finds wrong with an input before it sends anything; undefined when it is right. */
export function findInputProblem({ element, block }: Placed, value: StateValue | undefined): string | undefined {
  const chosen = value?.[FIELDS[element.type] ?? 'value'];
  const isEmpty = chosen === null || chosen === undefined || (Array.isArray(chosen) && chosen.length === 0);
  if (isEmpty) return block['optional'] === true ? undefined : 'Please complete this required field.';
  if (typeof chosen !== 'string') return undefined;
  const { min_length: min, max_length: max } = element as { min_length?: number; max_length?: number };
  if (min !== undefined && chosen.length < min) return `Must be at least ${min} characters.`;
  if (chosen.length > (max ?? 3000)) return `Must be ${max ?? 3000} characters at most.`;
  if (element.type === 'number_input') return findNumberProblem(element, chosen);
  return undefined;
}

function findNumberProblem(element: LooseElement, text: string): string | undefined {
  const number = Number(text);
  if (Number.isNaN(number)) return 'Please enter a number.';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(number)) return 'Please enter a whole number.';
  const { min_value: min, max_value: max } = element as { min_value?: string; max_value?: string };
  if (min !== undefined && number < Number(min)) return `Must be ${min} or more.`;
  if (max !== undefined && number > Number(max)) return `Must be ${max} or less.`;
  return undefined;
}

function find(options: Option[], value: string): Option {
  const option = options.find((one) => one.value === value);
  if (option === undefined)
    throw new Error(`no option ${value}; there are ${options.map((one) => one.value).join(', ') || 'none'}`);
  return option;
}

function listOf(input: LabInput): string[] {
  if (input === null) return [];
  return typeof input === 'string' ? [input] : input;
}

function textOf(input: string | string[]): string {
  return typeof input === 'string' ? input : input.join(', ');
}
