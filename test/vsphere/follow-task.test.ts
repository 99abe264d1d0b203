import { describe, expect, it } from 'vitest';
import { silentLog } from '../../shared/log.ts';
import { awaitTask, followTask, type TaskCalls, type TaskContext } from '../../shared/vsphere/follow-task.ts';
import { openSession } from '../../shared/vsphere/session.ts';
import { COMPLETED, addTasks, failedWith, QUEUED, RUNNING, STARTED, SUCCESS, type TaskState } from './fake-tasks.ts';
import { CREDENTIALS, createFakeVcenter, createInstantClock } from './fake-vcenter.ts';

const WRITE: TaskContext = { operation: 'RelocateVM_Task', about: 'vm-1', isWrite: true };
const READ: TaskContext = { ...WRITE, operation: 'CheckRelocate_Task', isWrite: false };

async function start(...states: [TaskState, ...TaskState[]]) {
  const fake = createFakeVcenter();
  const clock = createInstantClock();
  const tasks = addTasks(fake);
  const parts = { transport: fake, credentials: async () => CREDENTIALS, operationId: 'op', clock, log: silentLog };
  const calls: TaskCalls = { session: await openSession(parts), clock };
  const task = tasks.start(...states);
  const until = new Date(clock.now().getTime() + 30_000);
  const follow = (context = WRITE) => followTask(calls, task, { context, until });
  return { fake, clock, tasks, calls, task, follow };
}

describe('a vCenter task', () => {
  it('is followed to its success, a second between two looks', async () => {
    const { clock, follow } = await start({ state: 'queued', queueTime: QUEUED }, RUNNING, SUCCESS);
    const end = await follow();
    expect(end).toEqual({ kind: 'succeeded', result: undefined, startedAt: STARTED, completedAt: COMPLETED });
    expect(clock.slept).toBe(2_000);
  });

  it.each([{ state: 'error' }, { state: 'success' }])(
    'with an error has failed, also in the state $state',
    async ({ state }) => {
      const fault = { _type: 'VMotionLinkDown', atSourceHost: true, failedHost: 'esx01', network: 'vMotion-A' };
      const { follow } = await start({ ...(failedWith(fault, 'The link is down.') as object), state });
      const end = await follow();
      expect(end).toMatchObject({ kind: 'failed', fault, message: 'The link is down.' });
    },
  );

  it('in an error that does not say which has failed all the same', async () => {
    const { calls, task, follow } = await start({ state: 'error' });
    expect(await follow()).toEqual({ kind: 'failed', fault: undefined, message: '' });
    await expect(awaitTask(calls, task, WRITE)).rejects.toMatchObject({ code: 'vcenter-fault', retry: 'never' });
  });

  it('that vCenter forgets while it is followed has vanished, and says since when it ran', async () => {
    const { follow } = await start(RUNNING, 'gone');
    expect(await follow()).toEqual({ kind: 'vanished', startedAt: STARTED });
  });

  it('that goes on is left to itself when the time is over', async () => {
    const { clock, follow } = await start(RUNNING);
    expect(await follow()).toEqual({ kind: 'running' });
    expect(clock.slept).toBe(30_000);
  });

  it.each([
    { what: 'a write', context: WRITE, retry: 'outcome-unknown' },
    { what: 'a question', context: READ, retry: 'later' },
  ])('of $what that should be short and never ends is given up as "$retry"', async ({ context, retry }) => {
    const { calls, clock, task } = await start(RUNNING);
    await expect(awaitTask(calls, task, context)).rejects.toMatchObject({ code: 'vcenter-timeout', retry });
    expect(clock.slept).toBe(60_000);
  });

  it.each([
    { what: 'a write', context: WRITE, retry: 'outcome-unknown' },
    { what: 'a question', context: READ, retry: 'later' },
  ])('of $what is "$retry" when vCenter goes away meanwhile', async ({ context, retry }) => {
    const { fake, follow } = await start(RUNNING);
    for (let attempt = 0; attempt < 4; attempt += 1)
      fake.interruptions.push(() => ({ status: 503, body: '', setCookie: undefined }));
    await expect(follow(context)).rejects.toMatchObject({ code: 'vcenter-unreachable', retry });
  });

  it('goes on over a session that has ended', async () => {
    const { fake, follow } = await start(RUNNING, SUCCESS);
    fake.sessions.clear();
    expect(await follow()).toMatchObject({ kind: 'succeeded' });
  });
});
