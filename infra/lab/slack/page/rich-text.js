// rich_text blocks, and the markdown block, to DOM nodes.
import { el } from './dom.js';
import { dateNode } from './mrkdwn.js';

export function renderRichText(block, tools) {
  return block.elements.map((part) => renderPart(part, tools));
}

function renderPart(part, tools) {
  const inline = (elements) => elements.flatMap((one) => renderInline(one, tools));
  switch (part.type) {
    case 'rich_text_preformatted':
      return scrollable(el('pre', '', ...inline(part.elements)));
    case 'rich_text_quote':
      return el('blockquote', '', ...inline(part.elements));
    case 'rich_text_list': {
      const list = el(part.style === 'ordered' ? 'ol' : 'ul', `list indent-${part.indent ?? 0}`);
      if (part.style === 'ordered') list.start = (part.offset ?? 0) + 1;
      list.append(...part.elements.map((section) => el('li', '', ...inline(section.elements))));
      return list;
    }
    default:
      return el('div', 'rich-section', ...inline(part.elements));
  }
}

function renderInline(one, { names }) {
  return [styled(one.style, ...toNodes(one, names))];
}

function toNodes(one, names) {
  switch (one.type) {
    case 'text':
      return lines(one.text);
    case 'link': {
      const text = one.text ?? one.url;
      if (!/^https?:\/\//.test(one.url)) return [text];
      const anchor = el('a', '', text);
      Object.assign(anchor, { href: one.url, rel: 'noopener noreferrer', target: '_blank' });
      return [anchor];
    }
    case 'user':
      return [el('span', 'mention', `@${names.user(one.user_id)}`)];
    case 'usergroup':
      return [el('span', 'mention', `@${names.group(one.usergroup_id)}`)];
    case 'channel':
      return [el('span', 'mention', `#${names.channel(one.channel_id)}`)];
    case 'broadcast':
      return [el('span', 'mention', `@${one.range}`)];
    case 'date':
      return [dateNode(one.timestamp, one.format, one.fallback)];
    case 'emoji':
      return [one.unicode === undefined ? `:${one.name}:` : fromUnicode(one.unicode)];
    default:
      return [one.value ?? ''];
  }
}

function fromUnicode(codes) {
  return String.fromCodePoint(...codes.split('-').map((code) => Number.parseInt(code, 16)));
}

function styled(style = {}, ...nodes) {
  const tags = { bold: 'strong', italic: 'em', strike: 's', underline: 'u', code: 'code' };
  return Object.entries(tags).reduce(
    (inner, [name, tag]) => (style[name] === true ? el(tag, '', inner) : inner),
    el('span', '', ...nodes),
  );
}

function lines(text) {
  return text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [document.createElement('br'), line]));
}

/** What may be wider than the page scrolls by itself, by keyboard too. */
export function scrollable(node, label = 'Preformatted text') {
  Object.assign(node, { tabIndex: 0, role: 'region' });
  node.setAttribute('aria-label', label);
  return node;
}

/** The markdown block: headings, lists, code, bold and italic. What it does not know stays as text. */
export function renderMarkdown(text) {
  return text.split(/```(?:\w+)?\n?/).flatMap((part, index) => {
    if (index % 2 === 1) return [scrollable(el('pre', '', part.trimEnd()))];
    return part
      .split(/\n{2,}/)
      .filter((paragraph) => paragraph.trim() !== '')
      .map(renderParagraph);
  });
}

function renderParagraph(paragraph) {
  const rows = paragraph.trim().split('\n');
  const heading = /^(#{1,6})\s+(.*)$/.exec(rows[0]);
  if (heading !== null && rows.length === 1) return el('h4', 'markdown-heading', ...markdownInline(heading[2]));
  if (rows.every((row) => /^\s*[-*]\s/.test(row)))
    return el('ul', 'list', ...rows.map((row) => el('li', '', ...markdownInline(row.replace(/^\s*[-*]\s+/, '')))));
  if (rows.every((row) => /^\s*\d+\.\s/.test(row)))
    return el('ol', 'list', ...rows.map((row) => el('li', '', ...markdownInline(row.replace(/^\s*\d+\.\s+/, '')))));
  return el('p', '', ...rows.flatMap((row, index) => [...(index === 0 ? [] : [el('br')]), ...markdownInline(row)]));
}

function markdownInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_/g)) {
    nodes.push(text.slice(end, match.index));
    const [, code, bold, star, line] = match;
    if (code !== undefined) nodes.push(el('code', '', code));
    else if (bold !== undefined) nodes.push(el('strong', '', bold));
    else nodes.push(el('em', '', star ?? line));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}
