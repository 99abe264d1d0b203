// What is written to one host, in which order, and what is believed when an answer is lost or a worker has died.
import { describe, expect, it } from 'vitest';
import { applyHost, beginHost, createRecordKeeper } from '../../shared/app/apply-host.ts';
import { leaseEnd, toHostRef, writeEnd } from '../../shared/app/host-work.ts';
import { awaitLeases, awaitStack, performStep } from '../../shared/app/perform-step.ts';
import { type HostNetwork, VMOTION_NETSTACK } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import type { HostRecord, JournalEntry } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import { isInEffect } from '../../shared/domain/step-effect.ts';
import { isRuntimeLive } from '../../shared/domain/vmotion-adapters.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { OpsError } from '../../shared/errors.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aDistributedGroup, aWideNetwork, distributed } from '../domain/network-shapes.ts';
import { aGroup, aHost, aNetwork, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { createHostPlace, type Fate, type HostPlace } from '../support/host-place.ts';

const [plan] = planCluster([aHost()], aProfile());
const STEPS = plan?.steps ?? [];
const KINDS = STEPS.map((step) => step.kind);
const at = '2026-01-02T03:04:05.000Z';
const fault = (retry: OpsError['retry'], code: OpsError['code'] = 'vcenter-fault') =>
  new OpsError(code, 'The host says no.', { retry, remedy: 'Ask it.', fault: 'PlatformConfigFault' });

async function keeperOf({ slice, record }: HostPlace) {
  const stored = await record();
  if (stored === undefined) throw new Error('a record');
  return createRecordKeeper(slice, stored);
}
async function apply(place: HostPlace) {
  return applyHost(place.slice, await keeperOf(place), { ...aHost(), network: place.now() });
}
const journalOf = async (place: HostPlace) =>
  (await place.record())?.journal.map(({ index, state }) => [index, state] as const);
const begun = (journal: JournalEntry[]): Partial<HostRecord> => ({ phase: 'applying', before: aNetwork(), journal });

const onStack = aVmk('vmk2', { netstack: VMOTION_NETSTACK });
const withStack = (isLive: boolean, ...vmks: ReturnType<typeof aVmk>[]) => {
  const network = aNetwork({ vmks: [managementVmk(), ...vmks] });
  return {
    ...network,
    netstacks: network.netstacks.map((stack) => (stack.key === VMOTION_NETSTACK ? { ...stack, isLive } : stack)),
  };
};

describe('a step whose answer is lost', () => {
  const [step] = STEPS;
  if (step === undefined) throw new Error('a step');
  const perform = async (fates: Fate[]) => {
    const place = await createHostPlace(aNetwork(), [step], { fates });
    const ended = await performStep(place.slice, place.host, step).then(
      () => 'made',
      (error: unknown) => error,
    );
    return { ended, calls: place.writes.length, has: place.now().portGroups.length };
  };

  it.each([
    { what: 'was made', fates: ['answer-lost'], calls: 1 },
    { what: 'is made a little later', fates: [{ lateBy: 3 }], calls: 1 },
    { what: 'never came to vCenter', fates: ['lost'], calls: 2 },
    { what: 'never came to vCenter twice', fates: ['lost', 'lost'], calls: 3 },
    { what: 'was made at the third call, whose answer is lost too', fates: ['lost', 'lost', 'answer-lost'], calls: 3 },
  ] satisfies { what: string; fates: Fate[]; calls: number }[])(
    'and which $what is looked for on the host, and called $calls times in all',
    async ({ fates, calls }) => {
      expect(await perform(fates)).toEqual({ ended: 'made', calls, has: 3 });
    },
  );

  it('three times without any effect is held against the host, with what vCenter said', async () => {
    const { ended, calls } = await perform([fault('later'), fault('later'), fault('later')]);
    expect(calls).toBe(3);
    expect(ended).toMatchObject({
      code: 'vcenter-fault',
      retry: 'never',
      remedy: 'Ask it.',
      fault: 'PlatformConfigFault',
    });
    expect(String(ended)).toContain('The host says no. It was tried 3 times');
  });

  it('because vCenter is away for long is for the next slice, and not held against the host', async () => {
    const away = fault('later', 'vcenter-unreachable');
    expect(await perform([away, away, away])).toEqual({ ended: away, calls: 3, has: 2 });
  });

  it.each([
    { what: 'vCenter has refused for good', error: fault('never') },
    { what: 'the lease is gone', error: fault('later', 'lease-lost') },
    { what: 'a bug stopped it', error: new TypeError('of undefined') },
  ])('is not looked for, nor called again, where $what', async ({ error }) => {
    expect(await perform([error])).toEqual({ ended: error, calls: 1, has: 2 });
  });
});

describe('each kind of step', () => {
  const letter = aDistributedGroup('A');
  const ipv4 = { dhcp: false, address: '172.16.1.51', prefixLength: 24 };
  const spec = toSpec(aVmk('vmk2', { netstack: VMOTION_NETSTACK, attachment: distributed('A'), ipv4 }));
  const plain = aGroup('spare', { switchName: 'vSwitch9' });
  const standardSwitch = { name: 'vSwitch9', mtuBytes: 9000, uplinks: ['vmnic6'] };
  const wide = aWideNetwork();
  const withSwitch = { ...wide, standardSwitches: [...wide.standardSwitches, standardSwitch] };
  const withGroup = { ...withSwitch, portGroups: [plain, ...withSwitch.portGroups] };
  const live = withStack(true, { ...spec, device: 'vmk2', services: [] });
  const old = oldVmotionVmk();
  it.each([
    { network: wide, step: { kind: 'add-switch', standardSwitch } },
    { network: withSwitch, step: { kind: 'remove-switch', standardSwitch } },
    {
      network: wide,
      step: {
        kind: 'update-distributed-port-group',
        from: letter,
        to: { ...letter, uplinks: { active: ['Uplink 2'], standby: [] } },
      },
    },
    { network: withSwitch, step: { kind: 'add-port-group', portGroup: plain } },
    { network: withGroup, step: { kind: 'update-port-group', from: plain, to: { ...plain, vlanId: 9 } } },
    { network: withGroup, step: { kind: 'remove-port-group', portGroup: plain } },
    { network: wide, step: { kind: 'add-vmk', spec } },
    { network: live, step: { kind: 'update-vmk', device: 'vmk2', from: spec, to: { ...spec, mtuBytes: 9000 } } },
    { network: wide, step: { kind: 'remove-vmk', device: 'vmk1', spec: toSpec(old), services: ['vmotion'] } },
    {
      network: live,
      step: { kind: 'set-netstack', netstack: VMOTION_NETSTACK, from: {}, to: { gateway: '172.16.1.1' } },
    },
    { network: wide, step: { kind: 'select-service', device: 'vmk0', service: 'vmotion' } },
    { network: wide, step: { kind: 'deselect-service', device: 'vmk1', service: 'vmotion' } },
  ] satisfies { network: HostNetwork; step: Step }[])(
    '$step.kind has its effect by one call',
    async ({ network, step }) => {
      const place = await createHostPlace(network, [step]);
      await performStep(place.slice, place.host, step);
      expect(place.writes.map((write) => write.split(' ')[0])).toEqual([step.kind]);
      expect(isInEffect(step, network)).toBe(false);
      expect(isInEffect(step, place.now())).toBe(true);
    },
  );

  it('await-dormant is no call: it waits until the stack sleeps', async () => {
    const step: Step = { kind: 'await-dormant', netstack: VMOTION_NETSTACK };
    const place = await createHostPlace(live, [step]);
    const waiting = performStep(place.slice, place.host, step);
    await place.slice.parts.clock.sleep(4000);
    place.change(() => withStack(false));
    expect(await waiting).toBeUndefined();
    expect(place.writes).toEqual([]);
  });

  it('add-vmk by DHCP on the vMotion stack waits for the address, and on another stack for nothing', async () => {
    const waited = async (netstack: string) => {
      const step: Step = { kind: 'add-vmk', spec: { ...spec, netstack, ipv4: { dhcp: true } } };
      const place = await createHostPlace(wide, [step]);
      const since = place.slice.parts.clock.now().getTime();
      await performStep(place.slice, place.host, step).catch((error: OpsError) => expect(error.code).toBe('no-lease'));
      return place.slice.parts.clock.now().getTime() - since;
    };
    expect(await waited(VMOTION_NETSTACK)).toBe(60_000);
    expect(await waited('defaultTcpipStack')).toBe(0);
  });
});

describe('a host that can not be configured now', () => {
  it.each([
    { what: 'is disconnected', change: { connection: 'disconnected' as const } },
    { what: 'shows no network system', change: { networkSystem: undefined } },
    { what: 'shows no manager of services', change: { virtualNicManager: undefined } },
  ])('is for the next slice: it $what', ({ change }) => {
    expect(() => toHostRef(aHost(1, change))).toThrow(
      expect.objectContaining({ code: 'host-not-connected', retry: 'later' }) as Error,
    );
    const { moref, name, networkSystem, virtualNicManager } = aHost();
    expect(toHostRef(aHost())).toEqual({ moref, name, networkSystem, virtualNicManager });
  });
});

describe('a slice', () => {
  it('ends its long calls fifteen seconds before its deadline, and its lease ten after it', async () => {
    const { slice } = await createHostPlace(aNetwork(), []);
    const at = slice.deadline.getTime();
    expect(writeEnd(slice).getTime()).toBe(at - 15_000);
    expect(leaseEnd(slice.deadline).getTime()).toBe(at + 10_000);
  });
});

describe('applying a host', () => {
  it('makes the steps in their order, each with its intent and its outcome in the journal', async () => {
    const place = await createHostPlace(aNetwork(), STEPS, { record: begun([]) });
    const after = await apply(place);
    expect(place.writes).toEqual([...KINDS.slice(0, -1), 'remove-vmk vmk1']);
    expect(after).toEqual(applySteps(aNetwork(), STEPS));
    const record = await place.record();
    expect(record).toMatchObject({ phase: 'applied', after });
    expect(record?.journal.map(({ index, state, device }) => [index, state, device])).toEqual([
      [0, 'done', undefined],
      [1, 'done', undefined],
      [2, 'done', 'vmk2'],
      [3, 'done', 'vmk3'],
      [4, 'done', undefined],
    ]);
    const progress = [1, 2, 3, 4, 5].map((stepsDone) => ({
      kind: 'host-moved',
      moref: 'host-11',
      outcome: 'applying',
      stepsDone,
    }));
    expect(place.events).toEqual(progress);
    expect(record?.journal[0]?.at).toBe(at);
  });

  it('says its intent before the call: a worker that dies in it leaves the word', async () => {
    const place = await createHostPlace(aNetwork(), STEPS, { record: begun([]), fates: ['made', new Error('dies')] });
    await expect(apply(place)).rejects.toThrow('dies');
    expect(await journalOf(place)).toEqual([
      [0, 'done'],
      [1, 'intended'],
    ]);
  });

  it.each([
    { made: 2, what: 'had made it', writes: KINDS.slice(2) },
    { made: 1, what: 'had not', writes: KINDS.slice(1) },
  ])(
    'after a worker that died in its second call asks the host, and goes on where that one $what',
    async ({ made, writes }) => {
      const network = applySteps(aNetwork(), STEPS.slice(0, made));
      const journal: JournalEntry[] = [
        { index: 0, state: 'done', at },
        { index: 1, state: 'intended', at },
      ];
      const place = await createHostPlace(network, STEPS, { record: begun(journal) });
      await apply(place);
      expect(place.writes.map((write) => write.split(' ')[0])).toEqual(writes);
      expect(place.now()).toEqual(applySteps(aNetwork(), STEPS));
      expect((await journalOf(place))?.toSorted()).toEqual(STEPS.map((_, index) => [index, 'done']));
    },
  );

  it('reads the host once more where no stack comes to life, and asks it to look again where one does', async () => {
    const live = withStack(true, onStack);
    const to = { ...toSpec(onStack), mtuBytes: 9000 };
    const update: Step = { kind: 'update-vmk', device: 'vmk2', from: toSpec(onStack), to };
    const lookedAt = async (network: HostNetwork, steps: Step[]) => {
      const place = await createHostPlace(network, steps, { record: begun([]) });
      const since = place.slice.parts.clock.now().getTime();
      const after = await apply(place);
      const ms = place.slice.parts.clock.now().getTime() - since;
      return { asked: place.refreshes(), ms, isLive: isRuntimeLive(after, VMOTION_NETSTACK) };
    };
    const add = STEPS.filter((step) => step.kind !== 'remove-vmk');
    expect(await lookedAt(live, [update])).toEqual({ asked: 0, ms: 0, isLive: true });
    expect(await lookedAt(aNetwork(), add)).toEqual({ asked: 1, ms: 0, isLive: true });
    expect(await lookedAt(withStack(true), add)).toEqual({ asked: 0, ms: 0, isLive: true });
    expect(await lookedAt(aNetwork(), [])).toEqual({ asked: 0, ms: 0, isLive: false });
  });

  it('writes nothing, not even an intent, with less than fifteen seconds left', async () => {
    const leftAfter = async (leftMs: number) => {
      const place = await createHostPlace(aNetwork(), STEPS, { record: begun([]) });
      await place.slice.parts.clock.sleep(
        place.slice.deadline.getTime() - place.slice.parts.clock.now().getTime() - leftMs,
      );
      const ended = await apply(place).then(
        () => 'applied',
        (error: unknown) => error,
      );
      return { ended, writes: place.writes.length, journal: await journalOf(place) };
    };
    expect(await leftAfter(15_000)).toMatchObject({
      ended: { code: 'out-of-time', retry: 'later' },
      writes: 0,
      journal: [],
    });
    expect(await leftAfter(15_001)).toMatchObject({ ended: 'applied', writes: STEPS.length });
  });

  it('writes nothing more once its lease is lost', async () => {
    const place = await createHostPlace(aNetwork(), STEPS, { record: begun([]) });
    await place.slice.parts.store.leases.release('cluster-a', place.slice.job.id);
    await expect(apply(place)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(place.writes).toEqual([]);
  });

  it('writes nothing where its lease was lost while it noted what it was about to do', async () => {
    const place = await createHostPlace(aNetwork(), STEPS, { record: begun([]) });
    const { records, leases } = place.slice.parts.store;
    const { save } = records;
    records.save = async (record) => {
      await save(record);
      // It stood still over this, was declared dead, and its job was given up.
      await leases.release('cluster-a', place.slice.job.id);
    };
    await expect(apply(place)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(place.writes).toEqual([]);
    expect(await journalOf(place)).toEqual([[0, 'intended']]);
  });

  it('makes no call again once its lease is lost', async () => {
    const place = await createHostPlace(aNetwork(), STEPS, { fates: ['lost'], record: begun([]) });
    const { slice } = place;
    const { refreshNetwork } = slice.session;
    slice.session.refreshNetwork = async (host) => {
      await slice.parts.store.leases.release('cluster-a', slice.job.id);
      return refreshNetwork(host);
    };
    await expect(apply(place)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(place.writes).toHaveLength(1);
  });

  it('calls an adapter by the number that vCenter gave it, also where that answer was lost', async () => {
    const back = oldVmotionVmk();
    const steps: Step[] = [
      { kind: 'add-vmk', spec: toSpec(back), device: 'vmk1' },
      { kind: 'select-service', device: 'vmk1', service: 'vmotion' },
    ];
    const taken = aVmk('vmk1', { ipv4: { dhcp: false, address: '10.7.0.1', prefixLength: 24 } });
    const network = aNetwork({ vmks: [managementVmk(), taken] });
    for (const fates of [[], ['answer-lost']] satisfies Fate[][]) {
      const place = await createHostPlace(network, steps, { fates, job: { kind: 'revert' }, record: begun([]) });
      const after = await apply(place);
      expect(place.writes).toEqual(['add-vmk', 'select-service vmk2']);
      expect(after.vmks.map(({ device, services }) => [device, services])).toEqual([
        ['vmk0', ['management']],
        ['vmk1', []],
        ['vmk2', ['vmotion']],
      ]);
    }
  });

  it('waits until DHCP has given an adapter its address, but not where a revert brings one back', async () => {
    const spec = { ...toSpec(aVmk('vmk2', { netstack: VMOTION_NETSTACK })), ipv4: { dhcp: true } };
    const network = withStack(true, { ...spec, device: 'vmk2', services: [] });
    const forKind = async (kind: 'enable' | 'revert') => {
      const place = await createHostPlace(network, [], { job: { kind }, record: begun([]) });
      return apply(place);
    };
    await expect(forKind('enable')).rejects.toMatchObject({ code: 'no-lease', retry: 'never' });
    expect((await forKind('revert')).vmks).toEqual(network.vmks);
  });
});

describe('beginning a host', () => {
  const network = aNetwork();
  const begin = async (options: Parameters<typeof createHostPlace>[2] = {}) => {
    const place = await createHostPlace(network, STEPS, options);
    const isBegun = await beginHost(place.slice, await keeperOf(place), { ...aHost(), network });
    const baselines = await place.slice.parts.store.baselines.list('cluster-a');
    return { isBegun, baselines, record: await place.record(), events: place.events };
  };

  it('stores what is there now, as its before-image and as the baseline of a later revert', async () => {
    const { isBegun, baselines, record, events } = await begin();
    expect(isBegun).toBe(true);
    expect(record).toMatchObject({ phase: 'applying', before: network, version: 2 });
    expect(baselines).toMatchObject([
      {
        cluster: 'cluster-a',
        host: 'host-11',
        name: aHost().name,
        jobId: 'j-000001',
        record: { phase: 'applying', before: network },
      },
    ]);
    expect(events).toEqual([{ kind: 'host-begun', moref: 'host-11' }]);
  });

  it('leaves no baseline in a revert, which is on its way to one', async () => {
    const { isBegun, baselines, record } = await begin({ job: { kind: 'revert' } });
    expect({ isBegun, baselines, phase: record?.phase }).toEqual({ isBegun: true, baselines: [], phase: 'applying' });
  });

  it('is not done once a person wants the job to stop', async () => {
    const { isBegun, baselines, record } = await begin({ refuses: ['host-begun'] });
    expect({ isBegun, baselines, record }).toMatchObject({
      isBegun: false,
      baselines: [],
      record: { phase: 'planned', version: 1 },
    });
    expect(record?.before).toBeUndefined();
  });

  it('without a network is refused: an image of nothing would stay as its baseline', async () => {
    const place = await createHostPlace(aNetwork(), []);
    const host = { ...aHost(), connection: 'disconnected' as const, network: undefined };
    const begun = beginHost(place.slice, await keeperOf(place), host);
    await expect(begun).rejects.toMatchObject({ code: 'host-not-connected' });
    const { job, parts } = place.slice;
    expect(await parts.store.baselines.list(job.cluster)).toEqual([]);
    expect(await place.record()).toMatchObject({ phase: 'planned' });
  });
});

describe('waiting for the host', () => {
  it.each([true, false])(
    'for a stack to be live (%s) ends as soon as it is, however late that shows',
    async (isLive) => {
      const place = await createHostPlace(withStack(!isLive, onStack), []);
      const since = place.slice.parts.clock.now().getTime();
      const waiting = awaitStack(place.slice, place.host, { netstack: VMOTION_NETSTACK, isLive });
      await place.slice.parts.clock.sleep(10_000);
      place.change(() => withStack(isLive, onStack));
      expect(await waiting).toEqual(withStack(isLive, onStack));
      expect(place.slice.parts.clock.now().getTime() - since).toBe(12_000);
    },
  );

  it.each([
    { isLive: true, says: 'come to life' },
    { isLive: false, says: 'become dormant' },
  ])('for a stack that does not $says ends with the slice', async ({ isLive }) => {
    const place = await createHostPlace(withStack(!isLive, onStack), []);
    const waiting = awaitStack(place.slice, place.host, { netstack: VMOTION_NETSTACK, isLive });
    await expect(waiting).rejects.toMatchObject({ code: 'out-of-time' });
  });

  it.each([
    { isLive: true, says: 'come to life' },
    { isLive: false, says: 'become dormant' },
  ])(
    'for a stack that does not $says is given up after two minutes where the slice is longer',
    async ({ isLive, says }) => {
      const { slice, host } = await createHostPlace(withStack(!isLive, onStack), []);
      const since = slice.parts.clock.now().getTime();
      const long = { ...slice, deadline: new Date(since + 3_600_000) };
      const waiting = awaitStack(long, host, { netstack: VMOTION_NETSTACK, isLive });
      await expect(waiting).rejects.toMatchObject({
        code: 'stack-not-dormant',
        retry: 'never',
        message: expect.stringContaining(says),
      });
      expect(slice.parts.clock.now().getTime() - since).toBe(120_000);
    },
  );

  describe('for a lease before the stack gets its gateway', () => {
    const still = aVmk('vmk2', {
      netstack: VMOTION_NETSTACK,
      attachment: { kind: 'standard', portGroup: 'vMotion-A' },
    });
    const asking = { ...toSpec(still), ipv4: { dhcp: true } };
    const groups = { portGroups: [...aNetwork().portGroups, aGroup('vMotion-A', { vlanId: 101 })] };
    const start = { ...withStack(true, still), ...groups };
    const steps: Record<string, Step> = {
      added: { kind: 'add-vmk', spec: asking },
      'told to ask': { kind: 'update-vmk', device: 'vmk2', from: toSpec(still), to: asking },
    };
    const placeOf = async (name: string, kind: Job['kind'] = 'enable', fates: Fate[] = []) => {
      const step = steps[name];
      if (step === undefined) throw new Error('no step');
      const network = name === 'added' ? { ...start, vmks: [managementVmk()] } : start;
      return { step, place: await createHostPlace(network, [step], { job: { kind }, fates }) };
    };
    const lease = (network: HostNetwork): HostNetwork => ({
      ...network,
      vmks: network.vmks.map((vmk) =>
        vmk.ipv4.dhcp ? { ...vmk, ipv4: { dhcp: true, address: '172.16.1.9', prefixLength: 24 } } : vmk,
      ),
    });

    it.each(Object.keys(steps))('lasts until an adapter that is %s has one', async (name) => {
      const { step, place } = await placeOf(name);
      const since = place.slice.parts.clock.now().getTime();
      const performed = performStep(place.slice, place.host, step);
      await place.slice.parts.clock.sleep(4000);
      place.change(lease);
      await performed;
      expect(place.slice.parts.clock.now().getTime() - since).toBe(6000);
    });

    it.each(Object.keys(steps))('lasts as long for one that is %s where the answer is lost', async (name) => {
      const { step, place } = await placeOf(name, 'enable', ['answer-lost']);
      const since = place.slice.parts.clock.now().getTime();
      const performed = performStep(place.slice, place.host, step);
      await place.slice.parts.clock.sleep(6000);
      place.change(lease);
      await performed;
      // The host is looked at after two seconds, and shows an adapter without an address.
      expect(place.slice.parts.clock.now().getTime() - since).toBe(8000);
      expect(place.writes).toHaveLength(1);
    });

    it('lasts as long where a worker died in that very call', async () => {
      const { added } = steps;
      if (added === undefined) throw new Error('no step');
      const gateway: Step = {
        kind: 'set-netstack',
        netstack: VMOTION_NETSTACK,
        from: {},
        to: { gateway: '172.16.1.1' },
      };
      const network = { ...start, vmks: [managementVmk(), { ...asking, device: 'vmk2', services: [] }] };
      const record = begun([{ index: 0, state: 'intended', at }]);
      const place = await createHostPlace(network, [added, gateway], { record });
      const applying = apply(place);
      await place.slice.parts.clock.sleep(4000);
      expect(place.writes).toEqual([]);
      place.change(lease);
      await applying;
      expect(place.writes).toEqual(['set-netstack']);
    });

    it.each(Object.keys(steps))('is in vain for one that is %s, and a revert goes on without', async (name) => {
      const enabling = await placeOf(name);
      const failing = performStep(enabling.place.slice, enabling.place.host, enabling.step);
      await expect(failing).rejects.toMatchObject({ code: 'no-lease' });
      const reverting = await placeOf(name, 'revert');
      await performStep(reverting.place.slice, reverting.place.host, reverting.step);
      expect(reverting.place.writes).toHaveLength(1);
    });

    it('is no matter for one that has asked before', async () => {
      const to = { ...asking, mtuBytes: 9000 };
      const { place } = await placeOf('told to ask');
      place.change((network) => ({ ...network, vmks: network.vmks.map((vmk) => ({ ...vmk, ipv4: { dhcp: true } })) }));
      const step: Step = { kind: 'update-vmk', device: 'vmk2', from: asking, to };
      const since = place.slice.parts.clock.now().getTime();
      await performStep(place.slice, place.host, step);
      expect(place.slice.parts.clock.now().getTime()).toBe(since);
    });
  });

  it('for leases ends when the last adapter has its own, and names those that never get one', async () => {
    const waiting = (device: string) => aVmk(device, { netstack: VMOTION_NETSTACK, ipv4: { dhcp: true } });
    const leased = (device: string) => ({
      ...waiting(device),
      ipv4: { dhcp: true, address: '172.16.1.9', prefixLength: 24 },
    });
    const elsewhere = aVmk('vmk5', { ipv4: { dhcp: true } });
    const start = withStack(true, waiting('vmk2'), waiting('vmk3'), elsewhere);
    const place = await createHostPlace(start, []);
    const since = place.slice.parts.clock.now().getTime();
    const leases = awaitLeases(place.slice, place.host);
    await place.slice.parts.clock.sleep(4000);
    place.change(() => withStack(true, leased('vmk2'), waiting('vmk3'), elsewhere));
    await place.slice.parts.clock.sleep(4000);
    place.change(() => withStack(true, leased('vmk2'), leased('vmk3'), elsewhere));
    expect((await leases).vmks.map((vmk) => vmk.ipv4.address)).toEqual([
      '10.0.0.51',
      '172.16.1.9',
      '172.16.1.9',
      undefined,
    ]);
    expect(place.slice.parts.clock.now().getTime() - since).toBe(9000);
    const never = await createHostPlace(withStack(true, leased('vmk2'), waiting('vmk3')), []);
    await expect(awaitLeases(never.slice, never.host)).rejects.toMatchObject({
      code: 'no-lease',
      message: expect.stringContaining('DHCP gave vmk3 no address'),
    });
  });
});
