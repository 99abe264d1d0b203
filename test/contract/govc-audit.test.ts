// govc changes hosts behind the product's back, under another account, and the audit names what and who.
import { afterEach, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createWorld, type World } from '../support/world.ts';
import { govc } from './govc.ts';

const NAME = 'esx02.lab.local';
const HOST = `/DC1/host/cluster-a/${NAME}`;
const ADMINISTRATOR = 'VSPHERE.LOCAL\\administrator';

let listening: Listening | undefined;
afterEach(() => listening?.close());

/** govc as the administrator, beside a cluster-a that is enabled and was audited. */
async function audited(): Promise<{ world: World; run: (...args: string[]) => Promise<string> }> {
  const world = createWorld({ settings: (settings) => void delete settings.alarms });
  await world.run('enable cluster-a');
  await world.run('audit cluster-a');
  const [other] = world.lab.others;
  if (other === undefined) throw new Error('the lab has one account only');
  const served = await listenHttps(world.lab, { port: 0 });
  listening = served;
  return { world, run: (...args) => govc({ url: `${served.url}/sdk`, ...other }, ...args) };
}

it.each([
  {
    args: ['host.vnic.change', '-host', HOST, '-mtu', '1500', 'vmk2'],
    event: 'Task: Update virtual NIC',
    drifts: [{ field: 'vmk2 MTU', was: '9000', is: '1500', wanted: '9000' }],
  },
  {
    args: ['host.portgroup.change', '-host', HOST, '-vlan-id', '7', 'vMotion-B'],
    event: 'Task: Update port group',
    // govc sends no policy with it, and so drops the port group's own.
    drifts: [
      { field: 'port group vMotion-B VLAN', was: '102', is: '7' },
      { field: 'port group vMotion-B active uplinks', was: 'vmnic3', is: 'vmnic2 vmnic3' },
      { field: 'port group vMotion-B own uplink order', was: 'yes', is: 'no' },
    ],
  },
])('govc $args.0 is found, field by field, and by whom', async ({ args, event, drifts }) => {
  const { world, run } = await audited();
  await run(...args);
  const { audit } = await world.run('audit cluster-a');
  const author = { kind: 'changed', host: NAME, by: ADMINISTRATOR, at: expect.any(String), event };
  expect(audit?.drifts).toEqual(drifts.map((drift) => ({ ...author, ...drift })));
});

it('what govc has put back itself is no drift', async () => {
  const { world, run } = await audited();
  await run('host.vnic.change', '-host', HOST, '-mtu', '1500', 'vmk2');
  await run('host.vnic.change', '-host', HOST, '-mtu', '9000', 'vmk2');
  expect(await world.run('audit cluster-a')).toMatchObject({ state: 'in-place', audit: { drifts: [] } });
});
