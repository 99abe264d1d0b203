import type { VimInput } from '../../../shared/vsphere/vim.ts';
import type { Lazy } from './property-path.ts';
import type { LabTask } from './tasks.ts';

/** Task. */
export function taskProperties(task: LabTask): Lazy {
  return { info: () => taskInfo(task) };
}

function taskInfo(task: LabTask): VimInput<'TaskInfo'> {
  const { fault } = task;
  const error =
    fault === undefined
      ? undefined
      : { fault: { _type: fault.type, ...fault.fields }, localizedMessage: fault.message };
  return {
    key: task.moref.value,
    task: task.moref,
    name: task.descriptionId
      .slice(task.descriptionId.lastIndexOf('.') + 1)
      .replace(/^\w/, (first) => first.toUpperCase()),
    descriptionId: task.descriptionId,
    entity: task.entity,
    entityName: task.entityName,
    state: task.state,
    cancelled: false,
    cancelable: task.state === 'running',
    error,
    result: task.result,
    progress: task.progress,
    reason: { _type: 'TaskReasonUser', userName: task.user } as VimInput<'TaskReason'>,
    queueTime: task.queuedAt.toISOString(),
    startTime: task.startedAt?.toISOString(),
    completeTime: task.completedAt?.toISOString(),
    eventChainId: Number(task.moref.value.slice('task-'.length)),
  };
}
