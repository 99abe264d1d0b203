// Block Kit to DOM nodes.
import { buttonNode, el, newId } from './dom.js';
import { renderInput, optionsOf } from './inputs.js';
import { menuButton } from './menu.js';
import { renderMrkdwn } from './mrkdwn.js';
import { renderMarkdown, renderRichText, scrollable } from './rich-text.js';

/**
 * Nodes for the blocks of a message or a view. `tools`: { names, people, act, ask, values?, errors?, register? }:
 * `act({ element, blockId, value, node })` is told what a person used, `ask` wants options; `register` collects inputs.
 */
export function renderBlocks(blocks, tools, prefix = 'b') {
  return blocks.map((block, index) => renderBlock(block, block.block_id ?? `${prefix}${index}`, tools));
}

/** One block, with the id that it has where it brings none. */
export function renderBlock(block, blockId, tools) {
  const render = RENDERERS[block.type] ?? (() => el('div', 'block', `[${block.type}]`));
  return render(block, { ...tools, blockId });
}

const RENDERERS = {
  header: (block, tools) => el('h3', 'block block-header', ...textOf(block.text, tools)),
  section,
  context: (block, tools) =>
    el(
      'div',
      'block block-context',
      ...block.elements.map((element) =>
        element.type === 'image' ? image(element) : el('span', 'context-element', ...textOf(element, tools)),
      ),
    ),
  actions: (block, tools) => el('div', 'block block-actions', ...block.elements.map((one) => control(one, tools))),
  context_actions: (block, tools) =>
    el('div', 'block block-actions', ...block.elements.flatMap((one) => feedback(one, tools))),
  divider: () => el('hr'),
  image: figure,
  input,
  rich_text: (block, tools) => el('div', 'block', ...renderRichText(block, tools)),
  markdown: (block) => el('div', 'block block-markdown', ...renderMarkdown(block.text)),
  table,
  data_table: table,
  alert,
  card,
  carousel: (block, tools) => el('div', 'block carousel', ...renderBlocks(block.elements, tools, `${tools.blockId}.`)),
  container,
  plan: (block, tools) =>
    el(
      'section',
      'block plan',
      el('h4', 'plan-title', block.title),
      el('ol', 'tasks', ...(block.tasks ?? []).map((one) => el('li', '', ...task(one, tools)))),
    ),
  task_card: (block, tools) => el('div', 'block plan', ...task(block, tools)),
};

function section(block, tools) {
  const children = [];
  if (block.text !== undefined) children.push(el('div', 'section-text', ...textOf(block.text, tools)));
  if (block.fields !== undefined)
    children.push(el('div', 'fields', ...block.fields.map((field) => el('div', 'field', ...textOf(field, tools)))));
  if (block.accessory === undefined) return el('div', 'block', ...children);
  const beside = block.accessory.type === 'image' ? image(block.accessory) : control(block.accessory, tools);
  return el('div', 'block with-accessory', el('div', 'with-accessory-text', ...children), beside);
}

/** A button, a menu or a picker that acts at once. */
function control(element, tools) {
  const { act, blockId } = tools;
  const state = tools.values?.[blockId]?.[element.action_id];
  if (element.type === 'button' || element.type === 'icon_button') {
    const className = `action ${element.style ?? ''}`.trim();
    const node = buttonNode(className, element.text.text, () => act({ element, blockId, node }));
    node.dataset.action = element.action_id;
    if (element.accessibility_label !== undefined) node.setAttribute('aria-label', element.accessibility_label);
    return node;
  }
  if (element.type === 'overflow') {
    return menuButton({
      text: '…',
      label: 'More actions',
      action: element.action_id,
      choices: element.options.map(toChoice),
      onChoose: ({ value }) => act({ element, blockId, value }),
    });
  }
  if (element.type.endsWith('_select') && !element.type.includes('external') && !element.type.startsWith('multi_')) {
    const choices = optionsOf(element, tools).map(toChoice);
    const chosen = state?.selected_option ?? element.initial_option;
    return menuButton({
      text: `${chosen?.text.text ?? element.placeholder?.text ?? 'Choose'} ▾`,
      action: element.action_id,
      value: chosen?.value ?? '',
      choices,
      onChoose: ({ value }) => act({ element, blockId, value }),
    });
  }
  const id = newId('control');
  const field = renderInput({
    element,
    state: state ?? initialOf(element),
    id,
    tools,
    ask: (query) => tools.ask({ element, blockId, query }),
    onChange: (value) => act({ element, blockId, value }),
  });
  const label = element.placeholder?.text ?? element.type.replaceAll('_', ' ');
  if (field.control !== undefined) field.control.setAttribute('aria-label', label);
  else Object.assign(field.node, { role: 'group', ariaLabel: label });
  return field.node;
}

const toChoice = ({ text, value, description, url }) => ({
  text: text.text,
  value,
  description: description?.text,
  url,
});

// A message has no state of its own: what is chosen there is what its element begins with.
function initialOf(element) {
  return {
    selected_option: element.initial_option,
    selected_options: element.initial_options,
    selected_date: element.initial_date,
    selected_time: element.initial_time,
    value: element.initial_value,
  };
}

function feedback(element, tools) {
  if (element.type !== 'feedback_buttons') return [control(element, tools)];
  return [element.positive_button, element.negative_button].map((one) =>
    buttonNode('action', one.text.text, () => tools.act({ element, blockId: tools.blockId, value: one.value })),
  );
}

function input(block, tools) {
  const { blockId } = tools;
  const { element } = block;
  const id = newId('field');
  const state = tools.values?.[blockId]?.[element.action_id];
  const dispatches = block.dispatch_action === true;
  const field = renderInput({
    element,
    state,
    id,
    tools,
    ask: (query) => tools.ask({ element, blockId, query }),
    onChange: (value) => dispatches && tools.act({ element, blockId, value }),
  });
  const label = [block.label.text, ...(block.optional === true ? [el('span', 'optional', ' (optional)')] : [])];
  const error = tools.errors?.[blockId];
  const hint =
    block.hint === undefined ? [] : [Object.assign(el('p', 'hint-text', block.hint.text), { id: `${id}-hint` })];
  const wrong =
    error === undefined ? [] : [Object.assign(el('p', 'field-error', `Error: ${error}`), { id: `${id}-error` })];
  const described = [...wrong, ...hint].map((node) => node.id).join(' ');
  describe(field.control ?? field.node, { described, isWrong: error !== undefined, isOptional: block.optional });
  if (dispatches && field.onEnter !== undefined) {
    field.control.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      field.onEnter();
    });
  }
  tools.register?.({ blockId, actionId: element.action_id, read: field.read });
  if (field.isGroup === true) {
    const group = el(
      'fieldset',
      'block field-block',
      el('legend', 'field-label', ...label),
      field.node,
      ...wrong,
      ...hint,
    );
    if (described !== '') group.setAttribute('aria-describedby', described);
    return group;
  }
  const labelNode = el('label', 'field-label', ...label);
  labelNode.htmlFor = id;
  return el('div', 'block field-block', labelNode, field.node, ...wrong, ...hint);
}

function describe(node, { described, isWrong, isOptional }) {
  if (node.classList.contains('choices')) return;
  if (described !== '') node.setAttribute('aria-describedby', described);
  if (isWrong) node.setAttribute('aria-invalid', 'true');
  if (isOptional !== true) node.setAttribute('aria-required', 'true');
}

function table(block, tools) {
  const [head = [], ...rows] = block.rows;
  const alignOf = (index) => block.column_settings?.[index]?.align ?? 'left';
  const cell = (tag, one, index) => el(tag, `align-${alignOf(index)}`, ...cellNodes(one, tools));
  const headCells = head.map((one, index) => Object.assign(cell('th', one, index), { scope: 'col' }));
  const body = rows.map((row) => el('tr', '', ...row.map((one, index) => cell('td', one, index))));
  const node = el('table', '', el('thead', '', el('tr', '', ...headCells)), el('tbody', '', ...body));
  if (block.caption !== undefined) node.prepend(el('caption', '', block.caption));
  return scrollable(el('div', 'block table-wrap', node), block.caption ?? 'Table');
}

function cellNodes(one, tools) {
  return one.type === 'rich_text' ? renderRichText(one, tools) : [one.text];
}

// The level in words too: a colour alone says nothing to some.
const LEVELS = { info: 'Note', warning: 'Warning', error: 'Error', success: 'Done' };

function alert(block, tools) {
  const word = LEVELS[block.level];
  const lead = word === undefined ? [] : [el('strong', 'alert-word', `${word}: `)];
  return Object.assign(el('div', `block alert ${block.level ?? 'default'}`, ...lead, ...textOf(block.text, tools)), {
    role: 'note',
  });
}

function card(block, tools) {
  const parts = [
    ...(block.hero_image === undefined ? [] : [image(block.hero_image)]),
    ...(block.title === undefined ? [] : [el('h4', 'card-title', ...textOf(block.title, tools))]),
    ...(block.subtitle === undefined ? [] : [el('p', 'card-subtitle', ...textOf(block.subtitle, tools))]),
    ...(block.body === undefined ? [] : [el('p', '', ...textOf(block.body, tools))]),
    ...(block.actions === undefined
      ? []
      : [el('div', 'block-actions', ...block.actions.map((one) => control(one, tools)))]),
  ];
  return el('div', 'block card', ...parts);
}

function container(block, tools) {
  const title = block.rich_text_title === undefined ? [block.title.text] : renderRichText(block.rich_text_title, tools);
  const subtitle = block.subtitle === undefined ? [] : [el('span', 'card-subtitle', ...textOf(block.subtitle, tools))];
  const children = renderBlocks(block.child_blocks, tools, `${tools.blockId}.`);
  if (block.is_collapsible !== true)
    return el('section', 'block container', el('h4', 'card-title', ...title), ...subtitle, ...children);
  const node = el(
    'details',
    'block container',
    el('summary', '', el('strong', '', ...title), ...subtitle),
    ...children,
  );
  node.open = block.default_collapsed !== true;
  return node;
}

// As Slack does, a sign; what it means is read out, and the titles say it too.
const STATUSES = {
  pending: ['○', 'waiting'],
  in_progress: ['◐', 'under way'],
  complete: ['●', 'done'],
  error: ['✕', 'failed'],
};

function task(one, tools) {
  const details = [one.details, one.output].filter((part) => part !== undefined);
  return [
    el('p', `task ${one.status}`, taskStatus(one.status), ` ${one.title}`),
    ...details.map((part) => el('div', 'task-details', ...renderRichText(part, tools))),
  ];
}

/** An image with its title, its description to read, and a way to see it large. */
export function figure({ alt_text: alt, title, image_url: url, slack_file: file }) {
  const src = file === undefined ? url : `/files/${encodeURIComponent(file.id ?? file.url)}/image`;
  const picture = Object.assign(el('img'), { src, alt });
  const link = Object.assign(el('a', 'small-link', 'Open full size'), { href: src, target: '_blank', rel: 'noopener' });
  const description = el('details', 'description', el('summary', '', 'Image description'), el('p', '', alt));
  const caption = title === undefined ? [] : [el('strong', '', title.text ?? title)];
  return el('figure', 'block figure', picture, el('figcaption', '', ...caption, link, description));
}

function image({ alt_text: alt, image_url: url, slack_file: file }) {
  return Object.assign(el('img', 'small-image'), { src: file === undefined ? url : `/files/${file.id}/image`, alt });
}

function textOf(text, { names }) {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, names) : [text.text];
}

function taskStatus(status) {
  const [sign, word] = STATUSES[status] ?? ['·', status];
  const seen = el('span', '', sign);
  seen.setAttribute('aria-hidden', 'true');
  return el('span', 'task-status', seen, el('span', 'visually-hidden', `${word}: `));
}
