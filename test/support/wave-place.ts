// A cluster in the middle of a change, without a wire: a fake vCenter that holds its hosts' networks, and slices of the job.
import { createHash } from 'node:crypto';
import { hostDigest } from '../../shared/app/digest.ts';
import { createMoveJob, getJob } from '../../shared/app/move-job.ts';
import type { Parts } from '../../shared/app/parts.ts';
import { runWave } from '../../shared/app/run-wave.ts';
import type { GroupGoal } from '../../shared/domain/group-goal.ts';
import type { Host, HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import type { HostOutcome, HostSummary, Job } from '../../shared/domain/job.ts';
import type { HostPlan } from '../../shared/domain/plan.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { planRepair } from '../../shared/domain/plan-repair.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { RestoreGoal } from '../../shared/domain/restore-draft.ts';
import { toWaves } from '../../shared/domain/rollout.ts';
import type { ClusterSettings } from '../../shared/domain/settings.ts';
import type { Step, StepKind } from '../../shared/domain/step.ts';
import { createJsonLog } from '../../shared/log.ts';
import { type ErrorCode, OpsError, type Retry } from '../../shared/errors.ts';
import type { DrsMode, HostRef, PingOutcome, PingRequest, Vsphere, VsphereSession } from '../../shared/ports.ts';
import { applySteps } from './apply-steps.ts';
import { aHost, aJob, aProfile } from './builders.ts';
import { createMemoryQueue, type MemoryQueue } from './memory-queue.ts';
import { createMemoryStore } from './memory-store.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

const SLICE_MS = 120_000;

/** What happens right before a write to a host: nothing, or it throws instead of being made. */
export type Midway = (write: { host: string; kind: StepKind }) => Promise<void> | void;

export type WaveOptions = {
  hosts?: Host[];
  profile?: Partial<Profile>;
  job?: Partial<Job>;
  /** Addresses that somebody has who is no host. */
  strangers?: string[];
  /** Of a revert: the distributed port groups that go back with the host of that number. */
  groups?: (number: number) => GroupGoal[];
};

export type WavePlace = {
  parts: Parts;
  clock: VirtualClock;
  settings: ClusterSettings;
  session: VsphereSession;
  /** Writes that reached vCenter: the host and the kind of the step. */
  writes: string[];
  /** Pings that were sent: from which host, on which device, to where. */
  pings: string[];
  logs: string[];
  queue: MemoryQueue;
  /** Sessions that were opened at vCenter, by what they were opened for. */
  sessions: string[];
  /** What DRS is set to. */
  drs: DrsMode;
  /** Addresses that answer nobody; and such that somebody who is no host has. */
  silent: Set<string>;
  strangers: Set<string>;
  midway: Midway | undefined;
  /** One slice: what it says of the wave, after the job's row has followed. */
  slice(deadlineMs?: number): Promise<JobEvent>;
  job(): Promise<Job>;
  outcomes(): Promise<HostOutcome[]>;
  /** The host as vCenter has it. */
  host(number: number): Host;
  /** Somebody else changes it. */
  change(number: number, to: Partial<Host>): void;
  changeNetwork(number: number, to: (network: HostNetwork) => HostNetwork): void;
  record(number: number): Promise<HostRecord>;
  save(number: number, change: Partial<HostRecord>): Promise<void>;
};

export const nameOf = (number: number): string => aHost(number).name;

/** vCenter refuses, for good. */
export const fault = (what: string, retry: Retry = 'never', code: ErrorCode = 'vcenter-fault'): OpsError =>
  new OpsError(code, what, { retry, remedy: 'Ask it.' });

/** vCenter can't be reached: the next slice goes on. */
export const away = (): OpsError => fault('vCenter is away.', 'later', 'vcenter-unreachable');

export const aThrow = (error: Error): never => {
  throw error;
};

/** With the first wave of one host behind it. */
export async function afterCanary(options: WaveOptions = {}): Promise<WavePlace> {
  const place = await createWavePlace(options);
  await place.slice();
  place.writes.length = 0;
  place.pings.length = 0;
  return place;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A planned and approved change, before its first wave. */
export async function createWavePlace(options: WaveOptions = {}): Promise<WavePlace> {
  const profile = aProfile(options.profile);
  const planned = structuredClone(options.hosts ?? [aHost(1), aHost(2), aHost(3), aHost(4)]);
  const isRevert = options.job?.kind === 'revert';
  const planAll = options.job?.kind === 'repair' ? planRepair : planCluster;
  const ways = planAll(planned, profile);
  const goals = ways.map(({ steps }, index): RestoreGoal | undefined => {
    const before = planned[index]?.network;
    return isRevert && before !== undefined
      ? { before, applied: steps, groups: options.groups?.(index + 1) }
      : undefined;
  });
  const hosts = planned.map((host, index): Host => {
    const steps = ways[index]?.steps ?? [];
    return isRevert && host.network !== undefined ? { ...host, network: applySteps(host.network, steps) } : host;
  });
  const plans = hosts.map((host, index): HostPlan => {
    const [goal, way] = [goals[index], ways[index]];
    if (way === undefined) throw new Error('a plan for each host');
    return goal === undefined ? way : planRestore(host, goal);
  });
  const state = new Map(hosts.map((host) => [host.moref.value, structuredClone(host)]));

  const clock = createVirtualClock();
  const store = createMemoryStore();
  const logs: string[] = [];
  const settings = {
    name: 'cluster-a',
    vcenter: 'lab',
    path: '/dc/host/cluster-a',
    channel: 'C0VSPHERE',
    profile,
    approval: { required: 1, expiresMinutes: 60 },
    access: { operators: 'any', approvers: 'any' },
  } satisfies ClusterSettings;
  const log = createJsonLog((line) => logs.push(line));
  const queue = createMemoryQueue();
  let ids = 0;
  const vcenters = { lab: { name: 'lab', workers: 2 } };
  const vsphere: Vsphere = {
    async withSession(vcenter, operation, use) {
      place.sessions.push(`${vcenter} ${operation}`);
      return use(place.session);
    },
  };
  const parts = {
    store,
    clock,
    queue,
    sha256,
    log,
    vsphere,
    ids: { next: (length: number) => String((ids += 1)).padStart(length, '0') },
    settings: { vcenters, clusters: { 'cluster-a': settings } },
  } as unknown as Parts;

  const place: WavePlace = {
    parts,
    clock,
    settings,
    session: undefined as unknown as VsphereSession,
    writes: [],
    pings: [],
    logs,
    queue,
    sessions: [],
    drs: 'fullyAutomated',
    silent: new Set(),
    strangers: new Set(options.strangers),
    midway: undefined,
    async slice(deadlineMs = SLICE_MS) {
      const now = clock.now();
      const deadline = new Date(now.getTime() + deadlineMs);
      const row = await getJob(store, 'j-000001');
      const until = new Date(now.getTime() + SLICE_MS);
      const taken = await store.leases.acquire({
        cluster: row.cluster,
        jobId: row.id,
        holder: `slice-${row.cursor}`,
        now,
        until,
      });
      const moveJob = createMoveJob(parts);
      const { job } = await moveJob(row.id, { kind: 'wave-started', fence: taken.lease.fence });
      try {
        const event = await runWave(
          { parts, job, session: place.session, lease: taken.lease, deadline, moveJob },
          settings,
        );
        await moveJob(row.id, event);
        return event;
      } finally {
        await store.leases.yield(taken.lease);
      }
    },
    job: () => getJob(store, 'j-000001'),
    outcomes: async () => (await getJob(store, 'j-000001')).hosts.map(({ outcome }) => outcome),
    host: (number) => getHost(aHost(number).moref.value),
    change(number, to) {
      const host = place.host(number);
      state.set(host.moref.value, { ...host, ...to });
    },
    changeNetwork(number, to) {
      const { network } = place.host(number);
      if (network !== undefined) place.change(number, { network: to(structuredClone(network)) });
    },
    async record(number) {
      const found = await store.records.find('j-000001', aHost(number).moref.value);
      if (found === undefined) throw new Error(`no record of ${nameOf(number)}`);
      return found;
    },
    async save(number, change) {
      const found = await place.record(number);
      await store.records.save({ ...found, ...change, version: found.version + 1 });
    },
  };
  place.session = createSession(place, state);

  const changing = plans.filter(({ kind }) => kind === 'change');
  const waves = toWaves(changing.length, profile.rollout);
  const summaries = plans.map((plan): HostSummary => {
    const wave = plan.kind === 'change' ? waves.findIndex((one) => one.includes(changing.indexOf(plan))) : undefined;
    const { moref, name } = plan.host;
    const outcome = plan.kind === 'change' ? 'pending' : plan.kind === 'in-place' ? 'in-place' : 'skipped';
    return {
      name,
      moref: moref.value,
      wave,
      outcome,
      steps: plan.steps.length,
      stepsDone: 0,
      digest: hostDigest(sha256, plan),
    };
  });
  for (const [index, plan] of plans.entries()) {
    const host = hosts[index];
    await store.records.put({
      schema: 1,
      jobId: 'j-000001',
      host: plan.host,
      parent: host?.parent,
      version: 1,
      phase: 'planned',
      plan,
      digest: hostDigest(sha256, plan),
      goal: goals[index],
      observed: structuredClone(host?.network),
      journal: [],
    });
  }
  const summary = { digest: 'd', counts: {}, findings: [], waves: waves.length };
  await store.jobs.create(aJob({ state: 'approved', hosts: summaries, plan: summary, ...options.job }));
  return place;

  function getHost(moref: string): Host {
    const host = state.get(moref);
    if (host === undefined) throw new Error(`no host ${moref}`);
    return host;
  }
}

function createSession(place: WavePlace, state: Map<string, Host>): VsphereSession {
  const write = async (host: HostRef, step: Step): Promise<void> => {
    await place.midway?.({ host: host.name, kind: step.kind });
    place.writes.push(`${host.name} ${step.kind}`);
    const now = state.get(host.moref.value);
    if (now?.network === undefined) throw new Error(`${host.name} has no network`);
    state.set(host.moref.value, { ...now, network: applySteps(now.network, [step]) });
  };
  const networkOf = (host: HostRef): HostNetwork => {
    const network = state.get(host.moref.value)?.network;
    if (network === undefined) throw new Error(`${host.name} has no network`);
    return network;
  };
  const positionOf = (network: HostNetwork | undefined, isIt: (vmk: VmkernelAdapter) => boolean): number =>
    (network?.vmks ?? []).filter((vmk) => vmk.netstack === 'vmotion').findIndex(isIt);
  // On the vMotion stack of islands, only adapters of the same position hear each other.
  const isHeard = (host: HostRef, { device, address, netstack }: PingRequest): boolean =>
    [...state.values()].some(({ network }) => {
      const found = network?.vmks.some((vmk) => vmk.ipv4.address === address && vmk.netstack === netstack) ?? false;
      if (!found || place.settings.profile.reach === 'routed') return found;
      const from = positionOf(state.get(host.moref.value)?.network, (vmk) => vmk.device === device);
      return from === positionOf(network, (vmk) => vmk.ipv4.address === address);
    });
  const isAnswered = (host: HostRef, request: PingRequest): boolean =>
    !place.silent.has(request.address) && (place.strangers.has(request.address) || isHeard(host, request));
  const session: Partial<VsphereSession> = {
    readStorage: async (morefs) => morefs.map(() => ({ servers: [], bound: [], unread: [] })),
    readHosts: async (morefs) =>
      morefs.map(({ value }) => {
        const host = state.get(value);
        if (host === undefined) throw new Error(`no host ${value}`);
        return structuredClone(host);
      }),
    calls: 7,
    vcenterUuid: 'lab-uuid',
    user: 'VSPHERE.LOCAL\\vmotion-ops',
    readCluster: async () => ({
      moref: { type: 'ClusterComputeResource', value: 'domain-c1' },
      name: 'cluster-a',
      path: '/dc/host/cluster-a',
      hosts: structuredClone([...state.values()]),
    }),
    readClusterSettings: async () => ({ drs: place.drs }),
    setDrs: async (_, mode) => {
      place.writes.push(`DRS ${mode}`);
      place.drs = mode;
    },
    readEvents: async () => [],
    readLog: async () => ({ lines: [], isRotated: false }),
    readTriggeredAlarms: async () => [],
    listVms: async () => [],
    missingPrivileges: async () => [],
    isConfigManaged: async () => false,
    runningMigrations: async () => [],
    refreshNetwork: async () => undefined,
    ping: async (host, request): Promise<PingOutcome> => {
      place.pings.push(`${host.name} ${request.device} ${request.address}`);
      const received = isAnswered(host, request) ? request.count : 0;
      return { kind: 'sent', sent: request.count, received, roundTripMicros: 90 };
    },
    addPortGroup: (host, portGroup) => write(host, { kind: 'add-port-group', portGroup }),
    updatePortGroup: (host, old, to) => write(host, { kind: 'update-port-group', from: { ...to, name: old }, to }),
    removePortGroup: async (host, gone) => {
      const portGroup = networkOf(host).portGroups.find(({ name }) => name === gone);
      if (portGroup !== undefined) await write(host, { kind: 'remove-port-group', portGroup });
    },
    addVmk: async (host, spec) => {
      const had = new Set(networkOf(host).vmks.map(({ device }) => device));
      await write(host, { kind: 'add-vmk', spec });
      return networkOf(host).vmks.find(({ device }) => !had.has(device))?.device ?? 'none';
    },
    updateVmk: (host, device, spec) => write(host, { kind: 'update-vmk', device, from: spec, to: spec }),
    removeVmk: async (host, device) => {
      const vmk = networkOf(host).vmks.find((one) => one.device === device);
      if (vmk !== undefined) await write(host, { kind: 'remove-vmk', device, spec: vmk, services: vmk.services });
    },
    setNetstack: (host, netstack, to) => write(host, { kind: 'set-netstack', netstack, from: {}, to }),
    selectService: (host, device, service) => write(host, { kind: 'select-service', device, service }),
    deselectService: (host, device, service) => write(host, { kind: 'deselect-service', device, service }),
    updateDistributedPortGroup: async (to) => {
      place.writes.push(`switch ${to.name}`);
      for (const [moref, host] of state) {
        if (host.network === undefined) continue;
        const step: Step = { kind: 'update-distributed-port-group', from: to, to };
        state.set(moref, { ...host, network: applySteps(host.network, [step]) });
      }
    },
  };
  return session as VsphereSession;
}
