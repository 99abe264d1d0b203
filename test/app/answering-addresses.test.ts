// Whether a planned address is somebody else's is asked over the adapters that there are.
import { expect, it } from 'vitest';
import { findAnsweringOf } from '../../shared/app/answering-addresses.ts';
import type { Host } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, aNetwork, aProfile } from '../support/builders.ts';
import { createWavePlace, nameOf, type WavePlace } from '../support/wave-place.ts';

/** Host 1 is through; hosts 2 and 3 are planned. */
async function aPlace(change: Partial<Host> = {}) {
  const [plan] = planCluster([aHost(1)], aProfile());
  const there = { ...aHost(1), network: applySteps(aHost(1).network ?? aNetwork(), plan?.steps ?? []), ...change };
  const place = await createWavePlace({ hosts: [there, aHost(2), aHost(3)] });
  const hosts = [1, 2, 3].map((number) => place.host(number));
  return { place, find: () => ask(place, hosts) };
}

const ask = ({ session, parts: { log }, settings }: WavePlace, hosts: Host[]) =>
  findAnsweringOf({ session, log, reach: 'routed' }, hosts, planCluster(hosts, settings.profile));

it('each that answers is a finding that blocks its host, and says who heard it', async () => {
  const { place, find } = await aPlace();
  place.strangers.add('172.16.2.53');
  expect(await find()).toEqual([
    {
      code: 'address-answers',
      severity: 'blocking',
      host: nameOf(3),
      message: `172.16.2.53, wanted for ${nameOf(3)}, already answers a ping from ${nameOf(1)} vmk3: another device has it.`,
      remedy: 'Find and free the address, or choose another one in vmotion.yaml.',
    },
  ]);
  // Host 1 asks for the four new addresses, and nobody for those that hosts have themselves.
  expect(place.pings.map((ping) => ping.split(' ').slice(1).join(' '))).toEqual([
    'vmk2 172.16.1.52',
    'vmk3 172.16.2.52',
    'vmk2 172.16.1.53',
    'vmk3 172.16.2.53',
  ]);
});

it('nothing is found where none answers, or nobody can ask', async () => {
  expect(await (await aPlace()).find()).toEqual([]);
  for (const change of [{ connection: 'disconnected' }, { network: undefined }] as const) {
    const { place, find } = await aPlace({ ...change });
    place.strangers.add('172.16.2.53');
    expect(await find()).toEqual([]);
    expect(place.pings).toEqual([]);
  }
});
