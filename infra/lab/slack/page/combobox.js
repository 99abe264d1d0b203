// An external menu: what is typed is sent to the app, which answers with options.
import { el, newId } from './dom.js';

const PAUSE_MS = 120;

/** `ask(query)` gives options; `onChoose(option)` is told of a choice. `read()` gives the chosen value, or null. */
export function combobox({ id, placeholder, initial, minChars, ask, onChoose }) {
  const listId = newId('options');
  const input = el('input', 'field-input');
  Object.assign(input, { id, type: 'text', role: 'combobox', placeholder, autocomplete: 'off', spellcheck: false });
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', listId);
  input.setAttribute('aria-expanded', 'false');
  const list = el('ul', 'options');
  Object.assign(list, { id: listId, role: 'listbox', hidden: true });
  list.setAttribute('aria-label', 'Options');
  let chosen = initial ?? null;
  let offered = [];
  let active = -1;
  let timer;
  input.value = chosen?.text.text ?? '';

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (option) => {
    chosen = option;
    input.value = option.text.text;
    close();
    onChoose(option);
  };
  const mark = (at) => {
    active = at;
    [...list.children].forEach((node, index) => node.setAttribute('aria-selected', String(index === at)));
    const node = list.children[at];
    if (node === undefined) return;
    input.setAttribute('aria-activedescendant', node.id);
    node.scrollIntoView({ block: 'nearest' });
  };
  const show = (options) => {
    offered = options;
    list.replaceChildren(...options.map((option, index) => toNode(option, index)));
    if (options.length === 0) list.append(nothing());
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    mark(-1);
  };
  const toNode = (option, index) => {
    const node = el('li', 'option', option.text.text);
    Object.assign(node, { id: `${listId}-${index}`, role: 'option' });
    node.setAttribute('aria-selected', 'false');
    if (option.description !== undefined) node.append(el('span', 'menu-description', option.description.text));
    // Before the field loses its focus, which would close the list.
    node.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      choose(option);
    });
    return node;
  };
  const load = async () => {
    const query = input.value === chosen?.text.text ? '' : input.value;
    if (query.length < minChars) return close();
    const options = await ask(query);
    if (document.activeElement === input) show(options);
  };
  input.addEventListener('input', () => {
    chosen = null;
    clearTimeout(timer);
    timer = setTimeout(() => void load(), PAUSE_MS);
  });
  input.addEventListener('focus', () => void load());
  input.addEventListener('blur', () => {
    close();
    // Only what was offered counts.
    input.value = chosen?.text.text ?? '';
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void load();
      else mark((active + (event.key === 'ArrowDown' ? 1 : -1) + offered.length) % Math.max(1, offered.length));
    } else if (event.key === 'Enter' && !list.hidden && offered[active] !== undefined) {
      event.preventDefault();
      choose(offered[active]);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { node: el('div', 'combobox', input, list), control: input, read: () => chosen?.value ?? null };
}

function nothing() {
  const node = el('li', 'option nothing', 'No results');
  node.role = 'option';
  node.setAttribute('aria-disabled', 'true');
  node.setAttribute('aria-selected', 'false');
  return node;
}
