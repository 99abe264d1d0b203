import { describe, expect, it } from 'vitest';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import { addAdapter, aNic, createCaller, faultOf, nicManager } from './vcenter-client.ts';

const HOST = 'esx01.lab.local';

describe('services of adapters', () => {
  it('are selected and deselected one by one', async () => {
    const caller = await createCaller();
    const target = nicManager(caller, HOST);
    await caller.call('SelectVnicForNicType', target, { nicType: 'faultToleranceLogging', device: 'vmk1' });
    await caller.call('SelectVnicForNicType', target, { nicType: 'faultToleranceLogging', device: 'vmk0' });
    await caller.call('DeselectVnicForNicType', target, { nicType: 'faultToleranceLogging', device: 'vmk1' });
    expect(getHost(caller.lab.model, HOST).network.services.faultToleranceLogging).toEqual(['vmk0']);
  });

  it('replace each other where only one adapter may carry them', async () => {
    const caller = await createCaller();
    const target = nicManager(caller, HOST);
    await caller.call('SelectVnicForNicType', target, { nicType: 'ptp', device: 'vmk1' });
    await caller.call('SelectVnicForNicType', target, { nicType: 'ptp', device: 'vmk0' });
    expect(getHost(caller.lab.model, HOST).network.services.ptp).toEqual(['vmk0']);
  });

  it.each([
    { operation: 'SelectVnicForNicType' as const, nicType: 'vMotion', device: 'vmk1', fault: 'InvalidArgument' },
    { operation: 'SelectVnicForNicType' as const, nicType: 'vmotion', device: 'vmk9', fault: 'InvalidArgument' },
    { operation: 'SelectVnicForNicType' as const, nicType: 'vsan', device: 'vmk1', fault: 'HostConfigFault' },
    { operation: 'SelectVnicForNicType' as const, nicType: 'management', device: 'vmk2', fault: 'HostConfigFault' },
    { operation: 'SelectVnicForNicType' as const, nicType: 'vmotion', device: 'vmk2', fault: 'HostConfigFault' },
    { operation: 'DeselectVnicForNicType' as const, nicType: 'vmotion', device: 'vmk0', fault: 'InvalidArgument' },
    { operation: 'DeselectVnicForNicType' as const, nicType: 'management', device: 'vmk0', fault: 'HostConfigFault' },
  ])('$operation $nicType on $device is refused with $fault', async ({ operation, nicType, device, fault }) => {
    const caller = await createCaller();
    await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
    expect(await faultOf(caller.call(operation, nicManager(caller, HOST), { nicType, device }))).toBe(fault);
  });

  it('are listed with keys that carry the nicType', async () => {
    const caller = await createCaller();
    const config = await caller.call('QueryNetConfig', nicManager(caller, HOST), { nicType: 'vmotion' });
    expect(config?.selectedVnic).toEqual(['vmotion.key-vim.host.VirtualNic-vmk1']);
    expect(config?.candidateVnic.map(({ key }) => key)).toEqual([
      'vmotion.key-vim.host.VirtualNic-vmk0',
      'vmotion.key-vim.host.VirtualNic-vmk1',
    ]);
  });

  it.each([
    { listsVmotionStackInSelectedVnic: true, selected: ['vmotion.key-vim.host.VirtualNic-vmk2'] },
    { listsVmotionStackInSelectedVnic: false, selected: [] },
  ])('list vmotion-stack adapters as $selected when the switch is $listsVmotionStackInSelectedVnic', async (row) => {
    const { listsVmotionStackInSelectedVnic, selected } = row;
    const caller = await createCaller({ switches: { listsVmotionStackInSelectedVnic } });
    await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
    const config = await caller.call('QueryNetConfig', nicManager(caller, HOST), { nicType: 'vmotion' });
    expect(config?.selectedVnic).toEqual(selected);
  });

  it('of vSAN stand on the first hosts of cluster-l3', async () => {
    const { lab } = await createCaller();
    const carriers = lab.model.clusters.flatMap(({ hosts }) =>
      hosts.filter(({ network }) => network.services.vsan?.length),
    );
    expect(carriers.map(({ name }) => name)).toEqual(['esx11.lab.local', 'esx12.lab.local']);
  });
});
