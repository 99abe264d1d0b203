// A way back over what other people have done meanwhile: it undoes the product's steps and nothing else, and says the rest.
import { describe, expect, it } from 'vitest';
import type { DistributedPortGroup, HostNetwork } from '../../shared/domain/inventory.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import { isPlaceholder } from '../../shared/domain/restore-adapters.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aGroup, aHost, aNetwork, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

const restore = (now: HostNetwork, before: HostNetwork, applied: Step[]) =>
  planRestore(aHost(1, { network: now }), { before, applied });
const kinds = (steps: Step[]) => steps.map((step) => step.kind);
const told = (plan: ReturnType<typeof restore>) => plan.findings.map(({ code, severity }) => [code, severity]);

const onStack = (device: string, octet: number) =>
  aVmk(device, {
    netstack: 'vmotion',
    attachment: { kind: 'standard', portGroup: 'vMotion-A' },
    ipv4: { dhcp: false, address: `172.16.1.${octet}`, prefixLength: 24 },
  });
const liveStacks = () => aNetwork().netstacks.map((stack) => ({ ...stack, isLive: true }));
const added = (vmk: ReturnType<typeof aVmk>): Step => ({ kind: 'add-vmk', spec: toSpec(vmk) });
const removed = (vmk: ReturnType<typeof aVmk>): Step => ({
  kind: 'remove-vmk',
  device: vmk.device,
  spec: toSpec(vmk),
  services: vmk.services,
});

describe('adapters', () => {
  const before = aNetwork({ vmks: [managementVmk()] });

  it('of somebody else stay, and are told', () => {
    const now = aNetwork({ vmks: [managementVmk(), aVmk('vmk4', { ipv4: { dhcp: true } })] });
    const plan = restore(now, before, []);
    expect([plan.kind, told(plan)]).toEqual(['in-place', [['adapter-not-explained', 'warning']]]);
    expect(plan.findings[0]?.message).toContain('vmk4 (no address, stack defaultTcpipStack)');
  });

  it('of somebody else on the stack only stand in the way where the stack has to go dormant', () => {
    const now = aNetwork({ vmks: [managementVmk(), onStack('vmk2', 60)], netstacks: liveStacks() });
    expect(told(restore(now, before, []))).toEqual([['adapter-not-explained', 'blocking']]);
    const wasLive = aNetwork({ vmks: [managementVmk(), onStack('vmk1', 50)], netstacks: liveStacks() });
    const both = aNetwork({
      vmks: [managementVmk(), onStack('vmk1', 50), onStack('vmk2', 60)],
      netstacks: liveStacks(),
    });
    const plan = restore(both, wasLive, []);
    expect([plan.kind, told(plan)]).toEqual(['in-place', [['adapter-not-explained', 'warning']]]);
  });

  it.each([
    { what: 'stack', change: { netstack: 'defaultTcpipStack' } },
    { what: 'port group', change: { attachment: { kind: 'standard' as const, portGroup: 'vMotion-B' } } },
    { what: 'address', change: { ipv4: { dhcp: false, address: '172.16.1.61', prefixLength: 24 } } },
    { what: 'prefix', change: { ipv4: { dhcp: false, address: '172.16.1.60', prefixLength: 25 } } },
  ])('are the product’s only where the $what is what it made', ({ change }) => {
    const made = onStack('vmk2', 60);
    const mine = aNetwork({ vmks: [managementVmk(), made] });
    expect(kinds(restore(mine, before, [added(made)]).steps)).toContain('remove-vmk');
    const theirs = aNetwork({ vmks: [managementVmk(), { ...made, ...change }] });
    const plan = restore(theirs, before, [added(made)]);
    expect(kinds(plan.steps)).not.toContain('remove-vmk');
    expect(plan.findings.map(({ code }) => code)).toEqual(['adapter-not-explained']);
  });

  it('that a job has made and a later one has changed are the product’s as that later one left them', () => {
    const made = onStack('vmk2', 60);
    const moved = onStack('vmk2', 61);
    const update: Step = { kind: 'update-vmk', device: 'vmk2', from: toSpec(made), to: toSpec(moved) };
    const now = aNetwork({ vmks: [managementVmk(), moved] });
    expect(kinds(restore(now, before, [added(made), update]).steps)).toContain('remove-vmk');
    const other: Step = { ...update, device: 'vmk7' };
    expect(kinds(restore(now, before, [added(made), other]).steps)).not.toContain('remove-vmk');
  });

  it('that somebody else took away stay away; the product’s come back with their services', () => {
    const was = aNetwork();
    const gone = aNetwork({ vmks: [managementVmk()] });
    const theirs = restore(gone, was, []);
    expect([theirs.kind, told(theirs)]).toEqual(['in-place', [['cannot-restore', 'warning']]]);
    expect(theirs.findings[0]?.message).toContain('vmk1 (192.168.40.51) was removed by somebody else');
    const others = [removed(aVmk('vmk5')), added(aVmk('vmk1'))];
    expect(told(restore(gone, was, others))).toEqual([['cannot-restore', 'warning']]);
    const mine = restore(gone, was, [removed(oldVmotionVmk())]);
    expect(mine).toMatchObject({ kind: 'change', host: { name: 'esx01.lab.local' } });
    expect(mine.steps).toEqual([
      { kind: 'add-vmk', spec: toSpec(oldVmotionVmk()), device: 'vmk1' },
      { kind: 'select-service', device: 'vmk1', service: 'vmotion' },
    ]);
    expect(mine.findings).toEqual([]);
  });

  it('come back under the lowest free number, which is told where it is another one', () => {
    const was = aNetwork();
    const taken = aVmk('vmk1', { ipv4: { dhcp: false, address: '10.7.0.1', prefixLength: 24 } });
    const plan = restore(aNetwork({ vmks: [managementVmk(), taken] }), was, [removed(oldVmotionVmk())]);
    expect(plan.steps[0]).toMatchObject({ kind: 'add-vmk', device: 'vmk2' });
    expect(plan.steps[1]).toMatchObject({ kind: 'select-service', device: 'vmk2' });
    expect(plan.findings.map(({ message }) => message).join()).toContain('vmk1 will come back as vmk2');
  });

  it('are changed back only where the product has changed them', () => {
    const small = oldVmotionVmk(1, { mtuBytes: 1500 });
    const now = aNetwork({ vmks: [managementVmk(), small] });
    const update: Step = { kind: 'update-vmk', device: 'vmk1', from: toSpec(oldVmotionVmk()), to: toSpec(small) };
    expect(restore(now, aNetwork(), [update]).steps).toEqual([
      { kind: 'update-vmk', device: 'vmk1', from: toSpec(small), to: toSpec(oldVmotionVmk()) },
    ]);
    expect(restore(now, aNetwork(), []).steps).toEqual([]);
    expect(restore(aNetwork(), aNetwork(), [update]).steps).toEqual([]);
    const moved = { ...small, ipv4: { dhcp: false, address: '192.168.40.99', prefixLength: 24 } };
    const sinceMoved = restore(aNetwork({ vmks: [managementVmk(), moved] }), aNetwork(), [update]).steps;
    expect(sinceMoved).toEqual([
      { kind: 'update-vmk', device: 'vmk1', from: toSpec(moved), to: toSpec(oldVmotionVmk()) },
    ]);
    const elsewhere: Step = { ...update, device: 'vmk0' };
    expect(restore(now, aNetwork(), [elsewhere, removed(oldVmotionVmk())]).steps).toEqual([]);
  });

  it('leave the stack, which is cleared first and waited for until it is dormant', () => {
    const made = onStack('vmk2', 60);
    const settings = { ...aNetwork().netstacks[1]?.settings, gateway: '172.16.1.1' };
    const netstacks = liveStacks().map((stack) => (stack.key === 'vmotion' ? { ...stack, settings } : stack));
    const plan = restore(aNetwork({ vmks: [managementVmk(), made], netstacks }), before, [added(made)]);
    expect(kinds(plan.steps)).toEqual(['set-netstack', 'remove-vmk', 'await-dormant']);
    expect(kinds(restore(aNetwork({ vmks: [managementVmk()], netstacks }), before, []).steps)).toContain(
      'await-dormant',
    );
    const dormant = netstacks.map((stack) => ({ ...stack, isLive: stack.key !== 'vmotion' }));
    expect(restore(aNetwork({ vmks: [managementVmk()], netstacks: dormant }), before, []).steps).toEqual([]);
  });

  it.each([
    { what: 'a lower number than one that comes back', device: 'vmk2', group: 'new', octet: 60, waits: true },
    { what: 'a higher number', device: 'vmk9', group: 'new', octet: 60, waits: false },
    { what: 'the very number', device: 'vmk5', group: 'new', octet: 60, waits: false },
    { what: 'a lower number in the same port group', device: 'vmk2', group: 'vMotion-old', octet: 60, waits: false },
    { what: 'a lower number and the same address', device: 'vmk2', group: 'new', octet: 51, waits: false },
  ])('that hold $what go after the others came back: $waits', ({ device, group, octet, waits }) => {
    const spec = toSpec(
      aVmk(device, {
        attachment: { kind: 'standard', portGroup: group },
        ipv4: { dhcp: false, address: `192.168.40.${octet}`, prefixLength: 24 },
      }),
    );
    const old = oldVmotionVmk(1, { device: 'vmk5' });
    expect(isPlaceholder({ kind: 'remove-vmk', device, spec, services: [] }, [old])).toBe(waits);
    const lower = aVmk('vmk1', { ipv4: { dhcp: false, address: '10.1.1.1', prefixLength: 24 } });
    expect(isPlaceholder({ kind: 'remove-vmk', device, spec, services: [] }, [lower, old])).toBe(waits);
    expect(isPlaceholder({ kind: 'remove-vmk', device, spec, services: [] }, [])).toBe(false);
  });

  it('carry vMotion again as they did, and no longer where the product has switched it on', () => {
    const with1 = aNetwork();
    const without = aNetwork({ vmks: [managementVmk(), oldVmotionVmk(1, { services: [] })] });
    expect(restore(without, with1, []).steps).toEqual([{ kind: 'select-service', device: 'vmk1', service: 'vmotion' }]);
    const selected = (device: string, service = 'vmotion'): Step => ({ kind: 'select-service', device, service });
    expect(restore(with1, without, [selected('vmk1')]).steps).toEqual([
      { kind: 'deselect-service', device: 'vmk1', service: 'vmotion' },
    ]);
    for (const applied of [[], [selected('vmk0')], [selected('vmk1', 'vsan')]]) {
      const plan = restore(with1, without, applied);
      expect(plan).toMatchObject({ kind: 'in-place', steps: [] });
      expect(plan.findings.map(({ message }) => message).join()).toContain('vmk1 carries vMotion, which somebody else');
    }
    expect(restore(with1, with1, [])).toMatchObject({ kind: 'in-place', steps: [] });
  });
});

describe('a host that can’t be reached', () => {
  it.each([
    { change: { connection: 'disconnected' as const }, says: 'is disconnected' },
    { change: { connection: 'not-responding' as const, network: undefined }, says: 'is not-responding' },
    { change: { network: undefined }, says: "can't be put back now" },
  ])('is skipped, never taken for one without adapters', ({ change, says }) => {
    const plan = planRestore(aHost(1, change), { before: aNetwork(), applied: [] });
    const finding = { code: 'host-not-connected', severity: 'warning' };
    expect(plan).toMatchObject({ kind: 'skipped', steps: [], findings: [finding], untouched: [] });
    expect(plan.findings[0]?.message).toContain(says);
  });
});

describe('port groups and switches', () => {
  const group = aGroup('vMotion-A', { vlanId: 101 });
  const withGroup = (change: Partial<HostNetwork> = {}) =>
    aNetwork({ portGroups: [...aNetwork().portGroups, group], ...change });
  const madeGroup: Step = { kind: 'add-port-group', portGroup: group };

  it('of the product go, but not one that was there before, nor one that somebody else made', () => {
    expect(restore(withGroup(), aNetwork(), [madeGroup]).steps).toEqual([
      { kind: 'remove-port-group', portGroup: group },
    ]);
    expect(restore(withGroup(), withGroup(), [madeGroup]).steps).toEqual([]);
    expect(restore(withGroup(), aNetwork(), []).steps).toEqual([]);
    expect(restore(aNetwork(), aNetwork(), [madeGroup]).steps).toEqual([]);
  });

  it('that somebody else uses by now stay, and it is told who', () => {
    const user = aVmk('vmk5', {
      attachment: { kind: 'standard', portGroup: 'vMotion-A' },
      ipv4: { dhcp: false, address: '10.8.0.1', prefixLength: 24 },
    });
    const plan = restore(withGroup({ vmks: [managementVmk(), oldVmotionVmk(), user] }), aNetwork(), [madeGroup]);
    expect(plan.steps).toEqual([]);
    expect(plan.findings.map(({ message }) => message).join()).toContain('port group vMotion-A stays: vmk5 is in it');
  });

  it.each([
    { what: 'VLAN', change: { vlanId: 7 } },
    { what: 'switch', change: { switchName: 'vSwitch0' } },
    { what: 'active uplinks', change: { uplinks: { active: ['vmnic2'], standby: [] } } },
    { what: 'standby uplinks', change: { uplinks: { active: ['vmnic2', 'vmnic3'], standby: ['vmnic1'] } } },
    { what: 'inheritance', change: { overridesUplinks: true } },
  ])('get their $what back', ({ change }) => {
    const now = aNetwork({ portGroups: [...aNetwork().portGroups, { ...group, ...change }] });
    const update: Step = { kind: 'update-port-group', from: group, to: { ...group, ...change } };
    expect(restore(now, withGroup(), [update]).steps).toEqual([
      { kind: 'update-port-group', from: { ...group, ...change }, to: group },
    ]);
    expect(restore(now, withGroup(), []).steps).toEqual([]);
    expect(restore(withGroup(), withGroup(), [update]).steps).toEqual([]);
  });

  it('that were removed come back before anything needs them', () => {
    const gone: Step = { kind: 'remove-port-group', portGroup: group };
    expect(restore(aNetwork(), withGroup(), [gone]).steps).toEqual([{ kind: 'add-port-group', portGroup: group }]);
    expect(restore(aNetwork(), aNetwork(), [gone]).steps).toEqual([]);
  });

  const made = { name: 'vSwitch9', mtuBytes: 9000, uplinks: ['vmnic3'] };
  const withSwitch = (change: Partial<HostNetwork> = {}) =>
    aNetwork({ standardSwitches: [...aNetwork().standardSwitches, made], ...change });
  const madeSwitch: Step = { kind: 'add-switch', standardSwitch: made };

  it('a switch of the product goes once nothing is on it', () => {
    expect(restore(withSwitch(), aNetwork(), [madeSwitch]).steps).toEqual([
      { kind: 'remove-switch', standardSwitch: made },
    ]);
    expect(restore(withSwitch(), withSwitch(), [madeSwitch]).steps).toEqual([]);
    expect(restore(aNetwork(), aNetwork(), [madeSwitch]).steps).toEqual([]);
    const own = aGroup('vMotion-A', { switchName: 'vSwitch9' });
    const full = withSwitch({ portGroups: [...aNetwork().portGroups, own] });
    expect(kinds(restore(full, aNetwork(), [madeSwitch, { kind: 'add-port-group', portGroup: own }]).steps)).toEqual([
      'remove-port-group',
      'remove-switch',
    ]);
    const plan = restore(full, aNetwork(), [madeSwitch]);
    expect(plan.steps).toEqual([]);
    expect(plan.findings.map(({ message }) => message).join()).toContain('switch vSwitch9 stays: vMotion-A is on it');
  });

  it('a switch that was removed comes back, before its port groups', () => {
    const gone: Step = { kind: 'remove-switch', standardSwitch: made };
    const own = aGroup('vMotion-A', { switchName: 'vSwitch9' });
    const was = withSwitch({ portGroups: [...aNetwork().portGroups, own] });
    const steps = restore(aNetwork(), was, [{ kind: 'remove-port-group', portGroup: own }, gone]).steps;
    expect(kinds(steps)).toEqual(['add-switch', 'add-port-group']);
    expect(restore(was, was, [gone]).steps).toEqual([]);
    expect(restore(aNetwork(), aNetwork(), [gone]).steps).toEqual([]);
  });
});

describe('a distributed port group', () => {
  const old: DistributedPortGroup = {
    key: 'dvportgroup-9',
    name: 'dvs-vMotion',
    switchUuid: '50 0a',
    uplinks: { active: ['Uplink 1', 'Uplink 2'], standby: [] },
    configVersion: '4',
  };
  const changed = { ...old, uplinks: { active: ['Uplink 1'], standby: [] }, configVersion: '5' };
  const other = { ...old, key: 'dvportgroup-8', name: 'other' };
  const update: Step = { kind: 'update-distributed-port-group', from: old, to: changed };
  const withGroups = (...distributedPortGroups: DistributedPortGroup[]) => aNetwork({ distributedPortGroups });

  it('gets its uplinks back, once, under the version that it has now', () => {
    const now = { ...changed, configVersion: '7' };
    const plan = restore(withGroups(other, now), withGroups(other, old), [update, update]);
    expect(plan.steps).toEqual([
      {
        kind: 'update-distributed-port-group',
        from: now,
        to: { ...now, uplinks: old.uplinks, overridesUplinks: true },
      },
    ]);
  });

  const inherits = { ...old, overridesUplinks: false };
  const own = { ...changed, overridesUplinks: true };
  it.each([
    { was: "the switch's", before: inherits, now: own, to: { uplinks: old.uplinks, overridesUplinks: false } },
    {
      was: "the switch's, in the same order",
      before: { ...inherits, uplinks: own.uplinks },
      now: own,
      to: { uplinks: own.uplinks, overridesUplinks: false },
    },
    {
      was: 'its own, and is the switch’s by now',
      before: { ...inherits, overridesUplinks: true },
      now: inherits,
      to: { uplinks: old.uplinks, overridesUplinks: true },
    },
    {
      was: 'not told by an older version',
      before: old,
      now: { ...own, overridesUplinks: false },
      to: { uplinks: old.uplinks, overridesUplinks: true },
    },
  ])('whose order was $was gets it back so', ({ before, now, to }) => {
    const plan = restore(withGroups(now), withGroups(before), [update]);
    expect(plan.steps).toEqual([{ kind: 'update-distributed-port-group', from: now, to: { ...now, ...to } }]);
  });

  it('whose order is the switch’s again is left alone, whatever the switch’s order is by now', () => {
    const now = { ...inherits, uplinks: { active: ['Uplink 3'], standby: [] } };
    expect(restore(withGroups(now), withGroups(inherits), [update]).steps).toEqual([]);
  });

  it('is left alone where it is as it was, where nobody knew it, and where the product has not touched it', () => {
    expect(restore(withGroups(old), withGroups(old), [update]).steps).toEqual([]);
    expect(restore(withGroups(changed), aNetwork(), [update]).steps).toEqual([]);
    expect(restore(withGroups(changed), withGroups(old), []).steps).toEqual([]);
  });

  it('that is gone stays gone, which is told', () => {
    const plan = restore(withGroups(other), withGroups(other, old), [update]);
    expect(plan.steps).toEqual([]);
    expect(plan.findings.map(({ message }) => message).join()).toContain('distributed port group dvs-vMotion is gone');
    expect(restore(aNetwork(), withGroups(old), [update]).findings).toHaveLength(1);
  });
});
