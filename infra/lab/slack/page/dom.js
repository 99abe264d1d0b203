// The few things about nodes that every part of the page needs.

let count = 0;

export const byId = (id) => document.getElementById(id);

/** A node with a class and children, texts among them: what comes from outside only ever becomes text. */
export function el(tag, className = '', ...children) {
  const node = document.createElement(tag);
  if (className !== '') node.className = className;
  node.append(...children);
  return node;
}

export function buttonNode(className, text, onClick) {
  const node = el('button', className, text);
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

/** An id that nothing else on the page has. */
export function newId(prefix) {
  count += 1;
  return `${prefix}-${count}`;
}

/** Makes `nodes` the children of `parent`. What stays is not moved, so that it keeps its focus. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of Array.from(parent.children)) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/** Remembers nodes by key: as long as `state` reads the same, the same node is given again. */
export function createMemory(render) {
  let kept = new Map();
  return {
    nodesOf(items) {
      const next = new Map();
      const nodes = items.map(({ key, state, ...rest }) => {
        const text = JSON.stringify(state);
        const before = kept.get(key);
        const node = before?.text === text ? before.node : render({ key, state, ...rest }, before?.node);
        next.set(key, { text, node });
        return node;
      });
      kept = next;
      return nodes;
    },
  };
}

/** The focus moves from an element of `before` to the one of `after` that does the same, where there is one. */
export function carryFocus(before, after) {
  const focused = document.activeElement;
  if (before === undefined || !before.contains(focused)) return;
  const action = focused.dataset?.action;
  queueMicrotask(() => {
    const same = action === undefined ? null : after.querySelector(`[data-action="${CSS.escape(action)}"]`);
    if (document.activeElement === document.body) (same ?? after.closest('[tabindex]'))?.focus();
  });
}
