// Which calls to vCenter change something, and whose they are.
import type { StepKind } from '../../shared/domain/step.ts';

/** A write as it arrived at a simulated vCenter, and the cluster that its job is for. `target`: the object's own id. */
export type Write = {
  vcenter: string;
  cluster: string;
  job: string;
  operation: string;
  host?: string | undefined;
  target?: string | undefined;
};

/** The calls that change something, and the kind of step that may make them. A trial's move is no step, nor is holding
 * DRS meanwhile. */
export const WRITES: Record<string, StepKind | 'move' | 'hold'> = {
  AddVirtualNic: 'add-vmk',
  UpdateVirtualNic: 'update-vmk',
  RemoveVirtualNic: 'remove-vmk',
  AddPortGroup: 'add-port-group',
  UpdatePortGroup: 'update-port-group',
  RemovePortGroup: 'remove-port-group',
  AddVirtualSwitch: 'add-switch',
  RemoveVirtualSwitch: 'remove-switch',
  UpdateNetworkConfig: 'set-netstack',
  SelectVnicForNicType: 'select-service',
  DeselectVnicForNicType: 'deselect-service',
  ReconfigureDVPortgroup_Task: 'update-distributed-port-group',
  RelocateVM_Task: 'move',
  ReconfigureComputeResource_Task: 'hold',
};
const READS =
  /^(Retrieve|Query|Fetch|Browse|Find|Check|HasPrivilege|Current|Login|Logout|Refresh|Execute|Continue|Cancel)/;
/** A call that nobody has heard of counts as one, so that it is looked at. */
export const isWrite = (operation: string): boolean => !READS.test(operation);

/** The job a call was made for, from the operation id that vCenter logs with it. */
export function jobOf(opId: string | undefined): string | undefined {
  return /^vmotion-ops-(j-[0-9a-z]+)-\d+/.exec(opId ?? '')?.[1];
}
