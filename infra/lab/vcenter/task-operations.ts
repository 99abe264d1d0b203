// Operations that answer with a task: on distributed port groups, clusters and virtual machines.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { typed } from '../../../shared/vsphere/codec.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { LabAnswer, LabCall } from './call.ts';
import { reconfigureCluster } from './cluster-drs.ts';
import { reconfigurePortGroup } from './distributed-reconfigure.ts';
import { eventUser } from './lab-event.ts';
import { getHost, type LabHost } from './model.ts';
import { requirePrivilege } from './privileges.ts';
import { checkRelocate, relocate, type RelocateSpec, targetOf } from './relocate.ts';
import { requireSession } from './session-operations.ts';
import type { LabTask, TaskStart } from './tasks.ts';
import { recordTask } from './task-event.ts';
import { managedObjectNotFound, notSupported, VimFault } from './vim-fault.ts';
import { findVm, type LabVm } from './virtual-machine.ts';

const RECONFIGURE_MS = 1_500;
const CHECK_MS = 800;

export const TASK_HANDLERS: Record<string, (call: LabCall) => Promise<LabAnswer>> = {
  ReconfigureDVPortgroup_Task: reconfigureDvPortgroup,
  ReconfigureComputeResource_Task: reconfigureComputeResource,
  RelocateVM_Task: relocateVm,
  CheckRelocate_Task: checkRelocateVm,
};

function reconfigureDvPortgroup(call: LabCall): Promise<LabAnswer> {
  const { model } = call.world;
  const key = call.target.value;
  const dvs = model.distributedSwitches.find(({ portGroups }) => portGroups.some((one) => one.key === key));
  const portGroup = dvs?.portGroups.find((one) => one.key === key);
  if (dvs === undefined || portGroup === undefined) throw managedObjectNotFound(call.target);
  const spec = call.parameters.spec as Vim<'DVPortgroupConfigSpec'>;
  const privilege = spec.defaultPortConfig === undefined ? 'DVPortgroup.Modify' : 'DVPortgroup.PolicyOp';
  requirePrivilege(model, call.object.moref, privilege);
  return startTask(call, {
    descriptionId: 'dvs.DistributedVirtualPortgroup.reconfigure',
    entityName: portGroup.name,
    work: async () => {
      await pass(call, RECONFIGURE_MS);
      reconfigurePortGroup(dvs, portGroup, spec);
    },
  });
}

function reconfigureComputeResource(call: LabCall): Promise<LabAnswer> {
  const cluster = call.world.model.clusters.find(({ moref }) => moref.value === call.target.value);
  if (cluster === undefined) throw managedObjectNotFound(call.target);
  requirePrivilege(call.world.model, cluster.moref, 'Host.Inventory.EditCluster');
  return startTask(call, {
    descriptionId: 'ComputeResource.reconfigureEx',
    entityName: cluster.name,
    work: async () => {
      await pass(call, RECONFIGURE_MS);
      reconfigureCluster(cluster, call.parameters.spec, call.parameters.modify as boolean);
    },
  });
}

function relocateVm(call: LabCall): Promise<LabAnswer> {
  const { model, tasks } = call.world;
  const vm = getVm(call, call.target);
  const spec = call.parameters.spec as RelocateSpec;
  // The lab has no storage to move machines between.
  if (spec.datastore !== undefined) throw notSupported();
  const target = targetOf(model, spec);
  requirePrivilege(model, vm.moref, vm.isPoweredOn ? 'Resource.HotMigrate' : 'Resource.ColdMigrate');
  const running = tasks.recentOf(vm.moref).find(({ state }) => state === 'running');
  if (running !== undefined) {
    throw new VimFault('TaskInProgress', 'The operation is not allowed: another task is in progress.', {
      task: running.moref,
    });
  }
  return startTask(call, {
    descriptionId: 'VirtualMachine.relocate',
    entityName: vm.name,
    alsoShownAt: [getHost(model, vm.host).moref, target.moref],
    work: (task) => relocate(call.world, vm, target, task),
  });
}

function checkRelocateVm(call: LabCall): Promise<LabAnswer> {
  const vm = getVm(call, call.parameters.vm as Moref);
  const target = targetOf(call.world.model, call.parameters.spec as RelocateSpec);
  return startTask(call, {
    descriptionId: 'vm.check.ProvisioningChecker.checkRelocate',
    entity: vm.moref,
    entityName: vm.name,
    work: async () => {
      await pass(call, CHECK_MS);
      return toCheckResult(call, vm, target);
    },
  });
}

function toCheckResult({ world }: LabCall, vm: LabVm, target: LabHost): unknown {
  const error = checkRelocate(world.model, vm, target).map((fault) => ({
    fault: { _type: fault.type, ...fault.fields },
    localizedMessage: fault.message,
  }));
  return typed('ArrayOfCheckResult', [{ vm: vm.moref, host: target.moref, error }]);
}

async function startTask(
  call: LabCall,
  want: Omit<TaskStart, 'entity' | 'user' | 'work'> & { entity?: Moref; work: (task: LabTask) => Promise<unknown> },
): Promise<LabAnswer> {
  const { user } = requireSession(call);
  const task = await call.world.tasks.start({ entity: call.object.moref, user, ...want });
  recordTask(call.world.model, { ...task, user: eventUser(user), at: task.queuedAt });
  return { value: task.moref };
}

async function pass({ world }: LabCall, realMs: number): Promise<void> {
  const ms = world.latency.taskMs(realMs);
  if (ms > 0) await world.clock.sleep(ms);
}

function getVm(call: LabCall, moref: Moref): LabVm {
  const vm = findVm(call.world.model, moref);
  if (vm === undefined) throw managedObjectNotFound(moref);
  return vm;
}
