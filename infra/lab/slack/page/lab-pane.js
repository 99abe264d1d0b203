// Beside the channel: the simulated cluster as it is, and switches that break things in it.
import { byId, createMemory, el, reconcile } from './dom.js';

const CHANGED_MS = 8000;

/** `setScenario(name, on)` is told of a switch. */
export function createLabPane({ setScenario }) {
  const root = byId('lab');
  const before = new Map();
  const changedAt = new Map();
  const faultsTitle = el('strong', '', 'Break something');
  const faultsState = el('span', 'count');
  const faults = el('details', 'lab-section', el('summary', '', faultsTitle, ' ', faultsState));
  const clusters = el('div', 'lab-clusters');
  root.append(faults, clusters);
  const isOpen = new Map();

  const switches = createMemory(({ state }) => scenarioNode(state, setScenario));
  const later = el('ul', 'scenarios');
  const fixed = el('details', 'description', el('summary', '', 'Only at the start'), later);
  const list = el('ul', 'scenarios');
  faults.append(el('p', 'lab-note', 'Each can be switched on and off while everything runs.'), list, fixed);
  const groups = createMemory(({ state }) => clusterNode(state, isOpen));
  let timer;

  return { show };

  /** Nothing to show where there is no lab beside the workspace. */
  function show(side) {
    byId('lab-button').hidden = side === undefined;
    if (side === undefined) return;
    // What says that it changed stops saying so after a while.
    clearTimeout(timer);
    timer = setTimeout(() => show(side), CHANGED_MS + 100);
    const shown = side.clusters.map((cluster) => ({
      key: cluster.name,
      state: { ...cluster, hosts: cluster.hosts.map((host) => ({ ...host, isChanged: markChanged(host) })) },
    }));
    reconcile(clusters, groups.nodesOf(shown));
    const items = side.scenarios.filter(({ name }) => name !== 'healthy').map((one) => ({ key: one.name, state: one }));
    const nodes = switches.nodesOf(items);
    const on = side.scenarios.filter(({ isOn }) => isOn).map(({ name }) => name);
    faults.dataset.on = String(on.length > 0);
    faultsState.textContent = on.length === 0 ? 'nothing is on' : `on: ${on.join(', ')}`;
    const isFixed = items.map(({ state }) => state.onlyAtStart !== undefined);
    reconcile(
      list,
      nodes.filter((_, index) => !isFixed[index]),
    );
    reconcile(
      later,
      nodes.filter((_, index) => isFixed[index]),
    );
  }

  /** Whether its configuration changed a moment ago; what was there at the beginning did not. */
  function markChanged({ name, adapters, stacks, state }) {
    const text = JSON.stringify([adapters, stacks, state]);
    if (before.has(name) && before.get(name) !== text) changedAt.set(name, Date.now());
    before.set(name, text);
    return Date.now() - (changedAt.get(name) ?? 0) < CHANGED_MS;
  }
}

function scenarioNode({ name, breaks, shows, isOn, onlyAtStart }, setScenario) {
  const node = el('button', 'switch', el('span', 'switch-name', name), el('span', 'switch-state', isOn ? 'On' : 'Off'));
  const text = el('p', 'lab-note', breaks);
  text.id = `scenario-${name}`;
  text.title = shows;
  Object.assign(node, { type: 'button', role: 'switch', disabled: onlyAtStart !== undefined });
  node.dataset.action = `scenario-${name}`;
  node.setAttribute('aria-checked', String(isOn));
  node.setAttribute('aria-describedby', text.id);
  node.addEventListener('click', () => void setScenario(name, !isOn));
  const reason =
    onlyAtStart === undefined ? [] : [el('p', 'lab-note', `${onlyAtStart} npm start -- --scenario ${name}`)];
  const item = el('li', isOn ? 'scenario on' : 'scenario', node, text, ...reason);
  // The switch is drawn anew when it was switched: the focus stays where it was.
  if (document.activeElement?.dataset?.action === node.dataset.action) queueMicrotask(() => node.focus());
  return item;
}

function clusterNode({ name, hosts, alarms }, isOpen) {
  const failed = hosts.reduce((sum, { pings }) => sum + pings.failed, 0);
  const ok = hosts.reduce((sum, { pings }) => sum + pings.ok, 0);
  const silent = hosts.reduce((sum, { pings }) => sum + pings.silent, 0);
  const pings =
    ok + failed + silent === 0 ? 'no pings yet' : `${ok} pings answered, ${failed} lost${silentText(silent)}`;
  const node = el(
    'details',
    'cluster',
    el(
      'summary',
      '',
      el('strong', '', name),
      el('span', failed > 0 ? 'count bad' : 'count', ` ${hosts.length} hosts, ${pings}`),
    ),
    ...alarms.map(({ name: alarm, object, status }) =>
      el('p', `lab-alarm ${status}`, `Alarm (${status}): ${alarm}, ${object}`),
    ),
    ...hosts.map(hostNode),
  );
  node.open = isOpen.get(name) ?? name === 'cluster-a';
  node.addEventListener('toggle', () => isOpen.set(name, node.open));
  return node;
}

function hostNode({ name, state, adapters, stacks, pings, isChanged }) {
  const head = el(
    'p',
    'host-head',
    el('strong', '', name),
    el('span', state === 'connected' ? 'count' : 'count bad', state),
  );
  if (isChanged) head.append(el('span', 'changed', 'changed'));
  const rows = adapters.map(({ device, netstack, address, mtuBytes, network, services }) =>
    el(
      'tr',
      '',
      Object.assign(el('th', '', device), { scope: 'row' }),
      el(
        'td',
        '',
        el('span', 'stack-name', shortStack(netstack)),
        ` ${address}`,
        el('br'),
        `MTU ${mtuBytes}, ${network}`,
      ),
      el('td', '', services.length === 0 ? 'no service' : services.join(', ')),
    ),
  );
  const table = el(
    'table',
    'adapters',
    el('caption', 'visually-hidden', `Adapters of ${name}`),
    el('thead', 'visually-hidden', el('tr', '', ...['Adapter', 'Stack, address, network', 'Services'].map(heading))),
    el('tbody', '', ...rows),
  );
  const gateways = stacks
    .filter(({ gateway }) => gateway !== undefined)
    .map(({ key, gateway }) => `${shortStack(key)} by ${gateway}`);
  const dying = stacks
    .filter((one) => one.state !== 'active')
    .map(({ key, state: how }) => `${shortStack(key)} ${how}`);
  const lines = [
    `Stacks: ${stacks.map(({ key }) => shortStack(key)).join(', ')}${dying.length > 0 ? ` (${dying.join(', ')})` : ''}`,
    gateways.length === 0 ? 'No gateway' : `Gateways: ${gateways.join(', ')}`,
    pingText(pings),
  ];
  return el(
    'section',
    isChanged ? 'host is-changed' : 'host',
    head,
    table,
    ...lines.map((line, index) => el('p', index === 2 && pings.failed > 0 ? 'lab-note bad' : 'lab-note', line)),
    ...pings.failures.map((ping) => el('p', 'lab-note lost', lostText(ping))),
  );
}

const heading = (text) => Object.assign(el('th', '', text), { scope: 'col' });

function pingText({ ok, failed, silent, lastAt }) {
  if (ok + failed + silent === 0) return 'Pings: none yet';
  const at = new Date(lastAt).toLocaleTimeString();
  return `Last pings ${at}: ${ok} answered, ${failed} lost${silentText(silent)}`;
}

/** Nobody has the address, or no router leads there: an answer would be the surprise. */
const silentText = (silent) => (silent === 0 ? '' : `, ${silent} silent as they should be`);

function lostText({ device, to, toName, bytes, bytesThatPass }) {
  const passing = bytesThatPass === undefined ? '' : `, ${bytesThatPass} bytes pass`;
  return `lost: ${device} to ${toName ?? to}, ${bytes} bytes${passing}`;
}

const STACKS = { defaultTcpipStack: 'default', vSphereProvisioning: 'provisioning' };
const shortStack = (key) => STACKS[key] ?? key;
