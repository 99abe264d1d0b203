import { describe, expect, it } from 'vitest';
import { findPortGroup, getHost } from '../../infra/lab/vcenter/model.ts';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { findVmotionPath } from '../../infra/lab/vcenter/vmotion-path.ts';
import { parseMigrations } from '../../shared/domain/evidence.ts';
import type { Moref } from '../../shared/domain/inventory.ts';
import type { Vim, VimInput } from '../../shared/vsphere/vim.ts';
import {
  addAdapter,
  aNic,
  createCaller,
  faultOf,
  type LabCaller,
  networkSystem,
  nicManager,
  PROPERTY_COLLECTOR,
  readProperty,
  SESSION_MANAGER,
} from './vcenter-client.ts';

const [ESX01, ESX02, ESX03] = ['esx01.lab.local', 'esx02.lab.local', 'esx03.lab.local'];
const CHECKER = { type: 'VirtualMachineProvisioningChecker', value: 'ProvChecker' };
const DIAGNOSTICS = { type: 'DiagnosticManager', value: 'DiagMgr' };

function vmNamed({ lab }: LabCaller, name: string) {
  const vm = lab.model.vms.find((one) => one.name === name);
  if (vm === undefined) throw new Error(`no machine ${name}`);
  return vm;
}

const hostMoref = ({ lab }: LabCaller, name: string): Moref => getHost(lab.model, name).moref;

const info = async (caller: LabCaller, task: Moref) => (await readProperty(caller, task, 'info')) as Vim<'TaskInfo'>;

const start = (caller: LabCaller, vm: string, to: string) =>
  caller.call('RelocateVM_Task', vmNamed(caller, vm).moref, { spec: { host: hostMoref(caller, to) } });

/** "success", or "error" and the fault. */
async function move(caller: LabCaller, vm: string, to: string): Promise<string> {
  const { state, error } = await info(caller, await start(caller, vm, to));
  return error === undefined ? state : `${state} ${error.fault._type}`;
}

/** Both islands of cluster-a on the stack, on the first two hosts. */
async function enabled(options: LabOptions = {}): Promise<LabCaller> {
  const caller = await createCaller(options);
  for (const [index, host] of [ESX01, ESX02].entries()) {
    const add = (name: string, vlanId: number, uplink: string, address: string) =>
      addAdapter(caller, host, { portGroup: name, vlanId, uplink, nic: aNic(address) });
    await add('A', 101, 'vmnic2', `172.16.1.${51 + index}`);
    await add('B', 102, 'vmnic3', `172.16.2.${51 + index}`);
  }
  return caller;
}

function logOf(caller: LabCaller, host: string, want: { key?: string; start?: number; lines?: number } = {}) {
  const { key = 'vmkernel', ...range } = want;
  return caller.call('BrowseDiagnosticLog', DIAGNOSTICS, { host: hostMoref(caller, host), key, ...range });
}

describe('virtual machines', () => {
  it('stand in the VM folder with their power, their host and their networks', async () => {
    const caller = await createCaller();
    const vm = vmNamed(caller, 'web-a-01').moref;
    const children = (await readProperty(caller, { type: 'Folder', value: 'group-v3' }, 'childEntity')) as Moref[];
    expect(children).toContainEqual(vm);
    expect(await readProperty(caller, vm, 'runtime.powerState')).toBe('poweredOn');
    expect(await readProperty(caller, vm, 'runtime.host')).toEqual(hostMoref(caller, ESX01));
    expect(await readProperty(caller, hostMoref(caller, ESX01), 'vm')).toContainEqual(vm);
    expect(await readProperty(caller, vm, 'config.hardware.device')).toMatchObject([
      {
        _type: 'VirtualVmxnet3',
        deviceInfo: { label: 'Network adapter 1' },
        backing: { _type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: 'VM Network' },
      },
    ]);
    expect(await readProperty(caller, vmNamed(caller, 'template-a').moref, 'config.template')).toBe(true);
  });

  it('of cluster-dvs are on its distributed switch too', async () => {
    const caller = await createCaller({ clusters: ['cluster-dvs'] });
    const devices = await readProperty(caller, vmNamed(caller, 'app-dvs-01').moref, 'config.hardware.device');
    expect(devices).toMatchObject([
      { backing: { port: { portgroupKey: 'dvportgroup-54' } } },
      { backing: { deviceName: 'VM Network' } },
    ]);
  });
});

describe('RelocateVM_Task', () => {
  it('moves a machine over the default stack’s adapters', async () => {
    const caller = await createCaller();
    expect(await move(caller, 'web-a-01', ESX02)).toBe('success');
    expect(vmNamed(caller, 'web-a-01').host).toBe(ESX02);
  });

  it('uses every adapter of the vMotion stack, and both hosts say so in their logs', async () => {
    const caller = await enabled();
    expect(await move(caller, 'web-a-01', ESX02)).toBe('success');
    const [source, target] = await Promise.all([logOf(caller, ESX01), logOf(caller, ESX02)]);
    expect(parseMigrations(ESX01, source.lineText)).toMatchObject([
      {
        side: 'source',
        sourceAddress: '172.16.1.51',
        destinationAddress: '172.16.1.52',
        bound: [
          { address: '172.16.1.51', device: 'vmk2' },
          { address: '172.16.2.51', device: 'vmk3' },
        ],
        streams: 2,
        // Nine tenths of two wires of 25 Gb/s.
        bandwidthMegabytes: 5712.5,
      },
    ]);
    expect(parseMigrations(ESX02, target.lineText)).toMatchObject([
      { side: 'destination', acceptedFrom: ['172.16.1.51', '172.16.2.51'], streams: 2 },
    ]);
  });

  it('may leave the device out of its lines, as older builds do', async () => {
    const caller = await enabled({ switches: { logsVmkDevice: false } });
    await move(caller, 'web-a-01', ESX02);
    const { lineText } = await logOf(caller, ESX01);
    expect(lineText.some((line) => line.endsWith("Successfully bound connection to vmknic '172.16.2.51'"))).toBe(true);
    expect(lineText.join('\n')).not.toContain('vmk2');
  });

  it.each([
    {
      what: 'the target has no vMotion',
      fault: 'VMotionNotConfigured',
      breaks: (caller: LabCaller) =>
        caller.call('DeselectVnicForNicType', nicManager(caller, ESX02), { nicType: 'vmotion', device: 'vmk1' }),
    },
    {
      what: 'an adapter’s uplinks are down',
      fault: 'VMotionLinkDown',
      breaks: async ({ lab }: LabCaller) => {
        for (const pnic of getHost(lab.model, ESX01).network.pnics) pnic.speedMb = undefined;
      },
    },
    {
      what: 'the adapters do not reach each other',
      fault: 'GenericVmConfigFault',
      breaks: async ({ lab }: LabCaller) => {
        const portGroup = findPortGroup(getHost(lab.model, ESX02), 'vMotion-old');
        if (portGroup !== undefined) portGroup.vlanId = 101;
      },
    },
    {
      what: 'only one of the hosts is on the vMotion stack',
      fault: 'GenericVmConfigFault',
      breaks: (caller: LabCaller) =>
        addAdapter(caller, ESX02, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.52') }),
    },
    {
      what: 'full-size packets get lost',
      fault: 'GenericVmConfigFault',
      breaks: async ({ lab }: LabCaller) => {
        for (const port of lab.model.fabric.ports) if (port.host === ESX02) port.mtuBytes = 1500;
      },
    },
    {
      what: 'the target lacks a network of the machine',
      fault: 'CannotAccessNetwork',
      breaks: async ({ lab }: LabCaller) => {
        const { network } = getHost(lab.model, ESX02);
        network.portGroups = network.portGroups.filter(({ name }) => name !== 'VM Network');
      },
    },
    {
      what: 'the target is in maintenance mode',
      fault: 'InvalidHostState',
      breaks: async ({ lab }: LabCaller) => {
        getHost(lab.model, ESX02).isInMaintenance = true;
      },
    },
  ])('fails as a task with $fault when $what, and the machine stays', async ({ fault, breaks }) => {
    const caller = await createCaller();
    await breaks(caller);
    expect(await move(caller, 'web-a-01', ESX02)).toBe(`error ${fault}`);
    expect(vmNamed(caller, 'web-a-01').host).toBe(ESX01);
  });

  it('fails when one of several adapters has no counterpart in its own island', async () => {
    const caller = await enabled();
    await caller.call('RemoveVirtualNic', networkSystem(caller, ESX02), { device: 'vmk2' });
    expect(await move(caller, 'web-a-01', ESX02)).toBe('error GenericVmConfigFault');
  });

  it('moves a machine that is off without any vMotion', async () => {
    const caller = await createCaller();
    for (const host of [ESX01, ESX02]) getHost(caller.lab.model, host).network.services.vmotion = [];
    expect(await move(caller, 'batch-a', ESX02)).toBe('success');
  });

  it('needs a host, and Resource.HotMigrate on the machine', async () => {
    const caller = await createCaller();
    const { moref } = vmNamed(caller, 'web-a-01');
    expect(await faultOf(caller.call('RelocateVM_Task', moref, { spec: {} }))).toBe('InvalidArgument');
    caller.lab.model.privileges.missing.push({ entity: moref.value, privilege: 'Resource.HotMigrate' });
    expect(await faultOf(start(caller, 'web-a-01', ESX02))).toBe('NoPermission');
  });

  it('counts the wires that are used once, on the slower side', async () => {
    const { lab } = await createCaller();
    const [source, target] = [getHost(lab.model, ESX01), getHost(lab.model, ESX02)];
    for (const pnic of target.network.pnics) pnic.speedMb = 10_000;
    expect(findVmotionPath(lab.model, 1, source, target)).toMatchObject({
      lineRateMb: 10_000,
      pairs: [{ sourceAddress: '192.168.40.51', targetAddress: '192.168.40.52' }],
    });
  });
});

describe('a task that takes time', () => {
  /** Time passes only when the test lets it. */
  function createClock() {
    let now = Date.parse('2026-03-01T00:00:00Z');
    let waiting: { until: number; wake: () => void }[] = [];
    return {
      now: () => new Date(now),
      sleep: (ms: number) => new Promise<void>((wake) => void waiting.push({ until: now + ms, wake })),
      async pass(ms: number) {
        const end = now + ms;
        for (;;) {
          const next = waiting.toSorted((a, b) => a.until - b.until)[0];
          if (next === undefined || next.until > end) break;
          now = Math.max(now, next.until);
          waiting = waiting.filter((one) => one !== next);
          next.wake();
          await new Promise((resolve) => setImmediate(resolve));
        }
        now = end;
      },
    };
  }

  /** Lets time pass until the call is answered. */
  async function answered<T>(clock: ReturnType<typeof createClock>, call: Promise<T>): Promise<T> {
    const state = { isDone: false };
    void call.finally(() => (state.isDone = true)).catch(() => undefined);
    for (let turn = 0; turn < 1000 && !state.isDone; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!state.isDone) await clock.pass(10);
    }
    return call;
  }

  it('is running and shown at the machine and both hosts until it is done, and later forgotten', async () => {
    const clock = createClock();
    const creating = createCaller({ clock, latency: 'real' });
    const caller = await answered(clock, creating);
    const task = await answered(clock, start(caller, 'app-a-01', ESX02));
    const read = (moref: Moref, path: string) => answered(clock, readProperty(caller, moref, path));
    expect(await read(task, 'info')).toMatchObject({ state: 'running', descriptionId: 'VirtualMachine.relocate' });
    for (const moref of [vmNamed(caller, 'app-a-01').moref, hostMoref(caller, ESX01), hostMoref(caller, ESX02)]) {
      expect(await read(moref, 'recentTask')).toEqual([task]);
    }
    expect(await read(hostMoref(caller, ESX03), 'recentTask')).toEqual([]);
    expect(await answered(clock, faultOf(start(caller, 'app-a-01', ESX03)))).toBe('TaskInProgress');
    await clock.pass(60_000);
    const done = (await read(task, 'info')) as Vim<'TaskInfo'>;
    expect(done.state).toBe('success');
    expect(Date.parse(done.completeTime ?? '')).toBeGreaterThan(Date.parse(done.startTime ?? ''));
    await clock.pass(600_000);
    expect(await answered(clock, faultOf(readProperty(caller, task, 'info')))).toBe('ManagedObjectNotFound');
  });

  it('tells of its changes to those who wait for them', async () => {
    const clock = createClock();
    const caller = await answered(clock, createCaller({ clock, latency: 'real' }));
    const task = await answered(clock, start(caller, 'app-a-01', ESX02));
    const collector = await answered(clock, caller.call('CreatePropertyCollector', PROPERTY_COLLECTOR, {}));
    const spec = { propSet: [{ type: 'Task', pathSet: ['info.state'] }], objectSet: [{ obj: task }] };
    await answered(clock, caller.call('CreateFilter', collector, { spec, partialUpdates: false }));
    const states: unknown[] = [];
    let version = '';
    while (states.at(-1) !== 'success' && states.length < 5) {
      const waiting = caller.call('WaitForUpdatesEx', collector, { version, options: { maxWaitSeconds: 60 } });
      const update = await answered(clock, waiting);
      version = update?.version ?? version;
      states.push(update?.filterSet[0]?.objectSet[0]?.changeSet[0]?.val);
    }
    expect(states).toEqual(['running', 'success']);
  });
});

describe('CheckRelocate_Task', () => {
  const check = async (caller: LabCaller, vm: string, to: string) => {
    const task = await caller.call('CheckRelocate_Task', CHECKER, {
      vm: vmNamed(caller, vm).moref,
      spec: { host: hostMoref(caller, to) },
      testType: [],
    });
    const result = await readProperty(caller, task, 'info.result');
    expect(result).toEqual((await info(caller, task)).result);
    return (result as Vim<'CheckResult'>[]).flatMap(({ error }) => error.map(({ fault }) => fault._type));
  };

  it('has nothing against a machine whose networks are there', async () => {
    expect(await check(await createCaller(), 'web-a-01', ESX02)).toEqual([]);
  });

  it('names all that is wrong at once', async () => {
    const caller = await createCaller({ scenarios: ['vm-network-missing', 'vmotion-off-on-one'] });
    expect(await check(caller, 'web-a-01', ESX03)).toEqual(['CannotAccessNetwork', 'VMotionNotConfigured']);
  });
});

describe('BrowseDiagnosticLog', () => {
  const fill = (caller: LabCaller, lines: number) => {
    getHost(caller.lab.model, ESX01).log.lines = Array.from({ length: lines }, (_, index) => `line ${index + 1}`);
  };

  it('gives lines from a start, at most as many as the server will', async () => {
    const caller = await createCaller();
    fill(caller, 2500);
    expect(await logOf(caller, ESX01, { start: 2, lines: 2 })).toEqual({
      lineStart: 2,
      lineEnd: 3,
      lineText: ['line 2', 'line 3'],
    });
    expect((await logOf(caller, ESX01, { lines: 5000 })).lineEnd).toBe(1000);
  });

  it.each([
    { logPastEnd: 'tells-the-end' as const, lineEnd: 2500 },
    { logPastEnd: 'echoes-the-start' as const, lineEnd: 999_999 },
  ])('behind the end it $logPastEnd', async ({ logPastEnd, lineEnd }) => {
    const caller = await createCaller({ switches: { logPastEnd } });
    fill(caller, 2500);
    expect(await logOf(caller, ESX01, { start: 1_000_000 })).toMatchObject({ lineEnd, lineText: [] });
  });

  it('begins anew when the log is full', async () => {
    const caller = await createCaller({ switches: { logRotatesAt: 5 } });
    fill(caller, 4);
    await move(caller, 'web-a-01', ESX02);
    const { lineText } = await logOf(caller, ESX01);
    expect(lineText.length).toBeLessThanOrEqual(5);
    expect(lineText.join('\n')).not.toContain('line 1');
  });

  it('knows the logs that QueryDescriptions lists, and no other', async () => {
    const caller = await createCaller();
    const listed = await caller.call('QueryDescriptions', DIAGNOSTICS, { host: hostMoref(caller, ESX01) });
    expect(listed.map(({ key, format }) => `${key} ${format}`)).toContain('vmkernel plain');
    expect(await faultOf(logOf(caller, ESX01, { key: 'secrets' }))).toBe('InvalidArgument');
  });

  it('needs Global.Diagnostics on the root', async () => {
    const caller = await createCaller({ scenarios: ['no-privilege'] });
    expect(await faultOf(logOf(caller, ESX01))).toBe('NoPermission');
  });
});

describe('HasPrivilegeOnEntities', () => {
  it('says what is missing where, and calls are refused accordingly', async () => {
    const caller = await createCaller({ scenarios: ['no-privilege'] });
    const session = (await readProperty(caller, SESSION_MANAGER, 'currentSession')) as Vim<'UserSession'>;
    const answer = await caller.call(
      'HasPrivilegeOnEntities',
      { type: 'AuthorizationManager', value: 'AuthorizationManager' },
      {
        entity: [hostMoref(caller, ESX01), hostMoref(caller, ESX03)],
        sessionId: session.key,
        privId: ['Host.Config.Network', 'System.Read'],
      },
    );
    expect(answer.map(({ privAvailability }) => privAvailability.map(({ isGranted }) => isGranted))).toEqual([
      [true, true],
      [false, true],
    ]);
    const refresh = (host: string) => faultOf(caller.call('RefreshNetworkSystem', networkSystem(caller, host), {}));
    expect(await Promise.all([refresh(ESX01), refresh(ESX03)])).toEqual(['none', 'NoPermission']);
  });
});

describe('DRS', () => {
  const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c8' };
  const drs = async (caller: LabCaller) =>
    ((await readProperty(caller, CLUSTER, 'configurationEx')) as Vim<'ClusterConfigInfoEx'>).drsConfig;

  it('is fully automated, and can be held and put back', async () => {
    const caller = await createCaller();
    expect(await drs(caller)).toMatchObject({ enabled: true, defaultVmBehavior: 'fullyAutomated' });
    const set = (defaultVmBehavior: string) =>
      caller.call('ReconfigureComputeResource_Task', CLUSTER, {
        spec: { _type: 'ClusterConfigSpecEx', drsConfig: { defaultVmBehavior } } as VimInput<'ClusterConfigSpecEx'>,
        modify: true,
      });
    await set('manual');
    expect(await drs(caller)).toMatchObject({ enabled: true, defaultVmBehavior: 'manual' });
    expect((await info(caller, await set('sometimes'))).error?.fault._type).toBe('InvalidArgument');
    await set('fullyAutomated');
    expect(await drs(caller)).toMatchObject({ enabled: true, defaultVmBehavior: 'fullyAutomated' });
  });
});
