// A vCenter that exists only in this process, with hosts, switches and wires behind it. It speaks vim25 over SOAP.
import type { Moref } from '../../../shared/domain/inventory.ts';

import { decodeEnvelope, encodeEnvelope, encodeFault } from '../../../shared/vsphere/envelope.ts';
import { WireError } from '../../../shared/vsphere/wire-error.ts';
import { vimServiceVersions } from './about.ts';
import { type Alarms, createAlarms, type LabAlarmState } from './alarms.ts';
import type { LabAccount, LabAnswer, LabCall, LabWorld } from './call.ts';
import { encodeAnswer, isAnonymous, perform, type Played, toCall } from './dispatch.ts';
import { createHostQueues } from './host-queues.ts';
import { createInventory } from './inventory.ts';
import { createLatency, type LatencyName } from './latency.ts';
import { createLiveChanges, type LiveChanges } from './live-changes.ts';
import { allHosts, type LabModel } from './model.ts';
import { encodeMissing } from './property-content.ts';
import { type FilterSpec, pathsFor } from './property-selection.ts';
import { findObject } from './property-operations.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { createScriptActions, type ScriptAction, type ScriptRun } from './script-action.ts';
import { createSessions, type LabSession } from './sessions.ts';
import { DEFAULT_SWITCHES, type Switches } from './switches.ts';
import { type LabClock, systemClock } from './system-clock.ts';
import { createTasks } from './tasks.ts';
import { createTopology, type LabClusterName } from './topology.ts';
import { invalidRequest, notAuthenticated, VimFault } from './vim-fault.ts';

/** One call as hooks see it. */
export type HookCall = { operation: string; host?: string | undefined; target: Moref };
/** `before` runs before the call has any effect, `after` when it has had it. One that throws a VimFault makes that the
 * answer; any other error breaks the connection, so that the caller never learns what happened. */
export type LabHooks = {
  before?(call: HookCall): Promise<void> | void;
  after?(call: HookCall): Promise<void> | void;
};

/** `hosts`: in each cluster, 4 unless said otherwise. `clusters`: cluster-a and cluster-l3 unless said otherwise. */
export type LabOptions = {
  hosts?: number | undefined;
  clusters?: readonly LabClusterName[] | undefined;
  scenarios?: ScenarioName[] | undefined;
  latency?: LatencyName | undefined;
  clock?: LabClock | undefined;
  seed?: number | undefined;
  credentials?: LabAccount | undefined;
  /** Other people's accounts; an administrator's unless said otherwise. */
  others?: readonly LabAccount[] | undefined;
  /** What every alarm runs when its status changes. */
  onAlarm?: ScriptAction | undefined;
  switches?: Partial<Switches> | undefined;
  hooks?: LabHooks | undefined;
};

export type LabRequest = { method: string; path: string; headers: Record<string, string | undefined>; body: string };
export type LabResponse = { status: number; headers: Record<string, string>; body: string };
export type LoggedCall = { operation: string; host?: string | undefined; opId?: string | undefined; at: Date };

export type LabVcenter = {
  /** Answers one HTTP request. Rejects only when a hook broke the connection. */
  handle(request: LabRequest): Promise<LabResponse>;
  /** The truth, to be read and to be changed behind the product's back. */
  model: LabModel;
  setScenario(name: ScenarioName, on: boolean): void;
  /** The scenarios that are on. */
  scenarios(): ScenarioName[];
  /** Sessions logged in and not logged out. */
  sessions(): number;
  /** All of them are gone at once, as after a restart of vCenter's services. */
  endSessions(): void;
  /** The newest calls, oldest first. */
  calls(): LoggedCall[];
  credentials: LabAccount;
  /** The accounts of others than the product. */
  others: readonly LabAccount[];
  /** What other people and the world do to the hosts while everything runs. */
  changes: LiveChanges;
  /** To be called after hosts were replaced as a whole: how they are now is how they have to be. */
  relearn(): void;
  /** What is triggered anywhere, the oldest first. */
  alarms(): LabAlarmState[];
  /** The script that alarms run from now on. */
  setAlarmAction(action: ScriptAction | undefined): void;
  /** How the alarms' scripts ended; `idle` resolves when none runs any more. */
  alarmScripts: { idle(): Promise<void>; runs(): ScriptRun[] };
};

const ADMINISTRATOR: LabAccount = { user: 'administrator@vsphere.local', password: 'VMware1!admin' };
const CALLS_KEPT = 20_000;
const COOKIE = 'vmware_soap_session';

/** The same options and requests give the same answers, apart from the times in them. */
export function createLabVcenter(options: LabOptions = {}): LabVcenter {
  const { seed = 1, hosts = 4, clock = systemClock, hooks = {} } = options;
  const credentials = options.credentials ?? { user: 'svc-vmotion@vsphere.local', password: 'VMware1!lab' };
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const model = createTopology({ hosts, seed, clusters: options.clusters });
  const tasks = createTasks(clock);
  const scripts = createScriptActions({ model, clock });
  let alarmAction = options.onAlarm;
  const alarms: Alarms = createAlarms({
    model,
    clock,
    onChange: (change) => {
      if (alarmAction !== undefined) scripts.start(alarmAction, change);
    },
  });
  const inventory = createInventory({ model, switches, tasks, alarms, now: () => clock.now() });
  const changes = createLiveChanges({ model, switches, clock, seed, alarms, inventory });
  const others = options.others ?? [ADMINISTRATOR];
  const world: LabWorld = {
    model,
    switches,
    seed,
    clock,
    credentials,
    latency: createLatency(options.latency ?? 'none', seed),
    tasks,
    alarms,
    others,
    inventory,
    sessions: createSessions(seed),
  };
  const queues = createHostQueues();
  const scenarios = new Set<ScenarioName>();
  const calls: LoggedCall[] = [];
  let expiries = 0;

  const setScenario = (name: ScenarioName, on: boolean): void => {
    if (on === scenarios.has(name)) return;
    for (const host of allHosts(model)) alarms.watch(host);
    if (on) scenarios.add(name);
    else scenarios.delete(name);
    SCENARIOS[name].turn?.(model, on);
    SCENARIOS[name].live?.({ changes, model }, on);
    alarms.lookAtAll();
  };
  for (const name of options.scenarios ?? []) setScenario(name, true);

  const played: Played = {
    refuse: (call) => firstOf(scenarios, (name) => SCENARIOS[name].refuse?.(call)),
    delayMs: (call) => firstOf(scenarios, (name) => SCENARIOS[name].delayMs?.(call) || undefined) ?? 0,
  };

  /** The session of the cookie, unless its time is over. */
  const sessionOf = (cookie: string | undefined): { session?: LabSession; hasJustExpired: boolean } => {
    const session = world.sessions.find(cookie);
    if (session === undefined) return { hasJustExpired: false };
    const most = firstOf(scenarios, (name) => SCENARIOS[name].sessionCalls);
    if (most !== undefined && session.calls >= most) {
      world.sessions.close(session);
      expiries += 1;
      return { hasJustExpired: true };
    }
    session.calls += 1;
    session.lastActive = clock.now();
    return { session, hasJustExpired: false };
  };

  const answer = async (request: LabRequest): Promise<LabResponse> => {
    const { body, operationId } = decodeEnvelope(request.body);
    const { session, hasJustExpired } = sessionOf(readCookie(request.headers.cookie));
    const isExpiryHidden = hasJustExpired && (switches.expiryInMissingSet || expiries % 2 === 0);
    const call = toCall(world, body, session);
    const host = call.object.host?.name;
    calls.push({ operation: call.operation, host, opId: operationId, at: clock.now() });
    if (calls.length > CALLS_KEPT) calls.splice(0, calls.length - CALLS_KEPT);
    if (session === undefined && !isAnonymous(call)) {
      const missing = isExpiryHidden ? expiredContent(call) : undefined;
      if (missing === undefined) throw notAuthenticated();
      return success(encodeAnswer(call, missing));
    }
    const seen: HookCall = { operation: call.operation, host, target: call.target };
    await hooks.before?.(seen);
    const result = await perform(call, { queues, played });
    await hooks.after?.(seen);
    if (result.logout === true && session !== undefined) world.sessions.close(session);
    return success(encodeAnswer(call, result), result.login && cookieHeader(result.login, switches));
  };

  return {
    model,
    setScenario,
    credentials,
    others,
    changes,
    relearn: () => alarms.relearn(),
    alarms: () => alarms.triggeredOn(model.folders.root),
    setAlarmAction(action) {
      alarmAction = action;
    },
    alarmScripts: { idle: scripts.idle, runs: scripts.runs },
    scenarios: () => [...scenarios],
    sessions: () => world.sessions.count(),
    endSessions: () => world.sessions.closeAll(),
    calls: () => [...calls],
    async handle(request) {
      const path = request.path.split('?')[0] ?? '';
      if (request.method === 'GET' && path === '/sdk/vimServiceVersions.xml') {
        return { status: 200, headers: XML, body: vimServiceVersions() };
      }
      if (path !== '/sdk' && path !== '/sdk/') return { status: 404, headers: TEXT, body: 'Not Found' };
      if (request.method !== 'POST') return { status: 405, headers: TEXT, body: 'Method Not Allowed' };
      try {
        return await answer(request);
      } catch (error) {
        return failure(error);
      }
    },
  };
}

const XML = { 'content-type': 'text/xml; charset="utf-8"', 'cache-control': 'no-cache' };
const TEXT = { 'content-type': 'text/plain' };

function success(body: string, headers: Record<string, string> = {}): LabResponse {
  return { status: 200, headers: { ...XML, ...headers }, body: encodeEnvelope(body) };
}

/** Faults are answered; what is neither a fault nor a bad request is the connection's end. */
function failure(error: unknown): LabResponse {
  const fault = error instanceof WireError ? invalidRequest(error.message) : error;
  if (!(fault instanceof VimFault)) throw error;
  const body = encodeFault({ _type: fault.type, ...fault.fields }, fault.message);
  return { status: 500, headers: XML, body: encodeEnvelope(body) };
}

/** Clients send the value back with or without its quotes. */
function readCookie(header: string | undefined): string | undefined {
  const pair = header?.split(';').find((one) => one.trim().startsWith(`${COOKIE}=`));
  return pair
    ?.trim()
    .slice(COOKIE.length + 1)
    .replaceAll('"', '');
}

function cookieHeader(session: LabSession, switches: Switches): Record<string, string> {
  const value = switches.quotedCookie ? `"${session.key}"` : session.key;
  return { 'set-cookie': `${COOKIE}=${value}; Path=/; HttpOnly; Secure` };
}

/** What a property collector answers to a session that is gone: the objects, with a fault for each property. */
function expiredContent(call: LabCall): LabAnswer | undefined {
  const isEx = call.operation === 'RetrievePropertiesEx';
  if (!isEx && call.operation !== 'RetrieveProperties') return undefined;
  const { message, fields, type } = notAuthenticated();
  const contents = (call.parameters.specSet as FilterSpec[]).flatMap((spec) =>
    spec.objectSet.flatMap(({ obj }) => {
      const object = findObject(call, obj);
      const paths = object && pathsFor(spec, object.moref.type);
      if (object === undefined || paths === undefined) return [];
      return [encodeMissing(isEx ? 'objects' : 'returnval', { object, paths }, { _type: type, message, ...fields })];
    }),
  );
  if (contents.length === 0) return undefined;
  return { xml: isEx ? `<returnval>${contents.join('')}</returnval>` : contents.join('') };
}

function firstOf<T>(names: Set<ScenarioName>, find: (name: ScenarioName) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
