// A button that opens a short list of choices: overflow menus, and select menus outside of forms.
import { buttonNode, el, newId } from './dom.js';

/** `choices`: { text, value, description?, url? }. `label`: read for a button that shows only a sign. */
export function menuButton({ text, label, choices, onChoose, action, value }) {
  const id = newId('menu');
  const button = buttonNode('action menu-button', text, () => (list.hidden ? open() : close()));
  button.dataset.action = action;
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-controls', id);
  if (label !== undefined) button.setAttribute('aria-label', label);
  const list = el('div', 'menu');
  Object.assign(list, { id, role: 'menu', hidden: true });
  list.setAttribute('aria-label', label ?? text);
  list.append(...choices.map((choice) => item(choice)));
  const root = el('span', 'menu-root', button, list);
  const items = () => [...list.children];

  function item(choice) {
    const node = buttonNode('menu-item', choice.text, () => {
      close();
      if (choice.url !== undefined) window.open(choice.url, '_blank', 'noopener');
      onChoose(choice);
    });
    node.role = value === undefined ? 'menuitem' : 'menuitemradio';
    if (value !== undefined) node.setAttribute('aria-checked', String(choice.value === value));
    node.tabIndex = -1;
    if (choice.description !== undefined) node.append(el('span', 'menu-description', choice.description));
    return node;
  }

  function open() {
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    // Where it would leave the window at the right, it hangs from its button's other end.
    list.classList.toggle('at-right', list.getBoundingClientRect().right > window.innerWidth - 8);
    (items().find((node) => node.getAttribute('aria-checked') === 'true') ?? items()[0])?.focus();
    document.addEventListener('pointerdown', onOutside);
  }

  function close() {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', onOutside);
    button.focus();
  }

  function onOutside(event) {
    if (!root.contains(event.target)) close();
  }

  list.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    if (event.key in steps) all.at(steps[event.key] % all.length)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  });
  button.setAttribute('aria-expanded', 'false');
  return root;
}
