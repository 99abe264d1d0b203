// vCenter's tasks: what runs on after its call was answered, and for a while what became of it.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { LabClock } from './system-clock.ts';
import { VimFault } from './vim-fault.ts';

export type LabTask = {
  moref: Moref;
  descriptionId: string;
  entity: Moref;
  entityName: string;
  user: string;
  state: 'queued' | 'running' | 'success' | 'error';
  progress?: number | undefined;
  fault?: VimFault | undefined;
  result?: unknown;
  queuedAt: Date;
  startedAt?: Date | undefined;
  completedAt?: Date | undefined;
  /** Objects that show it among their recent tasks. */
  shownAt: string[];
};

export type TaskStart = {
  descriptionId: string;
  entity: Moref;
  entityName: string;
  user: string;
  alsoShownAt?: Moref[] | undefined;
  /** Its value is the task's result, a VimFault it throws the task's error. */
  work: (task: LabTask) => Promise<unknown>;
};

export type Tasks = {
  /** Answers before the work is done, unless that takes no time. */
  start(want: TaskStart): Promise<LabTask>;
  /** A finished task is forgotten after ten minutes. */
  find(moref: Moref): LabTask | undefined;
  recentOf(entity?: Moref): LabTask[];
};

const KEPT_MS = 600_000;

export function createTasks(clock: LabClock): Tasks {
  let made = 0;
  let tasks: LabTask[] = [];
  const isKept = (task: LabTask) =>
    task.completedAt === undefined || clock.now().getTime() - task.completedAt.getTime() < KEPT_MS;
  const kept = (): LabTask[] => {
    tasks = tasks.filter(isKept);
    return tasks;
  };
  return {
    async start(want) {
      made += 1;
      const task: LabTask = {
        moref: { type: 'Task', value: `task-${made}` },
        descriptionId: want.descriptionId,
        entity: want.entity,
        entityName: want.entityName,
        user: want.user,
        state: 'queued',
        queuedAt: clock.now(),
        shownAt: [want.entity, ...(want.alsoShownAt ?? [])].map(({ value }) => value),
      };
      tasks = [...kept(), task];
      const running = run(task, want.work, clock);
      // Work that takes no time is done when the call is answered; all other goes on behind it.
      await Promise.race([running, nextTurn()]);
      return task;
    },
    find: (moref) => kept().find((task) => task.moref.value === moref.value),
    recentOf: (entity) => kept().filter((task) => entity === undefined || task.shownAt.includes(entity.value)),
  };
}

async function run(task: LabTask, work: TaskStart['work'], clock: LabClock): Promise<void> {
  task.state = 'running';
  task.startedAt = clock.now();
  try {
    task.result = await work(task);
    task.state = 'success';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    task.fault = error instanceof VimFault ? error : new VimFault('SystemError', text, { reason: text });
    task.state = 'error';
  }
  task.progress = undefined;
  task.completedAt = clock.now();
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
