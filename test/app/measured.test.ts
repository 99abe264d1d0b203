import { describe, expect, it } from 'vitest';
import { measuredChat, measuredJobs, measuredVsphere } from '../../shared/app/measured.ts';
import { createMoveJob } from '../../shared/app/move-job.ts';
import type { HostSummary } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import type { Chat, VsphereSession, Metrics } from '../../shared/ports.ts';
import { aJob } from '../support/builders.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

function createCounter() {
  const counted: string[] = [];
  const metrics: Metrics = {
    count: (name, value, by) => void counted.push([name, value, ...Object.values(by ?? {})].join(' ')),
  };
  return { counted, metrics };
}

const host = (outcome: HostSummary['outcome'], number: number): HostSummary => {
  return { name: `esx${number}`, moref: `host-${number}`, outcome, steps: 1, stepsDone: 1 };
};
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const failure = { code: 'gate-failed', what: 'No pings.', remedy: 'Mend the path.' };

describe('a job that ends', () => {
  it('is counted once, with what became of its hosts, and not for what is noted afterwards', async () => {
    const { counted, metrics } = createCounter();
    const store = createMemoryStore();
    const parts = { store: { ...store, jobs: measuredJobs(store.jobs, metrics) }, queue: createMemoryQueue() };
    const moveJob = createMoveJob({ ...parts, clock: createVirtualClock(), sha256: String, log: silent });
    const hosts = [host('kept', 1), host('kept', 2), host('put-back', 3), host('needs-hands', 4)];
    const drs = { cluster: { type: 'ClusterComputeResource', value: 'c1' }, was: 'fullyAutomated', isReleased: false };
    await store.jobs.create({ ...aJob({ id: 'j-1', state: 'applying', hosts }), drs } as ReturnType<typeof aJob>);
    await moveJob('j-1', { kind: 'troubled', failure });
    expect(counted).toEqual([]);
    await moveJob('j-1', { kind: 'stopped', state: 'needs-hands', failure });
    const once = ['JobsEnded 1 needs-hands', 'HostsKept 2', 'HostsPutBack 1', 'HostsNeedHands 1', 'GateFailures 1'];
    expect(counted).toEqual(once);
    await moveJob('j-1', { kind: 'drs-released' });
    await moveJob('j-1', { kind: 'settled' });
    await moveJob('j-1', { kind: 'stopped', state: 'aborted', failure });
    expect((await store.jobs.find('j-1'))?.settledAt).toBeDefined();
    expect(counted).toEqual(once);
  });

  it('is not counted by the write that lost', async () => {
    const { counted, metrics } = createCounter();
    const { jobs } = createMemoryStore();
    const measured = measuredJobs(jobs, metrics);
    const job = aJob({ id: 'j-1', state: 'applying', version: 5 });
    await jobs.create(job);
    await measured.find('j-1');
    await expect(measured.save({ ...job, state: 'done', version: 9 })).rejects.toMatchObject({
      code: 'write-conflict',
    });
    expect(counted).toEqual([]);
  });
});

describe('Slack', () => {
  it('asking to wait is counted, other failures are not, and both are thrown on', async () => {
    const { counted, metrics } = createCounter();
    const failing = (code: 'slack-rate-limited' | 'slack-refused'): Chat => {
      const fail = async () => {
        throw new OpsError(code, 'No.', { retry: 'later', remedy: 'Wait.' });
      };
      return { post: fail, update: fail, upload: fail, fileState: fail };
    };
    const message = { channel: 'C1', text: 'x', blocks: [] };
    await expect(measuredChat(failing('slack-refused'), metrics).post(message)).rejects.toThrow('No.');
    expect(counted).toEqual([]);
    await expect(measuredChat(failing('slack-rate-limited'), metrics).update('1', message)).rejects.toThrow('No.');
    expect(counted).toEqual(['SlackRateLimited 1']);
  });
});

describe('a session with vCenter', () => {
  it.each([true, false])('counts its calls once, whether it goes well: %s', async (isGood) => {
    const { counted, metrics } = createCounter();
    const session = { calls: 17 } as VsphereSession;
    const vsphere = measuredVsphere({ withSession: (_vcenter, _operation, use) => use(session) }, metrics);
    const used = vsphere.withSession('lab', 'op', async () => {
      if (!isGood) throw new Error('away');
      return 'answer';
    });
    expect(await used.catch(() => 'thrown on')).toBe(isGood ? 'answer' : 'thrown on');
    expect(counted).toEqual(['SoapCallsPerSlice 17']);
  });
});
