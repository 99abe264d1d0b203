// One message: who, when, what, its files, and how many replies it has.
import { figure, renderBlocks } from './blocks.js';
import { buttonNode, el } from './dom.js';
import { renderMrkdwn } from './mrkdwn.js';
import { scrollable } from './rich-text.js';

const PREVIEW_LINES = 200;
const SLACKBOT = 'USLACKBOT';

/** `tools`: as blocks want them; `openThread(message)` where replies can be opened. */
export function renderMessage(message, { world, replies, tools, openThread }) {
  const isBot = message.user === world.bot.id;
  const isPrivate = message.to !== undefined;
  const author = message.user === SLACKBOT ? 'Slackbot' : tools.names.user(message.user);
  const head = el('p', 'message-head', el('strong', 'author', author));
  if (isBot) head.append(el('span', 'badge', 'APP'));
  head.append(timeOf(message.ts));
  const body = el('div', 'message-body', head);
  if (message.threadTs !== undefined && openThread !== undefined)
    body.append(buttonNode('link-button', 'Replied to a thread', () => openThread(message.threadTs)));
  body.append(...contentOf(message, tools));
  if (message.edited > 0 && message.isTombstone !== true) body.append(el('span', 'edited', '(edited)'));
  body.append(...(message.files ?? []).map(renderFile));
  if (openThread !== undefined && !isPrivate && message.threadTs === undefined)
    body.append(threadLine(message, replies, openThread));
  const avatar = el('div', isBot ? 'avatar bot' : 'avatar', author.slice(0, 1).toUpperCase());
  avatar.setAttribute('aria-hidden', 'true');
  const article = el('article', isPrivate ? 'message private' : 'message');
  article.dataset.ts = message.ts;
  article.setAttribute('aria-label', `${author}, ${timeText(message.ts)}`);
  if (isPrivate) article.append(el('p', 'private-note', 'Only visible to you'));
  article.append(avatar, body);
  return article;
}

function contentOf(message, tools) {
  if (message.isTombstone === true) return [el('p', 'tombstone', message.text)];
  if (message.blocks.length > 0) return renderBlocks(message.blocks, tools);
  return message.text === '' ? [] : [el('div', 'block', ...renderMrkdwn(message.text, tools.names))];
}

function threadLine(message, replies, openThread) {
  if (replies.length === 0) {
    const node = buttonNode('link-button quiet', 'Reply in thread', () => openThread(message.ts));
    node.dataset.action = 'thread';
    return el('p', 'thread-line', node);
  }
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  const node = buttonNode('link-button', count, () => openThread(message.ts));
  node.dataset.action = 'thread';
  return el('p', 'thread-line', node, el('span', 'time', `last at ${timeText(replies.at(-1).ts)}`));
}

function renderFile(file) {
  if (file.mimetype.startsWith('image/')) {
    const node = figure({ alt_text: file.altText ?? file.title, title: file.title, image_url: file.url });
    node.classList.add('file');
    return node;
  }
  const link = Object.assign(el('a', 'small-link', 'Download'), { href: file.url, download: file.name });
  const card = el('div', 'file card', el('p', '', el('strong', '', file.title), ` ${sizeOf(file.size)}`), link);
  if (/^(text\/|application\/(json|x-ndjson))/.test(file.mimetype)) card.append(preview(file));
  return card;
}

function preview(file) {
  const node = el('details', 'description', el('summary', '', 'Show'));
  node.addEventListener('toggle', async () => {
    if (!node.open || node.children.length > 1) return;
    const lines = (await (await fetch(file.url)).text()).split('\n');
    const rest = lines.length - PREVIEW_LINES;
    const text = lines.slice(0, PREVIEW_LINES).join('\n');
    node.append(scrollable(el('pre', '', rest > 0 ? `${text}\n... ${rest} more lines` : text), file.title));
  });
  return node;
}

function sizeOf(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

function timeText(ts) {
  return new Date(Number(ts.split('.')[0]) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function timeOf(ts) {
  const node = el('time', 'time', timeText(ts));
  node.dateTime = new Date(Number(ts.split('.')[0]) * 1000).toISOString();
  return node;
}
