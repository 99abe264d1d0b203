import { describe, expect, it } from 'vitest';
import { hasNews, lastSnapshot, toAuditState } from '../../shared/domain/drift.ts';
import { findAuthor, isSameAccount, type OwnWork } from '../../shared/domain/drift-author.ts';
import { findChanges } from '../../shared/domain/drift-find.ts';
import type { VcenterEvent } from '../../shared/domain/vcenter-event.ts';

const AT = (minute: number) => `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000Z`;
const host = (number: number, fields: Record<string, string>) => ({
  name: `esx${number}`,
  moref: `host-${number}`,
  fields,
});

describe('changes', () => {
  it.each([
    {
      what: 'a value',
      was: { 'vmk2 MTU': '9000' },
      is: { 'vmk2 MTU': '1500' },
      found: ['vmk2 MTU 9000 1500'],
    },
    {
      what: 'a field that came',
      was: {},
      is: { 'netstack vmotion gateway': '1.2.3.1' },
      found: ['netstack vmotion gateway undefined 1.2.3.1'],
    },
    {
      what: 'a port group that is used before and after',
      was: { 'vmk2 port group': 'A', 'port group A VLAN': '101' },
      is: { 'vmk2 port group': 'A', 'port group A VLAN': '7' },
      found: ['port group A VLAN 101 7'],
    },
    {
      what: 'only the adapter, where it moved to another port group',
      was: { 'vmk2 port group': 'A', 'port group A VLAN': '101' },
      is: { 'vmk2 port group': 'B', 'port group B VLAN': '7' },
      found: ['vmk2 port group A B'],
    },
  ])('are $what', ({ was, is, found }) => {
    const { changes } = findChanges([host(1, was)], [host(1, is)]);
    expect(changes.map(({ field, from, to }) => `${field} ${from} ${to}`)).toEqual(found);
  });

  it('of a host that is new or gone are none, but the host is named', () => {
    const found = findChanges([host(1, { a: '1' })], [host(2, { a: '2' })]);
    expect(found).toEqual({ changes: [], hostsAdded: ['esx2'], hostsRemoved: ['esx1'] });
  });

  it('know a host by its moref when it has another name', () => {
    const found = findChanges([host(1, { 'vmk0 MTU': '1' })], [{ ...host(1, { 'vmk0 MTU': '2' }), name: 'new' }]);
    expect(found).toMatchObject({ changes: [{ host: 'new' }], hostsAdded: [], hostsRemoved: [] });
  });
});

describe('who it was', () => {
  const event = (minute: number, user: string | undefined, task: string, name = 'esx1'): VcenterEvent => ({
    key: minute,
    type: 'TaskEvent',
    at: AT(minute),
    user,
    host: { name, moref: { type: 'HostSystem', value: 'host-1' } },
    task,
    message: `Task: ${task}`,
  });
  const MTU = { host: 'esx1', field: 'vmk2 MTU', from: '9000', to: '1500' };
  const UPDATE = 'host.NetworkSystem.updateVirtualNic';
  const account = 'svc@vsphere.local';
  const SVC = 'VSPHERE.LOCAL\\svc';
  const work: OwnWork[] = [{ from: AT(10), until: AT(20), hosts: ['esx1'] }];

  it.each([
    {
      what: 'the last one whose task changes such a field',
      events: [event(1, 'ann', UPDATE), event(2, 'bob', UPDATE)],
      by: 'bob',
    },
    {
      what: 'not somebody who changed something else on the host',
      events: [event(1, 'ann', UPDATE), event(2, 'bob', 'host.NetworkSystem.addPortGroup')],
      by: 'ann',
    },
    {
      what: 'whoever changed the whole network, as the vSphere Client does',
      events: [event(1, 'ann', UPDATE), event(2, 'bob', 'host.NetworkSystem.updateNetworkConfig')],
      by: 'bob',
    },
    { what: 'nobody of another host', events: [event(1, 'ann', UPDATE, 'esx2')], by: 'unknown' },
    { what: 'nobody who moved a machine', events: [event(1, 'ann', 'VirtualMachine.relocate')], by: 'unknown' },
    { what: 'the product during its job', events: [event(1, 'ann', UPDATE), event(15, SVC, UPDATE)], by: 'own' },
    { what: 'whoever came after the product', events: [event(15, SVC, UPDATE), event(16, 'ann', UPDATE)], by: 'ann' },
    { what: 'somebody with its account, long after its job', events: [event(40, SVC, UPDATE)], by: SVC },
    { what: 'the product by a clock that is four minutes slow', events: [event(6, SVC, UPDATE)], by: 'own' },
    { what: 'the product by a clock that is four minutes fast', events: [event(24, SVC, UPDATE)], by: 'own' },
    { what: 'somebody with its account, long before its job', events: [event(4, SVC, UPDATE)], by: SVC },
    {
      what: 'the last one who changed anything of the network, where no task is about such a field',
      events: [
        event(1, 'ann', 'host.NetworkSystem.addPortGroup'),
        event(2, 'bob', 'host.VirtualNicManager.selectVnic'),
      ],
      by: 'bob',
    },
    { what: 'nobody by an event that names nobody', events: [event(1, undefined, UPDATE)], by: 'unknown' },
    {
      what: 'who is named, though a later event names nobody',
      events: [event(1, 'ann', UPDATE), event(2, undefined, UPDATE)],
      by: 'ann',
    },
  ])('is $what', ({ events, by }) => {
    const author = findAuthor(MTU, { events, account, work: by === 'unknown' ? [] : work });
    expect(author.kind === 'other' ? author.by : author.kind).toBe(by);
  });

  it('is the product during any of its jobs', () => {
    const later = { from: AT(40), until: AT(50), hosts: ['esx1'] };
    const events = [event(15, SVC, UPDATE)];
    expect(findAuthor(MTU, { events, account, work: [later, ...work] }).kind).toBe('own');
  });

  it.each([
    { task: 'dvs.DistributedVirtualPortgroup.reconfigure', by: 'ann' },
    { task: 'dvs.VmwareDistributedVirtualSwitch.reconfigure', by: 'ann' },
    { task: UPDATE, by: 'unknown' },
  ])('of a distributed port group is $by by $task, whatever host the event names', ({ task, by }) => {
    const change = { ...MTU, field: 'distributed port group A VLAN' };
    const author = findAuthor(change, { events: [event(1, 'ann', task, 'esx7')], account, work: [] });
    expect(author.kind === 'other' ? author.by : author.kind).toBe(by);
    const ofHost = findAuthor(MTU, {
      events: [event(1, 'ann', 'dvs.DistributedVirtualPortgroup.reconfigure')],
      account,
      work: [],
    });
    expect(ofHost.kind).toBe('unknown');
  });

  it('is taken for the product where no event tells and its job wrote to the host', () => {
    expect(findAuthor(MTU, { events: [], account, work }).kind).toBe('own');
    expect(findAuthor({ ...MTU, host: 'esx2' }, { events: [], account, work }).kind).toBe('unknown');
  });

  it.each([
    { left: 'VSPHERE.LOCAL\\svc', right: 'svc@vsphere.local', same: true },
    { left: 'CORP\\Svc', right: 'svc@corp.example.com', same: true },
    { left: 'svc', right: 'svc@vsphere.local', same: true },
    { left: 'CORP\\svc', right: 'svc@vsphere.local', same: false },
    { left: 'VSPHERE.LOCAL\\svc2', right: 'svc@vsphere.local', same: false },
  ])('$left and $right: the same is $same', ({ left, right, same }) => {
    expect([isSameAccount(left, right), isSameAccount(right, left)]).toEqual([same, same]);
  });
});

describe('the state of an audit', () => {
  const snapshot = (...hosts: ReturnType<typeof host>[]) => ({ at: AT(1), eventKey: 3, reported: '', hosts });
  const about = { cluster: 'cluster-a', jobId: 'j-2' };

  it('gives another audit what was seen, and its own second run what it was compared with', () => {
    const last = snapshot(host(1, { a: '1' }), host(2, { a: '1' }), host(3, { a: '1' }));
    const now = snapshot(host(1, { a: '1' }), host(2, { a: '2' }), host(4, { a: '1' }));
    const state = toAuditState(about, now, last);
    expect(state.before?.hosts.map(({ name }) => name)).toEqual(['esx2', 'esx3']);
    expect(lastSnapshot(state, 'j-3')).toEqual(now);
    const again = lastSnapshot(state, 'j-2');
    expect(again?.hosts.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(last.hosts);
    expect(again).not.toHaveProperty('same');
    expect(findChanges(again?.hosts ?? [], now.hosts)).toEqual(findChanges(last.hosts, now.hosts));
  });

  it('of the first audit is compared with nothing, also in its second run', () => {
    const state = toAuditState(about, snapshot(host(1, {})), undefined);
    expect([lastSnapshot(undefined, 'j-2'), lastSnapshot(state, 'j-2')]).toEqual([undefined, undefined]);
  });

  it.each([
    {
      what: 'a change',
      drifts: [{ kind: 'changed' as const, host: 'a', field: 'b' }],
      reported: 'x',
      now: 'x',
      news: true,
    },
    {
      what: 'the same as told before',
      drifts: [{ kind: 'standing' as const, host: 'a', field: 'b' }],
      reported: 'x',
      now: 'x',
      news: false,
    },
    { what: 'something else to mend', drifts: [], reported: 'x', now: 'y', news: true },
    { what: 'nothing more to mend', drifts: [], reported: 'x', now: '', news: true },
    { what: 'nothing at the first audit', drifts: [], reported: undefined, now: '', news: false },
  ])('$what: news is $news', ({ drifts, reported, now, news }) => {
    expect(hasNews({ drifts, hostsAdded: [], hostsRemoved: [] }, { reported, now })).toBe(news);
  });
});
