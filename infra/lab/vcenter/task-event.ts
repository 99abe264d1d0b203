// TaskEvent: vCenter leaves one behind for every call that changes something, whether it succeeds or not.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { addEvent } from './lab-event.ts';
import type { LabHost, LabModel } from './model.ts';

/** vCenter's own names of what is called, and how they stand in its list of tasks. */
const TASKS: Record<string, { id: string; label: string }> = {
  AddVirtualNic: { id: 'host.NetworkSystem.addVirtualNic', label: 'Add virtual NIC' },
  UpdateVirtualNic: { id: 'host.NetworkSystem.updateVirtualNic', label: 'Update virtual NIC' },
  RemoveVirtualNic: { id: 'host.NetworkSystem.removeVirtualNic', label: 'Remove virtual NIC' },
  UpdateNetworkConfig: { id: 'host.NetworkSystem.updateNetworkConfig', label: 'Update network configuration' },
  AddPortGroup: { id: 'host.NetworkSystem.addPortGroup', label: 'Add port group' },
  UpdatePortGroup: { id: 'host.NetworkSystem.updatePortGroup', label: 'Update port group' },
  RemovePortGroup: { id: 'host.NetworkSystem.removePortGroup', label: 'Remove port group' },
  AddVirtualSwitch: { id: 'host.NetworkSystem.addVirtualSwitch', label: 'Add virtual switch' },
  UpdateVirtualSwitch: { id: 'host.NetworkSystem.updateVirtualSwitch', label: 'Update virtual switch' },
  RemoveVirtualSwitch: { id: 'host.NetworkSystem.removeVirtualSwitch', label: 'Remove virtual switch' },
  RefreshNetworkSystem: { id: 'host.NetworkSystem.refresh', label: 'Refresh network system' },
  SelectVnicForNicType: { id: 'host.VirtualNicManager.selectVnic', label: 'Select virtual NIC' },
  DeselectVnicForNicType: { id: 'host.VirtualNicManager.deselectVnic', label: 'Deselect virtual NIC' },
};

/** The event of one of these calls on a host. */
export function recordHostTask(
  model: LabModel,
  { operation, host, user, at }: { operation: string; host: LabHost; user: string; at: Date },
): void {
  const task = TASKS[operation];
  if (task === undefined) throw new Error(`${operation} has no name among vCenter's tasks`);
  const fields = taskEventFields(model, { host, user, descriptionId: task.id, at });
  addEvent(model, { at, class: 'TaskEvent', host: host.name, user, message: `Task: ${task.label}`, fields });
}

/** The event of a task on anything else, told by the object it is about. */
export function recordTask(
  model: LabModel,
  task: { moref: Moref; descriptionId: string; entity: Moref; entityName: string; user: string; at: Date },
): void {
  const { entity, user, at, descriptionId } = task;
  const label = descriptionId
    .slice(descriptionId.lastIndexOf('.') + 1)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  const message = `Task: ${label.charAt(0).toUpperCase()}${label.slice(1)} ${task.entityName}`;
  addEvent(model, {
    at,
    class: 'TaskEvent',
    entity: entity.value,
    user,
    message,
    fields: { info: taskInfoFields(task) },
  });
}

/** What a TaskEvent says of its task. */
export function taskEventFields(
  model: LabModel,
  task: { host: LabHost; user: string; descriptionId: string; at: Date; moref?: Moref | undefined },
): Record<string, unknown> {
  const { host, user, descriptionId, at } = task;
  const moref = task.moref ?? { type: 'Task', value: `task-${(model.events.at(-1)?.key ?? 0) + 1_000_001}` };
  return { info: taskInfoFields({ moref, descriptionId, entity: host.moref, entityName: host.name, user, at }) };
}

/** As it was when the task was queued: later changes of a task leave no events. */
function taskInfoFields(task: {
  moref: Moref;
  descriptionId: string;
  entity: Moref;
  entityName: string;
  user: string;
  at: Date;
}): Record<string, unknown> {
  return {
    key: task.moref.value,
    task: task.moref,
    descriptionId: task.descriptionId,
    entity: task.entity,
    entityName: task.entityName,
    state: 'queued',
    cancelled: false,
    cancelable: false,
    reason: { _type: 'TaskReasonUser', userName: task.user },
    queueTime: task.at,
    eventChainId: 0,
  };
}
