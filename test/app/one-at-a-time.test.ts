import { describe, expect, it } from 'vitest';
import { createMoveJob } from '../../shared/app/move-job.ts';
import { createOneAtATime } from '../../shared/app/one-at-a-time.ts';
import { aJob } from '../support/builders.ts';
import { createWorld } from '../support/world.ts';

describe('createOneAtATime', () => {
  it('lets callers of one key wait for each other in their order, also after a failure, and others pass', async () => {
    const oneAtATime = createOneAtATime();
    const seen: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const first = oneAtATime('a', work('first', true));
    const second = oneAtATime('a', work('second'));
    const other = oneAtATime('b', work('other'));
    await expect(first).rejects.toThrow('first');
    expect(await second).toBe('second');
    expect(await other).toBe('other');
    expect(seen.indexOf('second begins')).toBeGreaterThan(seen.indexOf('first ends'));
    expect(seen.indexOf('other begins')).toBeLessThan(seen.indexOf('first ends'));
  });

  it('lets nobody in who comes while one that has waited is at work', async () => {
    const oneAtATime = createOneAtATime();
    const open: (() => void)[] = [];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise<void>((resolve) => open.push(resolve));
      inside -= 1;
    };
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const [first, second] = [oneAtATime('a', work), oneAtATime('a', work)];
    await turn();
    open.shift()?.();
    await first;
    await turn();
    const third = oneAtATime('a', work);
    await turn();
    expect([inside, most]).toEqual([1, 1]);
    open.shift()?.();
    await second;
    await turn();
    open.shift()?.();
    await third;
    expect([inside, most]).toEqual([0, 1]);
  });
});

describe('moveJob', () => {
  it('lets 64 hosts write to their job at the same moment, each once', async () => {
    const hosts = Array.from({ length: 64 }, (_, index) => ({
      name: `esx${index}`,
      moref: `host-${index}`,
      wave: 0,
      outcome: 'pending' as const,
      steps: 1,
      stepsDone: 0,
    }));
    const { parts } = createWorld();
    const job = aJob({ state: 'applying', hosts });
    await parts.store.jobs.create(job);
    let lost = 0;
    const { save } = parts.store.jobs;
    parts.store.jobs.save = async (row) => {
      await save(row).catch((error: unknown) => {
        lost += 1;
        throw error;
      });
    };
    const moveJob = createMoveJob(parts);
    await Promise.all(hosts.map(({ moref }) => moveJob(job.id, { kind: 'host-begun', moref })));
    const after = await parts.store.jobs.find(job.id);
    expect(after?.hosts.every((host) => host.outcome === 'applying')).toBe(true);
    expect(after?.version).toBe(job.version + 64);
    expect(lost).toBe(0);
  });
});
