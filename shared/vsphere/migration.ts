// Migrations of virtual machines: those under way, whether one would succeed, and making one.
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { RelocateOutcome } from '../ports.ts';
import { faultText, type VimFault } from './faults.ts';
import { awaitTask, followTask, type TaskCalls, type TaskContext, taskVanished } from './follow-task.ts';
import { decodeName } from './inventory-path.ts';
import { type PropertyRow, retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

export type RunningMigration = { vm: string; host: string; progress?: number | undefined };

/** What vCenter calls migrations in its tasks: by drag and drop, by relocation, by DRS. */
const MIGRATIONS: ReadonlySet<string> = new Set([
  'VirtualMachine.migrate',
  'VirtualMachine.relocate',
  'Drm.ExecuteVMotionLRO',
]);
const UNDER_WAY: ReadonlySet<unknown> = new Set(['queued', 'running']);
const TASK_PATHS = ['descriptionId', 'state', 'progress', 'entity', 'entityName'].map((path) => `info.${path}`);

/** Of what a migration within one cluster depends on: not storage policies, not the resource pool it stays in. */
const TEST_TYPES = ['sourceTests', 'hostTests', 'datastoreTests', 'networkTests'];

/**
 * Migrations away from these hosts that are queued or running now, in one call. Until its end a machine counts as its
 * source's, so that one coming in from another cluster is not seen.
 */
export async function listRunningMigrations(session: Session, hosts: readonly Moref[]): Promise<RunningMigration[]> {
  const { taskManager } = session.content;
  if (taskManager === undefined) return [];
  const rows = await retrieveProperties(session, recentTasksSpec(taskManager), { hideable: HIDEABLE });
  const byId = new Map(rows.map((row) => [row.obj.value, row]));
  const wanted = new Set(hosts.map(({ value }) => value));
  return rows.filter(isMigration).flatMap(({ properties }) => {
    const vm = byId.get((properties.get('info.entity') as Moref | undefined)?.value ?? '');
    const host = vm?.properties.get('runtime.host') as Moref | undefined;
    if (vm === undefined || host === undefined || !wanted.has(host.value)) return [];
    const progress = properties.get('info.progress') as number | undefined;
    return [{ vm: nameOf(vm, vm.obj), host: nameOf(byId.get(host.value), host), progress }];
  });
}

// Tasks of objects that the account may not see are none of its business.
const HIDEABLE: ReadonlySet<string> = new Set(['Task', 'VirtualMachine', 'HostSystem']);

function recentTasksSpec(taskManager: Moref) {
  const toHost = { _type: 'TraversalSpec', type: 'VirtualMachine', path: 'runtime.host', skip: false };
  const toEntity = { _type: 'TraversalSpec', type: 'Task', path: 'info.entity', skip: false, selectSet: [toHost] };
  const toTask = {
    _type: 'TraversalSpec',
    type: 'TaskManager',
    path: 'recentTask',
    skip: false,
    selectSet: [toEntity],
  };
  return {
    propSet: [
      { type: 'Task', pathSet: TASK_PATHS },
      { type: 'VirtualMachine', pathSet: ['name', 'runtime.host'] },
      { type: 'HostSystem', pathSet: ['name'] },
    ],
    objectSet: [{ obj: taskManager, skip: true, selectSet: [toTask] }],
  };
}

function isMigration({ obj, properties }: PropertyRow): boolean {
  const kind = properties.get('info.descriptionId');
  const isOne = typeof kind === 'string' && MIGRATIONS.has(kind);
  return obj.type === 'Task' && isOne && UNDER_WAY.has(properties.get('info.state'));
}

const nameOf = (row: PropertyRow | undefined, { value }: Moref): string =>
  decodeName((row?.properties.get('name') as string | undefined) ?? value);

/** VirtualMachineProvisioningChecker.CheckRelocate_Task. Each finding is the fault's name and vCenter's words. */
export async function checkRelocate(
  calls: TaskCalls,
  vm: Moref,
  host: Moref,
): Promise<{ errors: string[]; warnings: string[] }> {
  const checker = calls.session.content.vmProvisioningChecker;
  const context = { operation: 'CheckRelocate_Task', about: vm.value, isWrite: false };
  if (checker === undefined) throw noAnswer(context);
  const parameters = { vm, spec: { host }, testType: TEST_TYPES };
  const task = await calls.session.call('CheckRelocate_Task', checker, parameters, { about: vm.value });
  const results = await awaitTask(calls, task, context);
  // No result at all would read as no objections.
  if (!Array.isArray(results) || results.length === 0) throw noAnswer(context);
  const checks = results as Vim<'CheckResult'>[];
  return {
    errors: checks.flatMap(({ error }) => error.map(toText)),
    warnings: checks.flatMap(({ warning }) => warning.map(toText)),
  };
}

const toText = ({ fault, localizedMessage }: Vim<'LocalizedMethodFault'>): string =>
  faultText(fault as VimFault, localizedMessage ?? '');

function noAnswer({ operation, about }: TaskContext): OpsError {
  return new OpsError('vcenter-reply-invalid', `${operation} on ${about} was answered without a result.`, {
    retry: 'never',
    remedy: 'Check the migration in the vSphere Client: its dialog makes the same tests.',
  });
}

/**
 * VirtualMachine.RelocateVM_Task to another host, nothing else moved. What vCenter says against it is an outcome; a
 * connection lost in between throws `outcome-unknown`.
 */
export async function relocateVm(
  calls: TaskCalls,
  vm: Moref,
  { host, until }: { host: Moref; until: Date },
): Promise<RelocateOutcome> {
  const operation = 'RelocateVM_Task';
  const context = { operation, about: vm.value, isWrite: true };
  const task = await startRelocation(calls, vm, host);
  if ('kind' in task) return task;
  const end = await followTask(calls, task, { context, until });
  switch (end.kind) {
    case 'succeeded':
      return { kind: 'moved', startedAt: end.startedAt, completedAt: end.completedAt };
    case 'failed':
      return {
        kind: 'failed',
        fault: end.fault?._type ?? 'unknown fault',
        message: faultText(end.fault, end.message),
      };
    case 'vanished':
      return observeRelocation(calls, { vm, host, startedAt: end.startedAt, unknown: taskVanished(task, context) });
    case 'running':
      return { kind: 'running' };
    default:
      throw new Error('unknown end of a task', { cause: end satisfies never });
  }
}

/** The task, or the outcome where vCenter refuses to begin. */
async function startRelocation({ session }: TaskCalls, vm: Moref, host: Moref): Promise<Moref | RelocateOutcome> {
  try {
    return await session.call('RelocateVM_Task', vm, { spec: { host } }, { about: vm.value });
  } catch (error) {
    const isRefusal = error instanceof OpsError && error.code === 'vcenter-fault' && error.retry === 'never';
    if (!isRefusal || error.fault === undefined) throw error;
    return { kind: 'failed', fault: error.fault, message: error.message };
  }
}

/** Where the machine runs tells what the task no longer does. */
async function observeRelocation(
  { session }: TaskCalls,
  gone: { vm: Moref; host: Moref; startedAt: string | undefined; unknown: OpsError },
): Promise<RelocateOutcome> {
  const spec = { propSet: [{ type: 'VirtualMachine', pathSet: ['runtime.host'] }], objectSet: [{ obj: gone.vm }] };
  try {
    const [row] = await retrieveProperties(session, spec, { about: gone.vm.value });
    const runsOn = row?.properties.get('runtime.host') as Moref | undefined;
    if (runsOn?.value !== gone.host.value) throw gone.unknown;
    const completedAt = await session.call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' }, {});
    return { kind: 'moved', startedAt: gone.startedAt ?? completedAt, completedAt };
  } catch (error) {
    // What can't be read now says nothing of how the move ended.
    throw error instanceof OpsError ? gone.unknown : error;
  }
}
