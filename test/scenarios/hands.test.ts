// A host that neither takes its change nor goes back: what a person is given to finish it.
import { expect, it } from 'vitest';
import { hostConfigFault } from '../../infra/lab/vcenter/vim-fault.ts';
import { createWorld } from '../support/world.ts';

const STUCK = 'esx01.lab.local';

it('names all that is left to type on a host which refuses its change and the way back', async () => {
  const world = createWorld({
    hooks: {
      before: ({ operation, host }) => {
        // The stack takes no gateway, and its adapters do not go.
        const isRefused = operation === 'UpdateNetworkConfig' || operation === 'RemoveVirtualNic';
        if (host === STUCK && isRefused) throw hostConfigFault('the kernel is busy');
      },
    },
  });
  const job = await world.run('enable cluster-a');
  expect(job).toMatchObject({ state: 'needs-hands' });
  expect(job.failure?.commands).toEqual([
    '# esx01.lab.local had vmk0 10.0.0.51 on defaultTcpipStack, vmk1 192.168.40.51 on defaultTcpipStack',
    'esxcli network ip interface list',
    'esxcli network ip interface remove --interface-name=vmk2',
    'esxcli network ip interface remove --interface-name=vmk3',
    '# wait about a minute: the vmotion stack falls asleep after its last adapter',
    'esxcli network ip interface tag add --interface-name=vmk1 --tagname=VMotion',
    'esxcli network vswitch standard portgroup remove --portgroup-name=vMotion-A --vswitch-name=vSwitch1',
    'esxcli network vswitch standard portgroup remove --portgroup-name=vMotion-B --vswitch-name=vSwitch1',
  ]);
});
