import type { Moref } from '../../shared/domain/inventory.ts';
import { typed } from '../../shared/vsphere/codec.ts';
import { type Call, type FakeVcenter, Fault } from './fake-vcenter.ts';

/** One state of a task, as asked for by its properties; `gone`: vCenter no longer knows it. */
export type TaskState = { state: string; [property: string]: unknown } | 'gone';

export type FakeTasks = {
  /** A new task that shows these states one after the other, each to one reader; the last one stays. */
  start(...states: [TaskState, ...TaskState[]]): Moref;
  /** How often the tasks were looked at. */
  polls: number;
};

export const QUEUED = '2026-01-02T03:04:05Z';
export const STARTED = '2026-01-02T03:04:06Z';
export const COMPLETED = '2026-01-02T03:04:36Z';
export const SUCCESS: TaskState = {
  state: 'success',
  queueTime: QUEUED,
  startTime: STARTED,
  completeTime: COMPLETED,
};
export const RUNNING: TaskState = { state: 'running', queueTime: QUEUED, startTime: STARTED };

/** A task's end in an error, as vCenter tells it. */
export const failedWith = (fault: { _type: string } & Record<string, unknown>, localizedMessage = ''): TaskState => ({
  ...(SUCCESS as object),
  state: 'error',
  error: typed('LocalizedMethodFault', { fault, localizedMessage }),
});

/** Gives the vCenter tasks; what else is read of it is for `others` to answer. */
export function addTasks(fake: FakeVcenter, others: (call: Call) => unknown = () => undefined): FakeTasks {
  const tasks = new Map<string, TaskState[]>();
  fake.answers.RetrievePropertiesEx = (call) => {
    const [spec] = call.parameters['specSet'] as [{ objectSet: { obj: Moref }[] }];
    const task = spec.objectSet[0]?.obj;
    if (task?.type !== 'Task') return others(call);
    fakeTasks.polls += 1;
    const states = tasks.get(task.value) ?? [];
    const [state] = states.length > 1 ? states.splice(0, 1) : states;
    if (state === undefined || state === 'gone') throw new Fault({ _type: 'ManagedObjectNotFound', obj: task });
    return {
      objects: [
        {
          obj: task,
          propSet: Object.entries(state)
            .filter(([, value]) => value !== undefined)
            .map(toProperty),
        },
      ],
    };
  };
  const fakeTasks: FakeTasks = {
    polls: 0,
    start(...states) {
      const value = `task-${tasks.size + 1}`;
      tasks.set(value, states);
      return { type: 'Task', value };
    },
  };
  return fakeTasks;
}

function toProperty([name, value]: [string, unknown]) {
  const isTime = name.endsWith('Time');
  const val = name === 'state' ? typed('TaskInfoState', value) : isTime ? typed('dateTime', value) : value;
  return { name: `info.${name}`, val };
}
