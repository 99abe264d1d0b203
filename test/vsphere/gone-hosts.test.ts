// What the client makes of hosts that vCenter no longer has, or no longer shows to its account.
import { expect, it } from 'vitest';
import type { Moref } from '../../shared/domain/inventory.ts';
import { OpsError } from '../../shared/errors.ts';
import { typed } from '../../shared/vsphere/codec.ts';
import { type Call, createFakeVcenter, type FakeVcenter, Fault } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const host = (number: number): Moref => ({ type: 'HostSystem', value: `host-${number}` });
const HOSTS = [1, 2, 3, 4, 5, 6, 7, 8].map(host);

const askedFor = ({ parameters }: Call): Moref[] =>
  (parameters.specSet as { objectSet: { obj: Moref }[] }[]).flatMap(({ objectSet }) => objectSet.map(({ obj }) => obj));

/** Hosts in `hidden` are there, and may not be read. */
function vcenterWith(gone: number[], hidden: number[], isFaulting: boolean): FakeVcenter {
  const fake = createFakeVcenter();
  const isIn = (numbers: number[], { value }: Moref) => numbers.some((one) => host(one).value === value);
  fake.answers.RetrievePropertiesEx = (call) => {
    const asked = askedFor(call);
    const lost = asked.find((one) => isIn(gone, one));
    if (isFaulting && lost !== undefined) throw new Fault({ _type: 'ManagedObjectNotFound', obj: lost });
    const objects = asked.flatMap((obj): object[] => {
      if (isIn(gone, obj)) return [];
      const fault = { _type: 'NoPermission', object: obj, privilegeId: 'System.Read' };
      if (isIn(hidden, obj)) return [{ obj, missingSet: [{ path: 'name', fault: { fault } }] }];
      const propSet = [
        { name: 'name', val: obj.value },
        {
          name: 'parent',
          val: typed('ManagedObjectReference', { type: 'ClusterComputeResource', value: 'domain-c8' }),
        },
        { name: 'runtime.connectionState', val: 'connected' },
      ];
      return [{ obj, propSet }];
    });
    return objects.length === 0 ? undefined : { objects };
  };
  return fake;
}

const readsOf = (fake: FakeVcenter) =>
  fake.calls.filter(({ operation }) => operation === 'RetrievePropertiesEx').length;

it.each([
  { what: 'leaves it out', gone: [3], hidden: [], isFaulting: false, reads: 1 },
  { what: 'fails for it', gone: [3], hidden: [], isFaulting: true, reads: 8 },
  { what: 'fails for two', gone: [3, 8], hidden: [], isFaulting: true, reads: 13 },
  { what: 'does not let it be read', gone: [], hidden: [5], isFaulting: false, reads: 7 },
])('a vCenter that $what tells of all others', async ({ gone, hidden, isFaulting, reads }) => {
  const fake = vcenterWith(gone, hidden, isFaulting);
  const hosts = await inSession(fake, (session) => session.readHosts(HOSTS));
  expect(hosts.map(({ moref }) => moref)).toEqual(HOSTS);
  const lost = hosts.filter(({ connection }) => connection === 'gone').map(({ moref }) => moref);
  expect(lost).toEqual([...gone, ...hidden].map(host));
  expect(hosts[0]).toMatchObject({ connection: 'connected', parent: { value: 'domain-c8' } });
  expect(readsOf(fake)).toBe(reads);
});

it('a vCenter that says only once of a host that it is gone is asked again, and not believed', async () => {
  const fake = vcenterWith([], [], false);
  const { RetrievePropertiesEx: answer } = fake.answers;
  let lies = 1;
  fake.answers.RetrievePropertiesEx = (call) => {
    lies -= 1;
    if (lies >= 0) throw new Fault({ _type: 'ManagedObjectNotFound', obj: host(3) });
    return answer?.(call);
  };
  const [only] = await inSession(fake, (session) => session.readHosts([host(3)]));
  expect(only).toMatchObject({ connection: 'connected' });
  expect(readsOf(fake)).toBe(2);
});

it('an account that may read no host at all is told so', async () => {
  const fake = vcenterWith([], [1, 2, 3, 4, 5, 6, 7, 8], false);
  const reading = inSession(fake, (session) => session.readHosts(HOSTS));
  await expect(reading).rejects.toThrow(OpsError);
  await expect(reading).rejects.toMatchObject({ code: 'vcenter-no-permission' });
});

it('a host that is gone is pinged from without an answer, and without an end of the others', async () => {
  const fake = createFakeVcenter();
  fake.answers.RetrieveManagedMethodExecuter = () => {
    throw new Fault({ _type: 'ManagedObjectNotFound', obj: host(3) });
  };
  const manager = { type: 'HostNetworkSystem', value: 'networkSystem-3' };
  const ref = { moref: host(3), name: 'esx03', networkSystem: manager, virtualNicManager: manager };
  const request = { device: 'vmk2', netstack: 'vmotion', address: '172.16.1.51', payloadBytes: 56, dontFragment: true };
  const outcome = await inSession(fake, (session) => session.ping(ref, { ...request, count: 1, waitSeconds: 1 }));
  expect(outcome).toEqual({ kind: 'refused', reason: 'esx03 is no longer shown by vCenter' });
});
