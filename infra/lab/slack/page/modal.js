// The topmost of a person's modals. What was typed stays when the app changes the view around it.
import { renderBlock } from './blocks.js';
import { buttonNode, byId, carryFocus, createMemory, el, reconcile } from './dom.js';

/** `send`: { submit(values), dismiss() }, both promises. `toolsOf(view)`: what blocks want. */
export function createModal({ send, toolsOf }) {
  const dialog = byId('modal');
  let shown;

  const leave = () => void send.dismiss();
  // Escape leaves as the button does: the server takes the modal away, and this closes.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    leave();
  });

  const build = (view) => {
    const readers = new Map();
    const problem = el('p', 'modal-problem');
    problem.role = 'alert';
    const body = el('div', 'modal-body');
    const title = Object.assign(el('h2', '', view.content.title.text), { id: 'modal-title' });
    const close = buttonNode('close', '', leave);
    close.append('✕');
    close.setAttribute('aria-label', 'Close');
    const submit = el('button', 'action primary', view.content.submit?.text ?? '');
    submit.type = 'submit';
    const cancel = buttonNode('action', '', leave);
    const form = el(
      'form',
      'modal-form',
      el('header', 'modal-header', title, close),
      problem,
      body,
      el('footer', 'dialog-buttons', cancel, submit),
    );
    form.noValidate = true;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (submit.disabled) return;
      submit.disabled = true;
      submit.textContent = 'Waiting for the app …';
      await send.submit(
        [...readers.values()].map(({ blockId, actionId, read }) => ({ blockId, actionId, value: read() })),
      );
      submit.disabled = false;
      // It may be gone by now, or another may have been laid above it.
      if (shown !== undefined) update(shown.view);
    });
    const memory = createMemory(({ key: blockId, block, tools }, before) => {
      // What stands in an input that is drawn anew is kept, unless the app made it another input.
      const kept = readers.get(blockId);
      const value = kept === undefined || before === undefined ? undefined : kept.read();
      readers.delete(blockId);
      const node = renderBlock(block, blockId, {
        ...tools,
        values: value === undefined ? tools.values : withValue(tools.values, kept, value),
        register: (reader) => readers.set(blockId, reader),
      });
      carryFocus(before, node);
      return node;
    });
    return { id: view.id, form, title, problem, body, submit, cancel, memory, readers };
  };

  const update = (view) => {
    const { content } = view;
    shown.view = view;
    shown.title.textContent = content.title.text;
    shown.problem.textContent = view.problem ?? '';
    shown.cancel.textContent = content.close?.text ?? (view.isStacked ? 'Back' : 'Cancel');
    shown.submit.hidden = content.submit === undefined;
    if (!shown.submit.disabled) shown.submit.textContent = content.submit?.text ?? '';
    const tools = toolsOf(view);
    const items = content.blocks.map((block, index) => {
      const key = block.block_id ?? `b${index}`;
      return { key, state: [block, view.errors[key]], block, tools };
    });
    const keys = new Set(items.map(({ key }) => key));
    for (const key of shown.readers.keys()) if (!keys.has(key)) shown.readers.delete(key);
    reconcile(shown.body, shown.memory.nodesOf(items));
    const wrong = JSON.stringify(view.errors);
    if (wrong !== shown.wrong) shown.body.querySelector('[aria-invalid="true"]')?.focus();
    shown.wrong = wrong;
  };

  return {
    /** Shows the view, or closes when there is none. */
    show(view) {
      if (view === undefined) {
        shown = undefined;
        if (dialog.open) dialog.close();
        dialog.replaceChildren();
        return;
      }
      const isSame = shown?.id === view.id;
      if (!isSame) {
        shown = build(view);
        dialog.replaceChildren(shown.form);
      }
      update(view);
      if (dialog.open && isSame) return;
      if (!dialog.open) dialog.showModal();
      // Not the button that closes it, which comes first.
      const inputs = 'input, select, textarea, button';
      (shown.body.querySelector('[autofocus]') ?? shown.body.querySelector(inputs) ?? shown.submit).focus();
    },
  };
}

// As Slack would have it, for the input to begin with.
function withValue(values, { blockId, actionId }, value) {
  const before = values?.[blockId]?.[actionId];
  if (before === undefined || typeof value !== 'string' || !('value' in before)) return values;
  return { ...values, [blockId]: { ...values[blockId], [actionId]: { ...before, value } } };
}
