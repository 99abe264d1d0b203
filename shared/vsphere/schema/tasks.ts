import { type } from './notation.ts';

/** vCenter's tasks, and what the compatibility check and the relocation of a machine take and give. */
export const TASK_TYPES = {
  TaskInfo: type({
    key: 'string-',
    task: 'ManagedObjectReference-',
    description: 'LocalizableMessage?',
    name: 'string?',
    descriptionId: 'string',
    entity: 'ManagedObjectReference?',
    entityName: 'string?',
    locked: 'ManagedObjectReference*',
    state: 'string',
    cancelled: 'boolean-',
    cancelable: 'boolean-',
    error: 'LocalizedMethodFault?',
    result: 'any?',
    progress: 'int?',
    progressDetails: 'KeyAnyValue*',
    reason: 'TaskReason^-',
    queueTime: 'dateTime',
    startTime: 'dateTime?',
    completeTime: 'dateTime?',
    eventChainId: 'int-',
    changeTag: 'string?',
    parentTaskKey: 'string?',
    rootTaskKey: 'string?',
    activationId: 'string?',
  }),
  TaskReason: type({}),
  TaskReasonSystem: type({}, 'TaskReason'),
  TaskReasonUser: type({ userName: 'string' }, 'TaskReason'),
  TaskReasonAlarm: type(
    {
      alarmName: 'string',
      alarm: 'ManagedObjectReference',
      entityName: 'string',
      entity: 'ManagedObjectReference',
    },
    'TaskReason',
  ),
  TaskReasonSchedule: type({ name: 'string', scheduledTask: 'ManagedObjectReference' }, 'TaskReason'),
  CheckResult: type({
    vm: 'ManagedObjectReference?',
    host: 'ManagedObjectReference?',
    warning: 'LocalizedMethodFault*',
    error: 'LocalizedMethodFault*',
  }),
  /** Without moves to another vCenter (`service`) and without changes of single disks, devices and profiles. */
  VirtualMachineRelocateSpec: type({
    folder: 'ManagedObjectReference?',
    datastore: 'ManagedObjectReference?',
    diskMoveType: 'string?',
    pool: 'ManagedObjectReference?',
    host: 'ManagedObjectReference?',
    transform: 'string?',
  }),
} as const;
