// One host of a change, without a wire: a fake vCenter that holds the host's network, and the slice that works on it.
import type { Slice } from '../../shared/app/host-work.ts';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import { createJsonLog } from '../../shared/log.ts';
import { OpsError } from '../../shared/errors.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import { applySteps } from './apply-steps.ts';
import { aHost, aJob } from './builders.ts';
import { createMemoryStore } from './memory-store.ts';
import { createVirtualClock } from './virtual-clock.ts';

/**
 * What becomes of a write: it is made and answered; made, and the answer lost; lost before it is made; made only after
 * the host was asked so many times to look again; or it throws.
 */
export type Fate = 'made' | 'answer-lost' | 'lost' | { lateBy: number } | Error;

const SLICE_MS = 120_000;

export const lostAnswer = (): OpsError =>
  new OpsError('vcenter-timeout', 'No answer.', { retry: 'outcome-unknown', remedy: 'Look again.' });

export type HostPlace = {
  slice: Slice;
  host: HostRef;
  /** Writes that reached vCenter, by the kind of their step, with the device where they name one. */
  writes: string[];
  /** How often the host was asked to look again. */
  refreshes(): number;
  /** Events that the job was moved by. */
  events: JobEvent[];
  /** The network as it truly is. */
  now(): HostNetwork;
  /** Somebody else changes the host. */
  change(to: (network: HostNetwork) => HostNetwork): void;
  /** The host's record as it is stored. */
  record(): Promise<HostRecord | undefined>;
};

/** The stacks' settings of the one network, and of the other which of them are live. */
function withLiveOf(truth: HostNetwork, shown: HostNetwork): HostNetwork['netstacks'] {
  const isLive = (key: string) => shown.netstacks.some((stack) => stack.key === key && stack.isLive);
  return truth.netstacks.map((stack) => ({ ...structuredClone(stack), isLive: isLive(stack.key) }));
}

/** `fates` of the writes in their order; all later ones are made. A read shows what vCenter has written itself,
 * and else what the host was last asked to look at. `refuses`: events that the job does not accept. */
export async function createHostPlace(
  network: HostNetwork,
  steps: Step[],
  options: { fates?: Fate[]; job?: Partial<Job>; record?: Partial<HostRecord>; refuses?: JobEvent['kind'][] } = {},
): Promise<HostPlace> {
  let truth = structuredClone(network);
  let shown = structuredClone(network);
  const fates = [...(options.fates ?? [])];
  const late: { left: number; step: Step }[] = [];
  const writes: string[] = [];
  const events: JobEvent[] = [];
  let refreshes = 0;
  const make = (step: Step) => {
    truth = applySteps(truth, [step]);
  };
  const write = (step: Step, device?: string): void => {
    writes.push(device === undefined ? step.kind : `${step.kind} ${device}`);
    const fate = fates.shift() ?? 'made';
    if (fate instanceof Error) throw fate;
    if (typeof fate !== 'string') late.push({ left: fate.lateBy, step });
    else if (fate !== 'lost') make(step);
    // What vCenter has changed itself it shows at once; the stacks at work are the host's to tell.
    if (fate === 'made') shown = { ...structuredClone(truth), netstacks: withLiveOf(truth, shown) };
    if (fate !== 'made') throw lostAnswer();
  };
  const host = aHost();
  const { moref, name, networkSystem, virtualNicManager } = host;
  if (networkSystem === undefined || virtualNicManager === undefined) throw new Error('a host that can be configured');

  const session: Partial<VsphereSession> = {
    readHosts: async (morefs) => morefs.map(() => ({ ...host, network: structuredClone(shown) })),
    refreshNetwork: async () => {
      refreshes += 1;
      for (const one of late) one.left -= 1;
      for (const { step } of late.filter(({ left }) => left === 0)) make(step);
      shown = structuredClone(truth);
    },
    addSwitch: async (_, standardSwitch) => write({ kind: 'add-switch', standardSwitch }),
    removeSwitch: async (_, gone) => {
      const standardSwitch = truth.standardSwitches.find((one) => one.name === gone);
      if (standardSwitch !== undefined) write({ kind: 'remove-switch', standardSwitch });
    },
    updateDistributedPortGroup: async (to) => write({ kind: 'update-distributed-port-group', from: to, to }),
    addPortGroup: async (_, portGroup) => write({ kind: 'add-port-group', portGroup }),
    updatePortGroup: async (_, old, to) => write({ kind: 'update-port-group', from: { ...to, name: old }, to }),
    removePortGroup: async (_, gone) => {
      const portGroup = truth.portGroups.find((one) => one.name === gone);
      if (portGroup !== undefined) write({ kind: 'remove-port-group', portGroup });
    },
    addVmk: async (_, spec) => {
      const had = new Set(truth.vmks.map((vmk) => vmk.device));
      write({ kind: 'add-vmk', spec });
      return truth.vmks.find((vmk) => !had.has(vmk.device))?.device ?? 'none';
    },
    updateVmk: async (_, device, spec) => write({ kind: 'update-vmk', device, from: spec, to: spec }, device),
    removeVmk: async (_, device) => {
      const vmk = truth.vmks.find((one) => one.device === device);
      if (vmk !== undefined) write({ kind: 'remove-vmk', device, spec: vmk, services: vmk.services }, device);
    },
    setNetstack: async (_, netstack, to) => write({ kind: 'set-netstack', netstack, from: {}, to }),
    selectService: async (_, device, service) => write({ kind: 'select-service', device, service }, device),
    deselectService: async (_, device, service) => write({ kind: 'deselect-service', device, service }, device),
  };

  const clock = createVirtualClock();
  const store = createMemoryStore();
  const job = aJob({ state: 'applying', ...options.job });
  const deadline = new Date(clock.now().getTime() + SLICE_MS);
  const taken = await store.leases.acquire({
    cluster: job.cluster,
    jobId: job.id,
    holder: 'slice-1',
    now: clock.now(),
    until: deadline,
  });
  const plan = { host: { moref, name }, kind: 'change' as const, steps, findings: [], untouched: [] };
  const record: HostRecord = {
    schema: 1,
    jobId: job.id,
    host: { moref, name },
    version: 1,
    phase: 'planned',
    plan,
    digest: 'd',
    journal: [],
    ...options.record,
  };
  await store.records.put(record);
  const moveJob: Slice['moveJob'] = async (_, event) => {
    events.push(event);
    const isRefused = options.refuses?.includes(event.kind) ?? false;
    return { job, decision: isRefused ? { kind: 'ignored', why: 'already' } : { kind: 'moved', job, effects: [] } };
  };
  const parts = {
    store,
    clock,
    settings: { vcenters: {}, clusters: {} },
    log: createJsonLog(() => undefined),
  } as unknown as Slice['parts'];
  return {
    slice: { parts, job, session: session as VsphereSession, lease: taken.lease, deadline, moveJob },
    host: { moref, name, networkSystem, virtualNicManager },
    writes,
    events,
    refreshes: () => refreshes,
    now: () => truth,
    change: (to) => {
      truth = to(structuredClone(truth));
      shown = structuredClone(truth);
    },
    record: () => store.records.find(job.id, moref.value),
  };
}
