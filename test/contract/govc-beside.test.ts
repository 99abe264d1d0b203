// The product and govc at the same simulated vCenter: govc sees what the product says, and what govc changes behind the
// product's back makes an approved plan stale.
import { afterEach, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { BOB, createWorld, type World } from '../support/world.ts';
import { govc } from './govc.ts';

const HOST = '/DC1/host/cluster-a/esx02.lab.local';

let listening: Listening | undefined;
afterEach(() => listening?.close());

/** govc against the world's own vCenter, over HTTPS. */
async function beside(world: World): Promise<(...args: string[]) => Promise<string>> {
  const served = await listenHttps(world.lab, { port: 0 });
  listening = served;
  return (...args) => govc({ url: `${served.url}/sdk`, ...world.lab.credentials }, ...args);
}

it('govc shows the adapters, stacks and port groups that an enable says it made', async () => {
  const world = createWorld();
  const run = await beside(world);
  await world.run('enable cluster-a');
  const vnics = await run('host.vnic.info', '-host', HOST);
  const vmotion = vnics.split(/\n(?=Device:)/).filter((one) => /stack:\s+vmotion/i.test(one));
  expect(vmotion.map((one) => /IP address:\s+(\S+)/.exec(one)?.[1])).toEqual(['172.16.1.52', '172.16.2.52']);
  const groups = await run('host.portgroup.info', '-host', HOST);
  expect(groups).toMatch(/Name:\s+vMotion-A\s[\s\S]*?VLAN ID:\s+101/);
  expect(groups).toMatch(/Name:\s+vMotion-B\s[\s\S]*?VLAN ID:\s+102/);
});

it.each([
  { args: ['host.vnic.change', '-host', HOST, '-mtu', '1500', 'vmk1'], field: 'vmk1 MTU 9000 -> 1500' },
  {
    args: ['host.vnic.service', '-host', HOST, '-enable=false', 'vmotion', 'vmk1'],
    field: 'vmk1 services vmotion -> (none)',
  },
])('govc $args.0 makes an approved plan stale, and the message names the field', async ({ args, field }) => {
  const world = createWorld();
  const run = await beside(world);
  const reply = await world.type('enable cluster-a');
  await world.settle();
  if (reply.kind !== 'queued') throw new Error('not queued');
  await run(...args);
  await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
  await world.settle();
  const job = await world.job(reply.job.id);
  expect(job).toMatchObject({ state: 'stale', failure: { what: expect.stringContaining(field) } });
  expect(job.hosts[1]?.outcome).toBe('untouched');
});

it('govc host.portgroup.change of a group that the plan counts on makes it stale too', async () => {
  const world = createWorld();
  const run = await beside(world);
  await world.run('enable cluster-a');
  const reply = await world.type('revert cluster-a');
  await world.settle();
  if (reply.kind !== 'queued') throw new Error('not queued');
  await run('host.portgroup.change', '-host', HOST, '-vlan-id', '7', 'vMotion-A');
  await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
  await world.settle();
  expect(await world.job(reply.job.id)).toMatchObject({
    state: 'stale',
    failure: { what: expect.stringContaining('port group vMotion-A VLAN 101 -> 7') },
  });
});
