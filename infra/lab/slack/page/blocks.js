// Block Kit to DOM nodes: the classic blocks.
import { renderMrkdwn } from './mrkdwn.js';

/** Nodes for a message's blocks, or for its text where it has none. `onButton` gets a pressed button. */
export function renderBlocks(message, { names, onButton }) {
  if (message.blocks.length === 0) return [withNodes('div', 'block', renderMrkdwn(message.text, names))];
  return message.blocks.map((block) => renderBlock(block, { names, onButton }));
}

function renderBlock(block, tools) {
  switch (block.type) {
    case 'header':
      return withNodes('h3', 'block block-header', textOf(block.text, tools));
    case 'section':
      return section(block, tools);
    case 'context':
      return context(block, tools);
    case 'actions':
      return withNodes(
        'div',
        'block block-actions',
        block.elements.map((element) => button(element, tools)),
      );
    case 'divider':
      return document.createElement('hr');
    case 'image':
      return image(block);
    default:
      return withNodes('div', 'block', [document.createTextNode(`[${block.type}]`)]);
  }
}

function section(block, tools) {
  const children = [];
  if (block.text !== undefined) children.push(withNodes('div', 'section-text', textOf(block.text, tools)));
  if (block.fields !== undefined) {
    const fields = block.fields.map((field) => withNodes('div', 'field', textOf(field, tools)));
    children.push(withNodes('div', 'fields', fields));
  }
  return withNodes('div', 'block', children);
}

function context(block, tools) {
  const elements = block.elements.map((element) =>
    element.type === 'image' ? image(element) : withNodes('span', 'context-element', textOf(element, tools)),
  );
  return withNodes('div', 'block block-context', elements);
}

function button(element, { onButton }) {
  const node = withNodes('button', `action ${element.style ?? ''}`.trim(), [
    document.createTextNode(element.text.text),
  ]);
  node.type = 'button';
  node.dataset.action = element.action_id;
  node.addEventListener('click', () => onButton(element, node));
  return node;
}

function image(element) {
  const node = document.createElement('img');
  node.src = element.image_url;
  node.alt = element.alt_text;
  return node;
}

function textOf(text, { names }) {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, names) : [document.createTextNode(text.text)];
}

function withNodes(tag, className, children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}
