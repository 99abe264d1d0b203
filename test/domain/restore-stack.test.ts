import { describe, expect, it } from 'vitest';
import type { HostNetwork, NetstackSettings, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aGroup, aHost, aNetwork, aVmk, managementVmk } from '../support/builders.ts';

const vmotionVmk = (device: string, change: Partial<VmkernelAdapter> = {}) =>
  aVmk(device, {
    netstack: 'vmotion',
    attachment: { kind: 'standard', portGroup: 'vMotion-A' },
    ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
    ...change,
  });
const withStack = (vmks: VmkernelAdapter[], settings: NetstackSettings): HostNetwork =>
  aNetwork({
    vmks: [managementVmk(), ...vmks],
    portGroups: [...aNetwork().portGroups, aGroup('vMotion-A', { vlanId: 101 })],
    netstacks: aNetwork().netstacks.map((stack) =>
      stack.key === 'vmotion'
        ? { ...stack, isLive: vmks.length > 0, settings: { ...stack.settings, ...settings } }
        : stack,
    ),
  });
const restore = (now: HostNetwork, before: HostNetwork, applied: Step[]) =>
  planRestore(aHost(1, { network: now }), { before, applied });
const stackSteps = (steps: Step[]) => steps.flatMap((step) => (step.kind === 'set-netstack' ? [step.to] : []));

describe('a stack that was asleep', () => {
  const made = vmotionVmk('vmk1');
  const applied: Step[] = [{ kind: 'add-vmk', spec: toSpec(made) }];

  it.each([
    { had: { gateway: '172.16.9.1' }, says: 'gateway 172.16.9.1' },
    { had: { ipv6Gateway: 'fd00:9::1' }, says: 'IPv6 gateway fd00:9::1' },
    { had: { gateway: '172.16.1.51' }, says: 'gateway 172.16.1.51' },
    {
      had: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.9.1' }] },
      says: 'route to 10.9.0.0/16 via 172.16.9.1',
    },
  ])('does not get back its $says, which no adapter reaches; the product’s goes, and it is told', ({ had, says }) => {
    const plan = restore(withStack([made], { gateway: '172.16.1.1' }), withStack([], had), applied);
    const [to, ...more] = stackSteps(plan.steps);
    expect([to?.gateway, to?.ipv6Gateway, to?.routes ?? [], more]).toEqual([undefined, undefined, [], []]);
    expect(plan.findings).toMatchObject([{ code: 'cannot-restore', message: expect.stringContaining(says) }]);
    expect(() => applySteps(withStack([made], { gateway: '172.16.1.1' }), plan.steps)).not.toThrow();
  });

  it.each([
    { what: 'on its link', had: { gateway: '172.16.1.9' }, vmk: made },
    { what: 'of the link', had: { ipv6Gateway: 'fe80::9' }, vmk: made },
    {
      what: 'where DHCP may give any address',
      had: { gateway: '10.9.9.1' },
      vmk: vmotionVmk('vmk1', { ipv4: { dhcp: true } }),
    },
    {
      what: 'where a router may give any address',
      had: { ipv6Gateway: 'fd00:9::1' },
      vmk: vmotionVmk('vmk1', { ipv6: { dhcp: false, autoconfiguration: true, addresses: [] } }),
    },
  ])('gets back a gateway $what', ({ had, vmk }) => {
    const plan = restore(withStack([vmk], {}), withStack([], had), [{ kind: 'add-vmk', spec: toSpec(vmk) }]);
    expect(stackSteps(plan.steps)).toMatchObject([had]);
    expect(plan.findings).toEqual([]);
  });

  it('is not written to where its adapters are gone and it has not fallen asleep yet', () => {
    const now = withStack([], { gateway: '172.16.1.1' });
    for (const stack of now.netstacks) stack.isLive = true;
    expect(restore(now, withStack([], {}), applied).steps.map(({ kind }) => kind)).not.toContain('set-netstack');
  });
});

describe('a stack whose adapter asks DHCP and hears routers', () => {
  const asking = vmotionVmk('vmk1', {
    ipv4: { dhcp: true, address: '172.16.1.100', prefixLength: 24 },
    ipv6: { dhcp: false, autoconfiguration: true, addresses: [] },
  });
  const still = vmotionVmk('vmk1');
  const told = { gateway: '172.16.1.1', ipv6Gateway: 'fe80::1' };
  // By way of the same router.
  const routes = [{ network: '10.9.0.0/16', gateway: told.gateway }];
  const changed: Step = { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: { connections: 9000, routes } };

  it.each([
    { what: 'as they were', now: told },
    { what: 'others than before', now: { gateway: '172.16.1.9', ipv6Gateway: 'fe80::9' } },
    { what: 'not told at the moment', now: {} },
  ])('gets its other settings back without the gateways that it was told, $what', ({ now }) => {
    const before = withStack([asking], { ...told, connections: 8000 });
    const plan = restore(withStack([asking], { ...now, connections: 9000, routes }), before, [changed]);
    expect(stackSteps(plan.steps)).toMatchObject([{ connections: 8000 }]);
    expect(stackSteps(plan.steps)[0]).toMatchObject({ gateway: undefined, ipv6Gateway: undefined });
    expect(plan.steps).toMatchObject([{ from: { gateway: undefined, ipv6Gateway: undefined } }]);
  });

  it('gets back what somebody had set while it asked for nothing', () => {
    const applied: Step[] = [
      { kind: 'update-vmk', device: 'vmk1', from: toSpec(still), to: toSpec(asking) },
      { kind: 'set-netstack', netstack: 'vmotion', from: { gateway: '172.16.1.9' }, to: {} },
    ];
    const plan = restore(withStack([asking], told), withStack([still], { gateway: '172.16.1.9' }), applied);
    expect(stackSteps(plan.steps)).toMatchObject([{ gateway: '172.16.1.9' }]);
  });

  it('gets its DNS by DHCP back, and it is told where the adapter has gone', () => {
    const before = withStack([asking], { dnsDevice: 'vmk1' });
    const set: Step = { kind: 'set-netstack', netstack: 'vmotion', from: { dnsDevice: 'vmk1' }, to: {} };
    expect(stackSteps(restore(withStack([asking], {}), before, [set]).steps)).toMatchObject([{ dnsDevice: 'vmk1' }]);
    const other = vmotionVmk('vmk2');
    const applied: Step[] = [
      { kind: 'add-vmk', spec: toSpec(other) },
      { kind: 'remove-vmk', device: 'vmk1', spec: toSpec(asking), services: [] },
      set,
    ];
    const plan = restore(withStack([other], {}), before, applied);
    expect(stackSteps(plan.steps).flatMap(({ dnsDevice }) => dnsDevice ?? [])).toEqual([]);
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'cannot-restore', message: expect.stringContaining('DNS by DHCP of vmk1') }),
    );
  });

  it('loses a gateway that the product set, though the network may tell the same', () => {
    const set: Step = { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: { gateway: told.gateway } };
    const plan = restore(withStack([asking], { gateway: told.gateway }), withStack([asking], {}), [set]);
    expect(plan.steps).toMatchObject([{ kind: 'set-netstack', from: { gateway: told.gateway } }]);
    expect(stackSteps(plan.steps)[0]?.gateway).toBeUndefined();
  });
});

describe('a stack that had adapters', () => {
  const old = vmotionVmk('vmk1', { attachment: { kind: 'standard', portGroup: 'elsewhere' } });
  const made = vmotionVmk('vmk2');
  const applied: Step[] = [
    { kind: 'remove-vmk', device: 'vmk1', spec: toSpec(old), services: [] },
    { kind: 'add-vmk', spec: toSpec(made) },
  ];

  it.each([
    { gateway: '172.16.1.1' },
    { dns: { hostName: 'esx01', domainName: '', servers: ['10.0.0.2'], searchDomains: [] } },
    { routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.1' }] },
  ])('is set again as it is, since it is empty on the way: %o', (settings) => {
    const plan = restore(withStack([made], settings), withStack([old], settings), applied);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['remove-vmk', 'add-vmk', 'set-netstack']);
    expect(stackSteps(plan.steps)).toMatchObject([settings]);
  });

  it('is left alone where it has nothing that it could forget', () => {
    const plan = restore(withStack([made], {}), withStack([old], {}), applied);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['remove-vmk', 'add-vmk']);
  });

  it('keeps a gateway that it has, though none of its adapters reaches it', () => {
    const settings = { gateway: '172.16.9.1' };
    const now = withStack([old], { ...settings, connections: 9000 });
    const plan = restore(now, withStack([old], settings), []);
    expect(stackSteps(plan.steps)).toMatchObject([settings]);
    expect(plan.findings).toEqual([]);
  });
});

describe('a gateway that nobody of ours has set', () => {
  const leased = vmotionVmk('vmk1', { ipv4: { dhcp: true } });
  const advertised = vmotionVmk('vmk1', { ipv6: { dhcp: false, autoconfiguration: true, addresses: [] } });
  const [four, sixth] = [{ gateway: '172.16.1.1' }, { ipv6Gateway: 'fe80::1' }];
  const set = (to: NetstackSettings): Step[] => [{ kind: 'set-netstack', netstack: 'vmotion', from: {}, to }];

  it.each<{ what: string; vmks: VmkernelAdapter[]; has: NetstackSettings; applied: Step[]; steps: number }>([
    { what: 'stays where DHCP may have told it', vmks: [leased], has: four, applied: [], steps: 0 },
    { what: 'stays where a router may have told it', vmks: [advertised], has: sixth, applied: [], steps: 0 },
    {
      what: 'stays beside adapters with addresses',
      vmks: [leased, vmotionVmk('vmk2')],
      has: four,
      applied: set(sixth),
      steps: 0,
    },
    {
      what: 'goes where a step of ours has set it',
      vmks: [leased],
      has: four,
      applied: [...set({}), ...set(four)],
      steps: 1,
    },
    {
      what: 'stays, the IPv6 one too',
      vmks: [advertised, vmotionVmk('vmk2')],
      has: sixth,
      applied: set(four),
      steps: 0,
    },
    { what: 'goes, the IPv6 one too', vmks: [advertised], has: sixth, applied: [...set({}), ...set(sixth)], steps: 1 },
    {
      what: 'goes where nobody but a person can have',
      vmks: [vmotionVmk('vmk1')],
      has: { ...four, ...sixth },
      applied: [],
      steps: 1,
    },
    { what: 'goes where only the other family is told', vmks: [leased], has: sixth, applied: [], steps: 1 },
    { what: 'goes where only IPv6 is told', vmks: [advertised], has: four, applied: [], steps: 1 },
  ])('$what', ({ vmks, has, applied, steps }) => {
    const plan = restore(withStack(vmks, has), withStack(vmks, {}), applied);
    expect(stackSteps(plan.steps)).toHaveLength(steps);
    for (const to of stackSteps(plan.steps)) expect([to.gateway, to.ipv6Gateway]).toEqual([undefined, undefined]);
  });
});

describe('a gateway that a revert has cleared', () => {
  const leased = vmotionVmk('vmk1', { ipv4: { dhcp: true } });
  const hearing = vmotionVmk('vmk1', { ipv6: { dhcp: false, autoconfiguration: true, addresses: [] } });
  const [four, six] = [{ gateway: '172.16.1.1' }, { ipv6Gateway: 'fe80::1' }];
  const other = (settings: NetstackSettings) =>
    settings.gateway === undefined ? { ipv6Gateway: 'fe80::9' } : { gateway: '172.16.1.9' };
  const undo = (vmk: VmkernelAdapter, now: NetstackSettings, had: NetstackSettings, isOfRevert: boolean) => {
    const goal = {
      before: withStack([vmk], had),
      applied: [{ kind: 'set-netstack', netstack: 'vmotion', from: had, to: {} }] satisfies Step[],
      isOfRevert,
    };
    return stackSteps(planRestore(aHost(1, { network: withStack([vmk], now) }), goal).steps);
  };

  it.each([
    { of: 'DHCP', vmk: leased, had: four },
    { of: 'router advertisements', vmk: hearing, had: six },
  ])('comes back with the revert undone, in spite of $of, which told none of it', ({ vmk, had }) => {
    expect(undo(vmk, {}, had, true)).toMatchObject([had]);
    expect(undo(vmk, other(had), had, true)).toMatchObject([had]);
    // Until it is there: what the network tells now looks the same.
    expect(undo(vmk, had, had, true)).toEqual([]);
    // What a rollout has replaced was told where its address says so; of DHCP nobody knows.
    expect(undo(vmk, {}, had, false)).toEqual(had === four ? [expect.objectContaining(had)] : []);
  });

  it('and one by DHCP that another rollout of ours had set, and this one has set anew, come back', () => {
    const [goal, other] = [{ gateway: '172.16.1.1' }, { gateway: '172.16.1.9' }];
    const applied: Step[] = [{ kind: 'set-netstack', netstack: 'vmotion', from: goal, to: other }];
    for (const now of [other, {}]) {
      const plan = restore(withStack([leased], now), withStack([leased], goal), applied);
      expect(stackSteps(plan.steps)).toMatchObject([goal]);
    }
  });

  it('that nobody but a person can have set comes back, whoever has cleared it', () => {
    const had = { ipv6Gateway: 'fd00:1::1' };
    for (const now of [{}, { ipv6Gateway: 'fd00:1::9' }, { ipv6Gateway: 'fe80::1' }])
      for (const isOfRevert of [true, false]) expect(undo(hearing, now, had, isOfRevert)).toMatchObject([had]);
  });
});

it('gateways that an adapter was told come back with it, and not by hand while it is away', () => {
  const asking = vmotionVmk('vmk1', {
    ipv4: { dhcp: true, address: '172.16.1.100', prefixLength: 24 },
    ipv6: { dhcp: false, autoconfiguration: true, addresses: [] },
  });
  const beside = vmotionVmk('vmk2', { attachment: { kind: 'standard', portGroup: 'elsewhere' } });
  const told = { gateway: '172.16.1.1', ipv6Gateway: 'fe80::1' };
  const gone: Step = { kind: 'remove-vmk', device: 'vmk1', spec: toSpec(asking), services: [] };
  const back = (change: NetstackSettings, applied: Step[]) =>
    restore(withStack([beside], change), withStack([asking, beside], { ...told, connections: 8000 }), [
      gone,
      ...applied,
    ]);
  expect(stackSteps(back({}, []).steps)).toEqual([
    expect.objectContaining({ gateway: undefined, ipv6Gateway: undefined, connections: 8000 }),
  ]);
  // What a plan wants of both is set, whoever tells it too.
  const set = (to: NetstackSettings): Step[] => [{ kind: 'set-netstack', netstack: 'vmotion', from: told, to }];
  expect(stackSteps(back({}, set(told)).steps)).toMatchObject([told]);
  expect(stackSteps(back({}, set({ gateway: told.gateway })).steps)).toMatchObject([
    { gateway: told.gateway, ipv6Gateway: undefined },
  ]);
});

it('a gateway that the stack kept though no adapter reaches it is not cleared with the adapter that did for a while', () => {
  const still = vmotionVmk('vmk1', { ipv4: { dhcp: false, address: '172.16.9.51', prefixLength: 24 } });
  const added = vmotionVmk('vmk2');
  const has = { gateway: '172.16.1.1', ipv6Gateway: 'fd00:1::1' };
  const plan = restore(withStack([still, added], has), withStack([still], has), [
    { kind: 'add-vmk', spec: toSpec(added) },
  ]);
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['remove-vmk', 'set-netstack']);
  // Neither set nor cleared.
  for (const one of plan.steps.flatMap((step) => (step.kind === 'set-netstack' ? [step.from, step.to] : [])))
    expect([one.gateway, one.ipv6Gateway]).toEqual([undefined, undefined]);
  // One that a change has set goes, and the old one can't come back.
  const other = { ...has, gateway: '172.16.1.9' };
  const set: Step = { kind: 'set-netstack', netstack: 'vmotion', from: has, to: other };
  const back = restore(withStack([still, added], other), withStack([still], has), [
    { kind: 'add-vmk', spec: toSpec(added) },
    set,
  ]);
  expect(back.steps.at(-1)).toMatchObject({ kind: 'set-netstack', from: { gateway: '172.16.1.9' } });
});

describe('static routes', () => {
  const vmk = vmotionVmk('vmk1');
  const near = { network: '10.1.0.0/16', gateway: '172.16.1.2' };
  const far = { network: '10.9.0.0/16', gateway: '172.16.9.2' };
  const back = (now: NetstackSettings, before: NetstackSettings) => {
    const plan = restore(withStack([vmk], now), withStack([vmk], before), []);
    return { routes: stackSteps(plan.steps).map((to) => to.routes), told: plan.findings.map(({ message }) => message) };
  };

  it('that there were none of are said to be none, and where there are none nothing is said', () => {
    expect(back({ routes: [near] }, {})).toEqual({ routes: [[]], told: [] });
    expect(back({ gateway: '172.16.1.1' }, {})).toEqual({ routes: [undefined], told: [] });
    expect(back({}, {})).toEqual({ routes: [], told: [] });
  });

  it('come back, but for those whose router no adapter reaches', () => {
    expect(back({}, { routes: [near] })).toEqual({ routes: [[near]], told: [] });
    const both = back({}, { routes: [far, near] });
    expect(both.routes).toEqual([[near]]);
    expect(both.told).toEqual([expect.stringContaining('route to 10.9.0.0/16 via 172.16.9.2')]);
  });

  it('that the stack has stay, reached or not', () => {
    expect(back({ routes: [far] }, { routes: [far, near] })).toEqual({ routes: [[far, near]], told: [] });
    const elsewhere = { ...far, network: '10.8.0.0/16' };
    expect(back({ routes: [elsewhere] }, { routes: [far] }).routes).toEqual([[]]);
    expect(back({ routes: [{ ...far, gateway: '172.16.9.3' }] }, { routes: [far] }).routes).toEqual([[]]);
  });

  it('and gateways of any of several adapters come back', () => {
    const second = vmotionVmk('vmk2', { ipv4: { dhcp: false, address: '172.16.9.51', prefixLength: 24 } });
    const before = { gateway: '172.16.9.1', routes: [near] };
    const plan = restore(withStack([vmk, second], {}), withStack([vmk, second], before), []);
    expect([stackSteps(plan.steps), plan.findings]).toEqual([[expect.objectContaining(before)], []]);
  });

  it('leave alone an IPv6 gateway that nobody reaches, and that is there', () => {
    const both = { ipv6Gateway: 'fd00:9::1' };
    const plan = restore(withStack([vmk], { ...both, connections: 1 }), withStack([vmk], both), []);
    expect([stackSteps(plan.steps), plan.findings]).toEqual([[expect.objectContaining(both)], []]);
  });
});
