// The page of the lab's workspace: shows one channel as it changes, sends what is typed and clicked.
import { renderBlocks } from './blocks.js';

const $ = (id) => document.getElementById(id);

let world = { users: [], channels: [], hints: [], bot: {}, messages: [], privates: [] };
let user = remembered('user');
let channel = remembered('channel');
let events;
/** What was typed, the newest last, for the arrow keys. */
const typed = [];
let typedAt = 0;
/** The node of each message that stands on the page, and the edit it shows. */
const rendered = new Map();
/** What came since the state was last asked for. */
let taken = [];

const names = {
  user: (id) => [...world.users, world.bot].find((one) => one.id === id)?.name ?? id,
  channel: (id) => world.channels.find((one) => one.id === id)?.name ?? id,
};

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  void send($('input').value);
});

$('input').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  event.preventDefault();
  typedAt = Math.min(typed.length, Math.max(0, typedAt + (event.key === 'ArrowUp' ? -1 : 1)));
  $('input').value = typed[typedAt] ?? '';
});

void connect();

async function connect() {
  await load();
  events?.close();
  events = new EventSource(`/lab/events?user=${encodeURIComponent(user)}`);
  // After a break something may have been missed: the whole state is asked for again.
  events.addEventListener('ready', () => {
    taken = [];
    void load().then(() => say(''));
  });
  events.addEventListener('message', (event) => {
    const change = JSON.parse(event.data);
    taken.push(change);
    take(change);
  });
  events.addEventListener('error', () => say('Not connected. It tries again by itself; is npm start still running?'));
}

async function load() {
  const response = await fetch(`/lab/state?user=${encodeURIComponent(user ?? '')}`);
  world = await response.json();
  // The state may be older than a change that has come meanwhile: that one is taken again.
  taken = taken.filter(({ change }) => change > world.changes);
  for (const change of taken) keep(change);
  const known = world.users.some((one) => one.id === user);
  if (!known) {
    user = world.users[0].id;
    return load();
  }
  if (!world.channels.some((one) => one.id === channel)) channel = world.channels[0].id;
  renderAll();
}

function take(change) {
  keep(change);
  renderMessages();
}

function keep({ kind, message }) {
  const list = kind === 'ephemeral' ? world.privates : world.messages;
  const index = list.findIndex((one) => one.channel === message.channel && one.ts === message.ts);
  if (kind === 'deleted') {
    if (index >= 0) list.splice(index, 1);
  } else if (index >= 0) list[index] = message;
  else list.push(message);
}

async function send(text) {
  if (text.trim() === '') return;
  $('input').value = '';
  typed.push(text);
  typedAt = typed.length;
  say(text.trim().startsWith('/') ? 'Waiting for the app ...' : '');
  await post('/lab/type', { user, channel, text });
}

async function press(message, element, node) {
  if (element.confirm !== undefined && !(await confirmed(element.confirm, element.style))) return;
  // Greyed at once: a second press while the first is under way says nothing new.
  node.disabled = true;
  await post('/lab/click', { user, channel: message.channel, ts: message.ts, actionId: element.action_id });
  node.disabled = false;
}

async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    say(response.ok ? '' : `The lab answered ${response.status}.`);
  } catch {
    say('Not sent: the lab does not answer. Is npm start still running?');
  }
}

function confirmed(ask, style) {
  const dialog = $('confirm');
  $('confirm-title').textContent = ask.title.text;
  $('confirm-text').textContent = ask.text.text;
  $('confirm-no').textContent = ask.deny.text;
  $('confirm-yes').textContent = ask.confirm.text;
  $('confirm-yes').className = style ?? 'primary';
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

function renderAll() {
  renderChannels();
  renderUsers();
  renderHints();
  const current = world.channels.find((one) => one.id === channel);
  $('channel-name').textContent = `# ${current.name}`;
  $('channel-topic').textContent = current.topic;
  $('input').placeholder = `Message #${current.name} as ${names.user(user)}`;
  document.title = `#${current.name} - vmotion-ops lab`;
  renderMessages();
}

function renderChannels() {
  const items = world.channels.map((one) => {
    const button = element('button', one.id === channel ? 'nav current' : 'nav', `# ${one.name}`);
    button.type = 'button';
    if (one.id === channel) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => {
      channel = one.id;
      remember('channel', channel);
      renderAll();
    });
    return wrap('li', button);
  });
  $('channels').replaceChildren(...items);
}

function renderUsers() {
  const items = world.users.map((one) => {
    const label = element('label', one.id === user ? 'nav current' : 'nav', '');
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'user', value: one.id });
    radio.checked = one.id === user;
    radio.addEventListener('change', () => {
      user = one.id;
      remember('user', user);
      void connect();
    });
    label.append(radio, element('span', 'user-name', one.name), element('span', 'role', one.role));
    return wrap('li', label);
  });
  const isFocused = document.activeElement?.name === 'user';
  $('users').replaceChildren(...items);
  if (isFocused) document.querySelector('input[name=user]:checked')?.focus();
}

function renderHints() {
  const hints = world.hints.map((hint) => {
    const button = element('button', 'hint', hint);
    button.type = 'button';
    button.addEventListener('click', () => {
      $('input').value = hint;
      $('input').focus();
    });
    return button;
  });
  $('hints').replaceChildren(element('span', 'hints-title', 'Try'), ...hints);
}

function renderMessages() {
  const box = $('messages');
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const shown = [...world.messages, ...world.privates]
    .filter((message) => message.channel === channel)
    .sort((left, right) => left.ts.localeCompare(right.ts));
  // A message that did not change keeps its node, and with it the focus and the selection of whoever reads it.
  const nodes = shown.map((message) => {
    const key = `${message.channel} ${message.ts}`;
    const before = rendered.get(key);
    if (before?.edited === message.edited) return before.node;
    const node = renderMessage(message);
    rendered.set(key, { edited: message.edited, node });
    return node;
  });
  const wanted =
    nodes.length === 0 ? [element('p', 'empty', 'Nothing here yet. Type one of the commands below.')] : nodes;
  if (wanted.length !== box.children.length || wanted.some((node, index) => box.children[index] !== node)) {
    box.replaceChildren(...wanted);
  }
  if (isAtEnd) box.scrollTop = box.scrollHeight;
}

function renderMessage(message) {
  const isBot = message.user === world.bot.id;
  const article = element('article', message.to === undefined ? 'message' : 'message private', '');
  article.dataset.ts = message.ts;
  if (message.to !== undefined) article.append(element('p', 'private-note', 'Only visible to you'));
  const author = message.user === 'USLACKBOT' ? 'Slackbot' : names.user(message.user);
  const head = element('p', 'message-head', '');
  head.append(element('strong', 'author', author));
  if (isBot) head.append(element('span', 'badge', 'APP'));
  head.append(timeOf(message.ts));
  const avatar = element('div', isBot ? 'avatar bot' : 'avatar', author.slice(0, 1).toUpperCase());
  avatar.setAttribute('aria-hidden', 'true');
  const body = element('div', 'message-body', '');
  body.append(head, ...renderBlocks(message, { names, onButton: (one, node) => void press(message, one, node) }));
  if (message.edited > 0) body.append(element('span', 'edited', '(edited)'));
  article.append(avatar, body);
  return article;
}

function timeOf(ts) {
  const date = new Date(Number(ts.split('.')[0]) * 1000);
  const time = element('time', 'time', date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
  time.dateTime = date.toISOString();
  return time;
}

function say(text) {
  $('connection').textContent = text;
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function wrap(tag, child) {
  const node = document.createElement(tag);
  node.append(child);
  return node;
}

function remembered(key) {
  return sessionStorage.getItem(key);
}

function remember(key, value) {
  sessionStorage.setItem(key, value);
}
