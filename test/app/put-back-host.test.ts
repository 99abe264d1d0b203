// A host that goes back: observed, planned and observed again, until it is what it was or a person is needed.
import { describe, expect, it } from 'vitest';
import { createRecordKeeper } from '../../shared/app/apply-host.ts';
import { putBackHost, unrestored } from '../../shared/app/put-back-host.ts';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import { OpsError } from '../../shared/errors.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, aNetwork, aProfile, aVmk, managementVmk } from '../support/builders.ts';
import { createHostPlace, type HostPlace } from '../support/host-place.ts';
import { aDistributedGroup, aWideNetwork } from '../domain/network-shapes.ts';

const BEFORE = aNetwork();
const STEPS = planCluster([aHost()], aProfile())[0]?.steps ?? [];
const CHANGED = applySteps(BEFORE, STEPS);
const refused = (what = 'The host says no.') =>
  new OpsError('vcenter-fault', what, { retry: 'never', remedy: 'Ask it.' });
const APPLIED: Partial<HostRecord> = { phase: 'applied', before: BEFORE };

const placeAt = (network: HostNetwork, options: Parameters<typeof createHostPlace>[2] = {}) =>
  createHostPlace(network, STEPS, { record: APPLIED, ...options });
async function putBack(place: HostPlace) {
  const stored = await place.record();
  if (stored === undefined) throw new Error('a record');
  return putBackHost(place.slice, createRecordKeeper(place.slice, stored), 'the gate failed');
}

describe('a host that is put back', () => {
  it('becomes what it was, field by field, and its record says so', async () => {
    const place = await placeAt(CHANGED);
    const outcome = await putBack(place);
    expect(outcome).toMatchObject({ kind: 'restored', unrestored: [] });
    expect(differences(BEFORE, place.now())).toEqual([]);
    const record = await place.record();
    expect(record).toMatchObject({ phase: 'restored', before: BEFORE, restore: { reason: 'the gate failed' } });
    expect(differences(BEFORE, record?.after ?? CHANGED)).toEqual([]);
    const { steps = [], journal = [] } = record?.restore ?? {};
    expect(steps.length).toBeGreaterThan(4);
    expect(journal.map(({ index, state }) => [index, state])).toEqual(steps.map((_, index) => [index, 'done']));
    // The change's own journal is not rewritten, and nobody is shown its steps as progress.
    expect(record?.journal).toEqual([]);
    expect(place.events).toEqual([]);
  });

  it('is not written to where it is what it was already', async () => {
    const place = await placeAt(BEFORE);
    const since = place.slice.parts.clock.now();
    expect(await putBack(place)).toMatchObject({ kind: 'restored' });
    expect([place.slice.parts.clock.now(), place.refreshes()]).toEqual([since, 0]);
    expect(place.writes).toEqual([]);
    expect(await place.record()).toMatchObject({ phase: 'restored' });
  });

  it.each([1, 2, 3])(
    'tries again five seconds after a round that failed, %s times, and is believed when it is back',
    async (times) => {
      const place = await placeAt(CHANGED, { fates: Array.from({ length: times }, () => refused()) });
      const since = place.slice.parts.clock.now().getTime();
      const smooth = await placeAt(CHANGED);
      await putBack(smooth);
      expect(await putBack(place)).toMatchObject({ kind: 'restored', unrestored: [] });
      expect(differences(BEFORE, place.now())).toEqual([]);
      // The host is asked to look again before each further round.
      expect(place.refreshes() - smooth.refreshes()).toBe(times);
      expect(place.slice.parts.clock.now().getTime() - since).toBeGreaterThanOrEqual(5000 * times);
      expect(await place.record()).toMatchObject({ phase: 'restored' });
    },
  );

  it('needs hands after four rounds that failed, for the last reason', async () => {
    const fates = ['one', 'two', 'three', 'four'].map(refused);
    const place = await placeAt(CHANGED, { fates });
    expect(await putBack(place)).toEqual({ kind: 'needs-hands', why: 'four' });
    expect(place.writes).toHaveLength(4);
    expect(await place.record()).toMatchObject({ phase: 'needs-hands' });
  });

  it('needs hands where somebody else has put an adapter on its stack', async () => {
    const foreign = aVmk('vmk9', { netstack: 'vmotion', ipv4: { dhcp: false, address: '10.4.0.9', prefixLength: 24 } });
    const place = await placeAt({ ...CHANGED, vmks: [...CHANGED.vmks, foreign] });
    const outcome = await putBack(place);
    expect(outcome).toMatchObject({ kind: 'needs-hands', why: expect.stringContaining('vmk9') });
    expect(place.writes).toEqual([]);
  });

  it('needs hands where nobody knows what it was', async () => {
    const place = await placeAt(CHANGED, { record: { phase: 'applied' } });
    expect(await putBack(place)).toEqual({ kind: 'needs-hands', why: 'no before-image was stored' });
    expect(await place.record()).toMatchObject({ phase: 'applied', version: 1 });
  });

  it.each([
    { what: 'can not be reached', change: { connection: 'not-responding' as const } },
    { what: 'shows no network', change: { network: undefined } },
  ])('needs hands where it $what', async ({ change }) => {
    const place = await placeAt(CHANGED);
    const { readHosts } = place.slice.session;
    const session = {
      ...place.slice.session,
      readHosts: async (morefs: Parameters<typeof readHosts>[0]) =>
        (await readHosts(morefs)).map((host) => ({ ...host, ...change })),
    };
    expect(await putBack({ ...place, slice: { ...place.slice, session } })).toMatchObject({ kind: 'needs-hands' });
    expect(await place.record()).toMatchObject({ phase: 'needs-hands' });
  });

  it.each([
    { what: 'its lease is lost', code: 'lease-lost' as const },
    { what: 'vCenter is away', code: 'vcenter-unreachable' as const },
  ])('is left to the next slice, on its way, where $what', async ({ code }) => {
    const error = new OpsError(code, 'Later.', { retry: 'later', remedy: 'Wait.' });
    const place = await placeAt(CHANGED, { fates: [error, error, error] });
    await expect(putBack(place)).rejects.toBe(error);
    expect(await place.record()).toMatchObject({ phase: 'restoring', restore: { reason: 'the gate failed' } });
  });

  it('is finished by the next slice from wherever a worker died', async () => {
    const whole = await placeAt(CHANGED);
    await putBack(whole);
    for (let made = 0; made < whole.writes.length; made += 1) {
      const fates = [...Array.from({ length: made }, () => 'made' as const), new Error('dies')];
      const place = await placeAt(CHANGED, { fates });
      await expect(putBack(place)).rejects.toThrow('dies');
      expect(await place.record()).toMatchObject({ phase: 'restoring' });
      expect(await putBack(place)).toMatchObject({ kind: 'restored', unrestored: [] });
      expect(differences(BEFORE, place.now())).toEqual([]);
    }
  });
});

describe('what could not be restored', () => {
  it('is told field by field, and an adapter under another number by its numbers alone', () => {
    const old = aVmk('vmk1', { ipv4: { dhcp: false, address: '10.7.0.1', prefixLength: 24 } });
    const before = aNetwork({ vmks: [managementVmk(), old] });
    const after = aNetwork({ vmks: [managementVmk(), { ...old, device: 'vmk4', mtuBytes: 9000 }] });
    expect(unrestored(before, before)).toEqual([]);
    expect(unrestored(before, after)).toEqual([
      'the number of vmk1, which is vmk4 now',
      expect.stringMatching(/^vmk1 MTU .*1500.*9000/),
    ]);
  });

  it("does not name a distributed port group, which is every host's", () => {
    const changed = aDistributedGroup('A', { uplinks: { active: ['Uplink 2'], standby: [] } });
    expect(
      unrestored(aWideNetwork(), aWideNetwork({ distributedPortGroups: [changed, aDistributedGroup('B')] })),
    ).toEqual([]);
  });
});
