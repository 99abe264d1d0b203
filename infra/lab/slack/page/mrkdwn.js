// mrkdwn to DOM nodes. Text becomes text nodes only, so nothing that comes in can become markup.

const INLINE =
  /```\n?([\s\S]*?)\n?```|`([^`\n]+)`|<([^<>]+)>|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])/g;

/** Nodes for a text of type mrkdwn. `names` resolves ids of people and channels. */
export function renderMrkdwn(text, names) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) nodes.push(...textNodes(text.slice(end, match.index)));
    nodes.push(toNode(match, names));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(...textNodes(text.slice(end)));
  return nodes;
}

function toNode([, preformatted, code, link, bold, italic, struck], names) {
  if (preformatted !== undefined) return scrollable(withText('pre', unescape(preformatted)));
  if (code !== undefined) return withText('code', unescape(code));
  if (link !== undefined) return reference(link, names);
  if (bold !== undefined) return withChildren('strong', renderMrkdwn(bold, names));
  if (italic !== undefined) return withChildren('em', renderMrkdwn(italic, names));
  return withChildren('s', renderMrkdwn(struck, names));
}

function reference(inside, names) {
  const [target, label] = inside.split('|');
  if (target.startsWith('!date^')) return dateNode(Number(target.split('^')[1]), target.split('^')[2], label);
  if (target.startsWith('@')) return mention(`@${names.user(target.slice(1))}`);
  if (target.startsWith('#')) return mention(`#${names.channel(target.slice(1))}`);
  if (target.startsWith('!subteam^')) return mention(`@${names.group(target.slice('!subteam^'.length))}`);
  if (target.startsWith('!')) return mention(`@${label ?? target.slice(1)}`);
  if (!/^https?:\/\//.test(target)) return document.createTextNode(unescape(label ?? target));
  const anchor = withText('a', unescape(label ?? target));
  anchor.href = unescape(target);
  anchor.rel = 'noopener noreferrer';
  anchor.target = '_blank';
  return anchor;
}

/** A time as the reader's own clock says it. `format`: Slack's words for it; what is not known here shows day and time. */
export function dateNode(seconds, format = '', fallback = '') {
  if (!Number.isFinite(seconds)) return document.createTextNode(unescape(fallback));
  const date = new Date(seconds * 1000);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const text = /^\{time(_secs)?\}$/.test(format) ? time : `${day(date)} ${time}`;
  const node = withText('time', text);
  node.dateTime = date.toISOString();
  node.title = unescape(fallback === '' ? date.toISOString() : fallback);
  return node;
}

function day(date) {
  const today = new Date();
  if (date.toDateString() === today.toDateString()) return 'Today at';
  return date.toLocaleDateString([], { month: 'short', day: 'numeric' });
}

function mention(text) {
  const node = withText('span', text);
  node.className = 'mention';
  return node;
}

function textNodes(text) {
  return text
    .split('\n')
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [document.createElement('br')]),
      document.createTextNode(unescape(line)),
    ]);
}

// What may be wider than the page scrolls by itself, by keyboard too.
function scrollable(node) {
  Object.assign(node, { tabIndex: 0, role: 'region' });
  node.setAttribute('aria-label', 'Preformatted text');
  return node;
}

function withText(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

function withChildren(tag, children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
