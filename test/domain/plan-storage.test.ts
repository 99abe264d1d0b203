// An old adapter that carries storage: no service of it tells so.
import { describe, expect, it } from 'vitest';
import type { HostNetwork, HostStorage, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { leavingDefaultStack, newStorage } from '../../shared/domain/storage-way.ts';
import { aHost, aNetwork, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

const storageWith = (change: Partial<HostStorage>): HostStorage => ({ servers: [], bound: [], unread: [], ...change });
const nfs = (...servers: string[]) => storageWith({ servers: servers.map((server) => ({ kind: 'NFS', server })) });

function planOf(storage: HostStorage | undefined, network: Partial<HostNetwork> = {}, profile = aProfile()) {
  const [plan] = planCluster([aHost(1, { network: aNetwork(network), storage })], profile);
  if (plan === undefined) throw new Error('no plan');
  return plan;
}
const removed = (plan: ReturnType<typeof planOf>) => leavingDefaultStack(plan.steps);
const near = (device: string, change: Partial<VmkernelAdapter> = {}) =>
  aVmk(device, { ipv4: { dhcp: false, address: '192.168.40.9', prefixLength: 24 }, ...change });

describe('an old adapter', () => {
  it.each([
    { storage: nfs('192.168.40.200'), why: "is the host's only adapter in the subnet of NFS server 192.168.40.200" },
    {
      storage: storageWith({ servers: [{ kind: 'iSCSI', server: '192.168.40.201' }] }),
      why: "is the host's only adapter in the subnet of iSCSI target 192.168.40.201",
    },
    {
      storage: storageWith({ bound: [{ device: 'vmk1', to: 'iSCSI adapter vmhba64' }] }),
      why: 'is bound to iSCSI adapter vmhba64',
    },
    {
      storage: nfs(...[1, 2, 3, 4, 5, 6, 7].map((one) => `192.168.40.20${one}`)),
      why: 'NFS server 192.168.40.205 and 2 more',
    },
  ])('stays for storage, with the reason: $why', ({ storage, why }) => {
    const plan = planOf(storage);
    expect(removed(plan)).toEqual([]);
    expect(plan.kind).toBe('change');
    expect(plan.findings).toMatchObject([
      { code: 'adapter-kept-for-storage', severity: 'note', message: expect.stringContaining(why) },
    ]);
  });

  it('stays for a server that only its IPv6 address reaches, whoever gave it that', () => {
    const ipv6Learnt = [{ address: 'fd00:40::51', prefixLength: 64 }];
    const vmks = [managementVmk(), oldVmotionVmk(1, { ipv6Learnt })];
    expect(removed(planOf(nfs('fd00:40::200'), { vmks }))).toEqual([]);
    expect(removed(planOf(nfs('fd00:41::200'), { vmks }))).toEqual(['vmk1']);
  });

  it.each([
    { what: 'the server is behind the gateway', storage: nfs('10.9.9.9'), more: [] },
    { what: 'the management adapter is there too', storage: nfs('10.0.0.200'), more: [] },
    { what: 'another adapter that stays is there too', storage: nfs('192.168.40.200'), more: [near('vmk2')] },
    {
      what: 'storage is bound to another one',
      storage: storageWith({ bound: [{ device: 'vmk2', to: 'it' }] }),
      more: [],
    },
    { what: 'nobody has asked', storage: undefined, more: [] },
  ])('goes where $what', ({ storage, more }) => {
    const plan = planOf(storage, { vmks: [managementVmk(), oldVmotionVmk(), ...more] });
    expect(removed(plan)).toEqual(['vmk1']);
    expect(plan.findings).toEqual([]);
  });

  it('is the one of two that is left, and an adapter of another stack is no way for the default one', () => {
    const vmks = [managementVmk(), oldVmotionVmk(), near('vmk2', { services: ['vmotion'] })];
    expect(removed(planOf(nfs('192.168.40.200'), { vmks }))).toEqual(['vmk1']);
    const elsewhere = [managementVmk(), oldVmotionVmk(), near('vmk2', { netstack: 'vSphereProvisioning' })];
    expect(removed(planOf(nfs('192.168.40.200'), { vmks: elsewhere }))).toEqual([]);
  });

  it('that would have to make room blocks where storage needs it', () => {
    const old = oldVmotionVmk(1, { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } });
    const vmks = [managementVmk(), old];
    expect(planOf(nfs('172.16.1.200'), { vmks })).toMatchObject({
      kind: 'blocked',
      findings: expect.arrayContaining([expect.objectContaining({ code: 'storage-lost', severity: 'blocking' })]),
    });
    expect(removed(planOf(nfs('172.16.2.200'), { vmks }))).toEqual(['vmk1']);
  });
});

describe('storage that can not be placed', () => {
  it.each([
    { storage: nfs('nas01.lab.local', '10.0.0.200'), says: 'NFS server nas01.lab.local, and no address' },
    { storage: storageWith({ unread: ['NFS'] }), says: 'vCenter did not tell which NFS servers' },
    { storage: storageWith({ unread: ['iSCSI port binding'] }), says: 'Host.Config.Storage' },
  ])('is warned of where an adapter goes: $says', ({ storage, says }) => {
    const plan = planOf(storage);
    expect(removed(plan)).toEqual(['vmk1']);
    expect(plan.findings).toMatchObject([
      {
        code: 'storage-not-placed',
        severity: 'warning',
        message: expect.stringContaining(says),
        remedy: expect.stringContaining('oldAdapters: keep'),
      },
    ]);
  });

  it('is warned of where an adapter makes room, whatever becomes of the others', () => {
    const old = oldVmotionVmk(1, { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } });
    const plan = planOf(nfs('nas01'), { vmks: [managementVmk(), old] }, aProfile({ oldAdapters: 'keep' }));
    expect(plan.findings.map(({ code }) => code)).toEqual(['storage-not-placed']);
  });

  it('is no matter where no adapter goes', () => {
    const plan = planOf(nfs('nas01', '192.168.40.200'));
    expect(plan.findings.map(({ code }) => code)).toEqual(['adapter-kept-for-storage']);
  });
});

it('names storage that has come since', () => {
  const bound = [{ device: 'vmk1', to: 'iSCSI adapter vmhba64' }];
  expect(newStorage(nfs('10.0.0.1'), { ...nfs('10.0.0.1', '10.0.0.2'), bound })).toEqual([
    'NFS server 10.0.0.2',
    'iSCSI adapter vmhba64, bound to vmk1',
  ]);
  expect(newStorage(nfs('10.0.0.1'), undefined)).toEqual([]);
});
