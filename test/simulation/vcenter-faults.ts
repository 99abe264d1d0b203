// What vCenter and the way to it do on bad days: every fault of the facts, answers that are none, restarts.
import type { HookCall, LabHooks, LabResponse } from '../../infra/lab/vcenter/vcenter.ts';
import { notAuthenticated, VimFault } from '../../infra/lab/vcenter/vim-fault.ts';
import { lostAnswer, notSent, type Wire } from '../support/lab-transport.ts';
import { isWrite } from './write-calls.ts';
import { type Fate, mayDie, type Process } from './faults.ts';
import type { Site } from './run.ts';

type Fields = Record<string, unknown>;
const TASK = { type: 'Task', value: 'task-4711' };
const failure = { fault: { _type: 'SystemError', reason: 'out of memory' }, localizedMessage: 'out of memory' };

/** Where an operation may answer with it, and what its fields are. */
const ANY: Record<string, Fields> = {
  SystemError: { reason: 'vpxd is out of memory' },
  RequestCanceled: {},
  Timedout: {},
  NotEnoughLicenses: {},
  UnexpectedFault: { faultName: 'vim.fault.Unheard' },
};
const HOST: Record<string, Fields> = {
  HostNotConnected: {},
  HostNotReachable: {},
  HostCommunication: {},
  MethodDisabled: { source: 'com.vmware.vim.eam' },
  NoPermission: { privilegeId: 'Host.Config.Network' },
  RestrictedVersion: {},
};
const NETWORK: Record<string, Fields> = {
  TaskInProgress: { task: TASK },
  ConcurrentAccess: {},
  InvalidState: {},
  InvalidHostState: {},
  ResourceInUse: { type: 'Network', name: 'vMotion-A' },
  AlreadyExists: { name: 'vMotion-A' },
  DuplicateName: { name: 'vMotion-A', object: TASK },
  InvalidName: { name: 'vMotion-A' },
  NotFound: {},
  InvalidArgument: { invalidProperty: 'nic.ip' },
  NotSupported: {},
  HostConfigFault: {},
  PlatformConfigFault: { text: 'Sysinfo error: Out of resources' },
  HostConfigFailed: { failure: [failure] },
  HostInDomain: {},
};
const DISTRIBUTED: Record<string, Fields> = {
  ConcurrentAccess: {},
  DvsFault: {},
  DvsNotAuthorized: {},
  DvsOperationBulkFault: { hostFault: [{ host: { type: 'HostSystem', value: 'host-20' }, fault: failure }] },
  RollbackFailure: { entityName: 'DVS1', entityType: 'DistributedVirtualSwitch' },
  TaskInProgress: { task: TASK },
};
const MOVE: Record<string, Fields> = {
  TaskInProgress: { task: TASK },
  InvalidPowerState: { existingState: 'suspended' },
  MigrationNotReady: { reason: 'vmotion' },
  NotEnoughLicenses: {},
  VMotionLinkDown: { atSourceHost: true, failedHost: 'esx01.lab.local', network: 'vMotion-A' },
};
const LOG: Record<string, Fields> = { CannotAccessFile: { file: '/var/log/vmkernel.log' } };
/** Faults that tell of the way to the host, so that the host may have done it. */
const MAY_HAVE_HAPPENED = ['HostCommunication', 'HostNotReachable', 'SystemError', 'RequestCanceled', 'Timedout'];

function faultsOf({ operation, host }: HookCall): Record<string, Fields> {
  if (operation === 'ReconfigureDVPortgroup_Task') return { ...ANY, ...DISTRIBUTED };
  if (operation === 'RelocateVM_Task') return { ...ANY, ...MOVE };
  if (operation === 'BrowseDiagnosticLog') return { ...ANY, ...LOG };
  if (operation === 'Login') return { SystemError: { reason: 'no sso' }, InvalidLogin: {} };
  if (operation === 'Logout') return { SystemError: { reason: 'no sso' } };
  if (host === undefined) return ANY;
  return isWrite(operation) ? { ...ANY, ...HOST, ...NETWORK } : { ...ANY, ...HOST };
}

/** Every type that can be drawn. */
export const DRAWN_FAULTS: readonly string[] = [
  ...new Set(
    [ANY, HOST, NETWORK, DISTRIBUTED, MOVE, LOG]
      .flatMap((one) => Object.keys(one))
      .concat('NotAuthenticated', 'InvalidLogin'),
  ),
].toSorted();

/** Writes are few beside reads, and what goes wrong at them is what matters. */
const WRITE_FACTOR = 4;
const SLOW_MS = 100_000;

/** Only the product's own calls fail: checkers and the stories' people look undisturbed. */
export function faultyHooks(site: Site, fate: Fate): LabHooks {
  const chanceOf = (call: HookCall): number => {
    const isOurs = site.lab.calls().at(-1)?.opId?.startsWith('vmotion-ops-') === true;
    return isOurs ? fate.weather().fault * (isWrite(call.operation) ? WRITE_FACTOR : 1) : 0;
  };
  const answer = (type: string, fields: Fields, { operation, host }: HookCall): VimFault => {
    fate.story(`${site.vcenter} answers ${operation} on ${host ?? 'no host'} with ${type}`);
    fate.reach(`fault:${type}`);
    site.troubledAt = fate.clock.now().getTime();
    return new VimFault(type, `The simulation says ${type}.`, fields);
  };
  const isAfter = new WeakSet<HookCall>();
  return {
    async before(call) {
      const chance = chanceOf(call);
      if (chance === 0) return;
      if (fate.chances.happens('slow-call', chance / 2)) {
        fate.story(`${site.vcenter} takes its time for ${call.operation}`);
        await fate.clock.sleep(fate.random.below(SLOW_MS));
      }
      if (fate.chances.happens('session-lost', chance / 2) && !['Login', 'Logout'].includes(call.operation)) {
        fate.story(`${site.vcenter} forgets a session`);
        fate.reach('fault:NotAuthenticated');
        throw notAuthenticated();
      }
      if (fate.chances.happens('fault-after', isWrite(call.operation) ? chance / 2 : 0)) isAfter.add(call);
      if (!fate.chances.happens('vcenter-fault', chance)) return;
      const faults = faultsOf(call);
      const type = fate.random.pick(Object.keys(faults));
      throw answer(type, faults[type] ?? {}, call);
    },
    async after(call) {
      if (!isAfter.has(call)) return;
      const type = fate.random.pick(MAY_HAVE_HAPPENED);
      throw answer(type, ANY[type] ?? {}, call);
    },
  };
}

/** The way to one vCenter: a request may not leave, its answer may be lost or damaged, and the process may die around
 * it. While vCenter restarts, whoever stands before it says so, or nobody answers. */
export function badWire(site: Site, process: Process, fate: Fate): Wire {
  const { chances, weather, random, reach } = fate;
  const story = (line: string) => {
    site.troubledAt = fate.clock.now().getTime();
    fate.story(line);
  };
  return {
    before() {
      mayDie(process, fate, 'before a SOAP call');
      const isRefused = chances.happens('refused-connection', weather().refuseConnection);
      if (isRefused) story('connection refused');
      if (site.outage !== undefined) site.troubledAt = fate.clock.now().getTime();
      if (isRefused || site.outage?.kind === 'silent') throw notSent();
    },
    instead: () => (site.outage?.kind === 'proxy' ? { status: 503, headers: {}, body: PAGE } : undefined),
    after() {
      mayDie(process, fate, 'after a SOAP call');
      if (!chances.happens('lost-answer', weather().loseAnswer)) return;
      story('answer lost');
      throw lostAnswer();
    },
    reply(reply) {
      if (!chances.happens('bad-reply', weather().fault)) return reply;
      const kind = random.pick(BAD_REPLIES);
      story(`the answer is ${kind}`);
      reach(`reply:${kind}`);
      return damaged(reply, kind, random.next());
    },
  };
}

/** Cut off, somebody else's page, a proxy's status, nothing. */
export const BAD_REPLIES = ['truncated', 'other', '502', '503', '504', 'empty'] as const;

const PAGE = '<html><body><h1>Service Unavailable</h1></body></html>';

function damaged(reply: LabResponse, kind: (typeof BAD_REPLIES)[number], share: number): LabResponse {
  if (kind === 'truncated') return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length * share)) };
  if (kind === 'other') return { ...reply, status: 200, body: PAGE };
  if (kind === 'empty') return { ...reply, body: '' };
  return { status: Number(kind), headers: {}, body: PAGE };
}
