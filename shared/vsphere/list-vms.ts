import type { Moref } from '../domain/inventory.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import type { Vm, VmNetwork, VmNic } from '../domain/vm.ts';
import { decodeName } from './inventory-path.ts';
import { type PropertyRow, retrieveExisting } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

type Device = Vim<'VirtualDevice'> & { _type?: string };
type Backing = Vim<'VirtualDeviceBackingInfo'> & { _type?: string };

const PATHS = ['name', 'runtime.host', 'runtime.powerState', 'config.hardware.device'];
/** Most of every device, and nothing that its network depends on. */
const SKIP: ReadonlySet<string> = new Set([
  'connectable',
  'slotInfo',
  'shares',
  'storageIOAllocation',
  'resourceAllocation',
]);

/** The machines on those of these hosts that there are, sorted by name, in one call. Templates are among them: they are never powered on. */
export async function listVms(session: Session, hosts: readonly Moref[]): Promise<Vm[]> {
  const selectSet = [{ _type: 'TraversalSpec', type: 'HostSystem', path: 'vm', skip: false, selectSet: [] }];
  const toSpec = (some: readonly Moref[]) => ({
    propSet: [{ type: 'VirtualMachine', pathSet: PATHS }],
    objectSet: some.map((obj) => ({ obj, skip: true, selectSet })),
  });
  const rows = await retrieveExisting(session, hosts, { toSpec, skip: SKIP });
  return rows
    .map(toVm)
    .filter((vm) => vm !== undefined)
    .sort((a, b) => compareNaturally(a.name, b.name));
}

/** `undefined` for a machine that has left its host while it was being read. */
function toVm({ obj, properties }: PropertyRow): Vm | undefined {
  const host = properties.get('runtime.host') as Moref | undefined;
  if (host === undefined) return undefined;
  const devices = (properties.get('config.hardware.device') ?? []) as Device[];
  return {
    moref: obj,
    name: decodeName((properties.get('name') as string | undefined) ?? obj.value),
    host,
    isPoweredOn: properties.get('runtime.powerState') === 'poweredOn',
    nics: devices.map(toNic).filter((nic) => nic !== undefined),
  };
}

/** A network adapter is known by what it is plugged into: its own types are many, and new ones come. */
function toNic({ key, deviceInfo, backing }: Device): VmNic | undefined {
  const network = toNetwork(backing);
  return network === undefined ? undefined : { label: deviceInfo?.label ?? `device ${key}`, network };
}

function toNetwork(backing: Backing | undefined): VmNetwork | undefined {
  switch (backing?._type ?? '') {
    case 'VirtualEthernetCardDistributedVirtualPortBackingInfo': {
      const { port } = backing as Vim<'VirtualEthernetCardDistributedVirtualPortBackingInfo'>;
      return { kind: 'distributed', switchUuid: port.switchUuid, portGroupKey: port.portgroupKey ?? '' };
    }
    case 'VirtualEthernetCardNetworkBackingInfo': {
      const { deviceName } = backing as Vim<'VirtualEthernetCardNetworkBackingInfo'>;
      return { kind: 'standard', name: deviceName };
    }
    case 'VirtualEthernetCardOpaqueNetworkBackingInfo': {
      const { opaqueNetworkId } = backing as Vim<'VirtualEthernetCardOpaqueNetworkBackingInfo'>;
      return { kind: 'other', name: opaqueNetworkId };
    }
    default:
      return undefined;
  }
}
