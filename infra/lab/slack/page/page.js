// The page of the lab's workspace: what is where, and which part is told of what.
import { renderBlock } from './blocks.js';
import { createComposer } from './composer.js';
import { confirmed } from './confirm.js';
import { buttonNode, byId, carryFocus, createMemory, el, reconcile } from './dom.js';
import { createLabPane } from './lab-pane.js';
import { renderMessage } from './message.js';
import { createModal } from './modal.js';
import { createWorld } from './world.js';

const NARROW = window.matchMedia('(max-width: 74rem)');

const say = (text) => {
  byId('connection').textContent = text;
};
const { world, user, become, connect, post } = createWorld({ onChange, say });

/** Where the person is: a channel, or the app's Home tab; and the thread that is open beside it. */
const place = { channel: sessionStorage.getItem('channel'), isHome: false, thread: undefined };

const names = {
  user: (id) => [...world.users, world.bot].find((one) => one.id === id)?.name ?? id.split('|').at(-1),
  channel: (id) => world.channels.find((one) => one.id === id)?.name ?? id.split('|').at(-1),
  group: (id) => world.groups.find((one) => one.id === id.split('|')[0])?.handle ?? id.split('|').at(-1),
};
const people = { users: () => world.users, channels: () => world.channels };

/** What blocks want: names, and what happens when something in them is used. `paths` say where it stands. */
function toolsFor({ use, where, ...more }) {
  return {
    names,
    people,
    async act({ element, blockId, value, node }) {
      if (element.confirm !== undefined && !(await confirmed(element.confirm, element.style, names))) return;
      // Greyed at once: a second press while the first is under way says nothing new.
      if (node !== undefined) node.disabled = true;
      const placed = /^b\d/.test(blockId) ? {} : { blockId };
      await post(use, {
        user: user(),
        ...where,
        actionId: element.action_id,
        ...placed,
        ...(value === undefined ? {} : { value }),
      });
      if (node !== undefined) node.disabled = false;
    },
    async ask({ element, blockId, query }) {
      const placed = /^b\d/.test(blockId) ? {} : { blockId };
      return (
        (await post('/lab/suggest', { user: user(), ...where, actionId: element.action_id, ...placed, query })) ?? []
      );
    },
    ...more,
  };
}

const inMessage = ({ channel, ts }) => toolsFor({ use: '/lab/click', where: { channel, ts } });
const inView = ({ id, values, errors }) => toolsFor({ use: '/lab/use', where: { viewId: id }, values, errors });

const modal = createModal({
  toolsOf: inView,
  send: {
    submit: (values) => post('/lab/submit', { user: user(), values }),
    dismiss: () => post('/lab/dismiss', { user: user() }),
  },
});
const labPane = createLabPane({ setScenario: (name, on) => post('/lab/scenario', { name, on }) });

const send = (text, threadTs) => {
  say(text.trim().startsWith('/') ? 'Waiting for the app …' : '');
  byId(threadTs === undefined ? 'messages' : 'thread-messages').dataset.reading = 'false';
  return post('/lab/type', {
    user: user(),
    channel: place.channel,
    text,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
};
createComposer({ form: byId('composer'), input: byId('input'), send: (text) => send(text) });
createComposer({
  form: byId('thread-composer'),
  input: byId('thread-input'),
  send: (text) => send(text, place.thread),
});

const channelMemory = createMemory(messageNode);
const threadMemory = createMemory(messageNode);
const homeMemory = createMemory(({ key, state, tools }, before) => {
  const node = renderBlock(state, key, tools);
  carryFocus(before, node);
  return node;
});

function messageNode({ state: [message, replies, opens] }, before) {
  const node = renderMessage(message, {
    world,
    replies,
    tools: inMessage(message),
    openThread: opens ? openThread : undefined,
  });
  carryFocus(before, node);
  return node;
}

function onChange(what) {
  if (what === 'all') renderAll();
  if (what === 'all' || what === 'messages') renderMessages();
  if (what === 'all' || what === 'views') renderViews();
  if (what === 'all' || what === 'side') labPane.show(world.side);
}

function renderAll() {
  if (!world.channels.some((one) => one.id === place.channel)) place.channel = world.channels[0].id;
  const current = world.channels.find((one) => one.id === place.channel);
  reconcile(
    byId('channels'),
    channelItems.nodesOf(
      world.channels.map((one) => navItem(one.id, `# ${one.name}`, !place.isHome && one.id === place.channel)),
    ),
  );
  reconcile(byId('apps'), appItems.nodesOf([navItem('home', world.bot.name, place.isHome)]));
  reconcile(
    byId('users'),
    userItems.nodesOf(world.users.map((one) => ({ key: one.id, state: [one, one.id === user()] }))),
  );
  renderHints();
  byId('channel-name').textContent = `# ${current.name}`;
  byId('channel-topic').textContent = current.topic;
  byId('home-name').textContent = world.bot.name;
  byId('input').placeholder = `Message #${current.name} as ${names.user(user())}`;
  byId('thread-input').placeholder = `Reply as ${names.user(user())}`;
  byId('channel').hidden = place.isHome;
  byId('home').hidden = !place.isHome;
  const title = place.isHome ? world.bot.name : `#${current.name}`;
  byId('topbar-place').textContent = `${title}, as ${names.user(user())}`;
  document.title = `${title} - vmotion-ops lab`;
  if (byId('lab-pane').dataset.touched !== 'true') showPane('lab-pane', !NARROW.matches && world.side !== undefined);
}

const navItem = (key, text, isCurrent) => ({ key, state: [text, isCurrent] });
const channelItems = createMemory(({ key, state: [text, isCurrent] }, before) =>
  navNode(key, text, isCurrent, before, () => go({ channel: key })),
);
const appItems = createMemory(({ key, state: [text, isCurrent] }, before) =>
  navNode(key, text, isCurrent, before, () => go({ isHome: true })),
);
const userItems = createMemory(({ key, state: [one, isChosen] }, before) => {
  const label = el('label', isChosen ? 'nav current' : 'nav');
  const radio = Object.assign(el('input'), { type: 'radio', name: 'user', value: key, checked: isChosen });
  radio.dataset.action = `user-${key}`;
  radio.addEventListener('change', async () => {
    await become(key);
    if (place.isHome) await openHome();
  });
  label.append(radio, el('span', 'user-name', one.name), el('span', 'role', one.role));
  const item = el('div', '', label);
  carryFocus(before, item);
  return item;
});

function navNode(key, text, isCurrent, before, onClick) {
  const button = buttonNode(isCurrent ? 'nav current' : 'nav', text, onClick);
  button.dataset.action = `nav-${key}`;
  if (isCurrent) button.setAttribute('aria-current', 'page');
  const item = el('li', '', button);
  carryFocus(before, item);
  return item;
}

function go({ channel = place.channel, isHome = false }) {
  Object.assign(place, { channel, isHome });
  sessionStorage.setItem('channel', channel);
  if (place.thread !== undefined) closeThread();
  toggleMenu(false);
  onChange('all');
  if (isHome) void openHome();
}

async function openHome() {
  say('Waiting for the app …');
  await post('/lab/home', { user: user() });
  renderViews();
}

function renderHints() {
  if (byId('hints').children.length > 0) return;
  const hints = world.hints.map((hint) =>
    buttonNode('hint', hint, () => {
      byId('input').value = hint;
      byId('input').focus();
    }),
  );
  byId('hints').replaceChildren(el('span', 'hints-title', 'Try'), ...hints);
}

const byTime = (left, right) => left.ts.localeCompare(right.ts);
const repliesTo = (ts) => world.messages.filter((one) => one.channel === place.channel && one.threadTs === ts);

function renderMessages() {
  const all = [...world.messages, ...world.privates].filter((one) => one.channel === place.channel);
  const shown = all.filter((one) => one.threadTs === undefined || one.isBroadcast === true).sort(byTime);
  const items = shown.map((message) => ({
    key: message.ts,
    state: [message, repliesTo(message.ts).map(({ ts }) => ({ ts })), true],
  }));
  fill(byId('messages'), channelMemory.nodesOf(items), 'Nothing here yet. Type one of the commands below.');
  renderThread(all);
}

function renderThread(all) {
  if (place.thread === undefined) return;
  const parent = all.find((one) => one.ts === place.thread);
  const replies = all.filter((one) => one.threadTs === place.thread).sort(byTime);
  const items = [...(parent === undefined ? [] : [parent]), ...replies].map((message) => ({
    key: message.ts,
    state: [message, [], false],
  }));
  fill(byId('thread-messages'), threadMemory.nodesOf(items), 'The message of this thread is gone.');
}

/** Stays at the end where it stood at the end, so that the newest is seen. */
function fill(box, nodes, empty) {
  reconcile(box, nodes.length === 0 ? [el('p', 'empty', empty)] : nodes);
  fillEnd(box);
}

// Who has scrolled up is reading, and is not moved. An image makes a message taller only once it has come.
for (const id of ['messages', 'thread-messages']) {
  const box = byId(id);
  box.addEventListener('scroll', () => {
    box.dataset.reading = String(box.scrollHeight - box.scrollTop - box.clientHeight > 80);
  });
  box.addEventListener('load', () => fillEnd(box), { capture: true });
}

function fillEnd(box) {
  if (box.dataset.reading !== 'true') box.scrollTop = box.scrollHeight;
}

function renderViews() {
  modal.show(world.views.modals?.at(-1));
  if (!place.isHome) return;
  const { home } = world.views;
  const box = byId('home-view');
  if (home === undefined) {
    reconcile(box, [el('p', 'empty', `${world.bot.name} has published nothing here yet.`)]);
    return;
  }
  const tools = inView(home);
  const items = home.content.blocks.map((block, index) => ({
    key: block.block_id ?? `b${index}`,
    state: block,
    tools,
  }));
  reconcile(box, homeMemory.nodesOf(items));
}

let openedFrom;

function openThread(ts) {
  openedFrom = document.activeElement;
  place.thread = ts;
  threadMemory.nodesOf([]);
  showPane('thread-pane', true);
  renderMessages();
  byId('thread-messages').scrollTop = byId('thread-messages').scrollHeight;
  byId('thread-input').focus();
}

function closeThread() {
  place.thread = undefined;
  showPane('thread-pane', false);
  const at = openedFrom?.closest('article')?.dataset.ts;
  // The message may have been drawn anew meanwhile.
  const same = byId('messages').querySelector(`article[data-ts="${at}"] [data-action="thread"]`);
  (same ?? byId('input')).focus();
}

function showPane(id, isShown) {
  byId(id).hidden = !isShown;
  document.body.dataset.thread = String(!byId('thread-pane').hidden);
  document.body.dataset.lab = String(!byId('lab-pane').hidden);
  if (id === 'lab-pane') byId('lab-button').setAttribute('aria-expanded', String(isShown));
}

function toggleLab(isShown) {
  byId('lab-pane').dataset.touched = 'true';
  showPane('lab-pane', isShown);
  (isShown ? byId('lab') : byId('lab-button')).focus();
}

function toggleMenu(isShown) {
  byId('sidebar').classList.toggle('open', isShown);
  byId('menu-button').setAttribute('aria-expanded', String(isShown));
}

byId('thread-close').addEventListener('click', closeThread);
byId('lab-close').addEventListener('click', () => toggleLab(false));
byId('lab-button').addEventListener('click', () => toggleLab(byId('lab-pane').hidden));
byId('menu-button').addEventListener('click', () => toggleMenu(!byId('sidebar').classList.contains('open')));
// Escape leaves what lies on top.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  if (byId('sidebar').classList.contains('open')) {
    toggleMenu(false);
    byId('menu-button').focus();
  } else if (place.thread !== undefined) closeThread();
  else if (NARROW.matches && !byId('lab-pane').hidden) toggleLab(false);
});

void connect();
