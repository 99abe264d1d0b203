// Block Kit's inputs as form controls. Each gives a node, and `read()`, what it holds now.
import { combobox } from './combobox.js';
import { el, newId } from './dom.js';
import { renderMrkdwn } from './mrkdwn.js';

const TEXTS = {
  plain_text_input: 'text',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

/** `state`: the value that Slack has for it. `onChange(value)` is told of a choice that a person made. */
export function renderInput({ element, state, id, tools, ask, onChange }) {
  if (element.type in TEXTS) return textField({ element, state, id, onChange });
  if (element.type === 'checkboxes' || element.type === 'radio_buttons')
    return choiceField({ element, state, tools, onChange });
  if (element.type === 'external_select' || element.type === 'multi_external_select') {
    return combobox({
      id,
      placeholder: element.placeholder?.text ?? 'Type to search',
      initial: state?.selected_option ?? state?.selected_options?.[0],
      minChars: element.min_query_length ?? 3,
      ask,
      onChoose: (option) => onChange(option.value),
    });
  }
  const options = optionsOf(element, tools);
  if (element.type.startsWith('multi_'))
    return choiceField({ element: { type: 'checkboxes', options }, state: multiState(state), tools, onChange });
  return selectField({ element, state, id, options, onChange });
}

/** Options of any menu whose options are known. */
export function optionsOf(element, { people }) {
  const plain = (list) => list.map(({ id, name }) => ({ text: { type: 'plain_text', text: name }, value: id }));
  if (element.type.includes('users')) return plain(people.users());
  if (element.type.includes('channels') || element.type.includes('conversations')) return plain(people.channels());
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}

function textField({ element, state, id, onChange }) {
  const isLong = element.multiline === true;
  const control = el(isLong ? 'textarea' : 'input', 'field-input');
  control.id = id;
  if (isLong) control.rows = 4;
  else control.type = TEXTS[element.type];
  const value = state?.value ?? state?.selected_date ?? state?.selected_time ?? dateTime(state?.selected_date_time);
  control.value = value ?? '';
  if (element.placeholder !== undefined) control.placeholder = element.placeholder.text;
  if (element.type === 'number_input') control.step = element.is_decimal_allowed ? 'any' : '1';
  if (element.focus_on_load === true) control.autofocus = true;
  const read = () => {
    if (control.value === '') return null;
    return element.type === 'datetimepicker' ? String(Date.parse(control.value) / 1000) : control.value;
  };
  const isPicker = element.type.endsWith('picker');
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  if (isPicker) control.addEventListener('change', () => onChange(read()));
  else if (triggers.includes('on_character_entered')) control.addEventListener('input', () => onChange(read()));
  return { node: control, control, read, onEnter: isPicker || isLong ? undefined : () => onChange(read()) };
}

// The control wants the local time without a zone.
function dateTime(seconds) {
  if (seconds === null || seconds === undefined) return undefined;
  const date = new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000);
  return date.toISOString().slice(0, 16);
}

function selectField({ element, state, id, options, onChange }) {
  const control = el('select', 'field-input');
  control.id = id;
  const chosen = state?.selected_option?.value ?? state?.selected_user ?? state?.selected_channel ?? '';
  const empty = el('option', '', element.placeholder?.text ?? 'Choose an option');
  empty.value = '';
  control.append(empty, ...grouped(element, options));
  control.value = chosen || state?.selected_conversation || '';
  control.addEventListener('change', () => onChange(control.value === '' ? null : control.value));
  return { node: control, control, read: () => (control.value === '' ? null : control.value) };
}

function grouped(element, options) {
  const toOption = ({ text, value }) => Object.assign(el('option', '', text.text), { value });
  if (element.option_groups === undefined) return options.map(toOption);
  return element.option_groups.map((group) =>
    Object.assign(el('optgroup', '', ...group.options.map(toOption)), { label: group.label.text }),
  );
}

function choiceField({ element, state, tools, onChange }) {
  const name = newId('choice');
  const isRadio = element.type === 'radio_buttons';
  const chosen = isRadio ? [state?.selected_option?.value] : (state?.selected_options ?? []).map(({ value }) => value);
  const boxes = element.options.map((option) => {
    const box = Object.assign(el('input'), {
      type: isRadio ? 'radio' : 'checkbox',
      name,
      value: option.value,
      checked: chosen.includes(option.value),
    });
    box.addEventListener('change', () => onChange(read()));
    return box;
  });
  const read = () => {
    const checked = boxes.filter((box) => box.checked).map((box) => box.value);
    return isRadio ? (checked[0] ?? null) : checked;
  };
  const labels = element.options.map((option, index) => {
    const text = option.text.type === 'mrkdwn' ? renderMrkdwn(option.text.text, tools.names) : [option.text.text];
    const lines = [el('span', '', ...text)];
    if (option.description !== undefined) lines.push(el('span', 'menu-description', option.description.text));
    return el('label', 'choice', boxes[index], el('span', 'choice-text', ...lines));
  });
  return { node: el('div', 'choices', ...labels), control: undefined, isGroup: true, read };
}

function multiState(state) {
  const ids = state?.selected_users ?? state?.selected_channels ?? state?.selected_conversations;
  return ids === undefined ? state : { selected_options: ids.map((value) => ({ value })) };
}
