// A slice's turn at a vCenter: taken, waited for, left, and called out to whoever is next.
import { describe, expect, it } from 'vitest';
import { takeTurn, type Turn } from '../../shared/app/vcenter-turn.ts';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import { aJob } from '../support/builders.ts';
import { createWavePlace, fault, type WavePlace } from '../support/wave-place.ts';

const job = (id: string, change: Partial<Job> = {}) => aJob({ id, cluster: `cluster-${id}`, ...change });
const until = (place: WavePlace, ms = 60_000) => new Date(place.clock.now().getTime() + ms);
const take = (place: WavePlace, one: Job) => takeTurn(place.parts, one, until(place));
const slots = (place: WavePlace) => place.parts.store.slots.find('lab');
async function taken(turn: Promise<Turn>) {
  const answer = await turn;
  if (answer.kind !== 'taken') throw new Error(answer.kind);
  return answer;
}

/** One worker at the lab's vCenter, whose jobs are rows of their own. */
async function aPlace(jobs: Job[], workers = 1): Promise<WavePlace> {
  const place = await createWavePlace();
  Object.assign(place.parts.settings.vcenters['lab'] ?? {}, { workers });
  for (const one of jobs) await place.parts.store.jobs.create(one);
  return place;
}

const called = (place: WavePlace) => {
  const jobs = place.queue.peekJobs().map(({ jobId }) => jobId);
  while (place.queue.takeJob() !== undefined);
  return jobs;
};

describe('a turn at a vCenter', () => {
  it('of which vmotion.yaml knows nothing is taken without a row', async () => {
    const place = await aPlace([]);
    const turn = await taken(take(place, job('a', { vcenter: 'lost' })));
    expect(turn.vsphere).toBe(place.parts.vsphere);
    await turn.leave();
    expect(await place.parts.store.slots.find('lost')).toBeUndefined();
  });

  it('holds a slot until it is left, and the row says who has it and until when', async () => {
    const place = await aPlace([job('a')]);
    const turn = await taken(take(place, job('a')));
    expect(await slots(place)).toMatchObject({
      holders: [{ jobId: 'a', until: until(place).toISOString(), isLoggedIn: false }],
      waiting: [],
    });
    const answer = await turn.vsphere.withSession('lab', 'op', async () => {
      expect((await slots(place))?.holders).toMatchObject([{ isLoggedIn: true }]);
      return 'done';
    });
    expect([answer, place.sessions]).toEqual(['done', ['lab op']]);
    await turn.leave();
    expect(await slots(place)).toMatchObject({ holders: [], refused: undefined });
  });

  it('is not to be had while as many work there as may, and whoever came first is called first', async () => {
    const [a, b, c] = [job('a'), job('b', { cursor: 3 }), job('c')];
    const place = await aPlace([a, b, c]);
    const turn = await taken(take(place, a));
    expect(await take(place, b)).toEqual({ kind: 'busy', busy: 1, workers: 1 });
    await place.clock.advance(1000);
    expect(await take(place, c)).toEqual({ kind: 'busy', busy: 1, workers: 1 });
    expect(called(place)).toEqual([]);
    await turn.leave();
    const [message] = place.queue.peekJobs();
    // Its attempt is a time, so that no queue takes it for one that it has seen.
    expect(message).toEqual({ jobId: 'b', cluster: 'cluster-b', cursor: 3, attempt: place.clock.now().getTime() });
    expect(called(place)).toEqual(['b']);
  });

  it('goes to nobody who came later, while the first one is on the way; that one is called again after 30 s', async () => {
    const [a, b, c] = [job('a'), job('b'), job('c')];
    const place = await aPlace([a, b, c]);
    const turn = await taken(take(place, a));
    await take(place, b);
    await take(place, c);
    await turn.leave();
    called(place);
    expect(await take(place, c)).toEqual({ kind: 'busy', busy: 0, workers: 1 });
    expect(called(place)).toEqual(['b']);
    await take(place, c);
    expect(called(place)).toEqual([]);
    await place.clock.advance(30_000);
    await take(place, c);
    expect(called(place)).toEqual(['b']);
    expect((await take(place, b)).kind).toBe('taken');
  });

  it('passes by those who need none any more', async () => {
    const gone = [job('ended'), job('moved'), job('lost')];
    const next = job('next');
    const place = await aPlace([job('a'), ...gone.slice(0, 2), next]);
    const turn = await taken(take(place, job('a')));
    for (const one of [...gone, next]) await take(place, one);
    const { jobs } = place.parts.store;
    await jobs.save({ ...job('ended'), state: 'done', version: 2 });
    await jobs.save({ ...job('moved'), cursor: 5, version: 2 });
    await turn.leave();
    expect(called(place)).toEqual(['next']);
    expect((await slots(place))?.waiting.map(({ jobId }) => jobId)).toEqual(['next']);
  });

  it('is called out to as many as there are slots', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => job(id));
    const place = await aPlace(all, 2);
    const [a, b] = [await taken(take(place, all[0] ?? job('a'))), await taken(take(place, all[1] ?? job('b')))];
    for (const one of all.slice(2)) await take(place, one);
    await a.leave();
    expect(called(place)).toEqual(['c']);
    await b.leave();
    expect(called(place)).toEqual(['c', 'd']);
  });
});

describe('logins', () => {
  const refusal = new OpsError('vcenter-login-failed', 'No.', { retry: 'later', remedy: 'Look.' });
  const fail = async (place: WavePlace, id: string, error: Error) => {
    const turn = await taken(take(place, job(id)));
    place.parts.vsphere.withSession = async () => Promise.reject(error);
    await expect(turn.vsphere.withSession('lab', 'op', async () => undefined)).rejects.toBe(error);
    await turn.leave();
  };

  it('that were refused three times bar all others for six minutes, which is said with its times', async () => {
    const place = await aPlace([]);
    for (const id of ['a', 'b', 'c']) await fail(place, id, refusal);
    await expect(take(place, job('d'))).rejects.toMatchObject({
      code: 'vcenter-login-failed',
      retry: 'later',
      message:
        "lab has refused the account's login 3 times, last at 03:04:05 UTC; no other is tried before 03:10:05 UTC, so that the account is not locked.",
    });
    await place.clock.advance(6 * 60_000);
    expect((await take(place, job('d'))).kind).toBe('taken');
  });

  it('that fail for another reason are not counted', async () => {
    const place = await aPlace([]);
    for (const id of ['a', 'b', 'c', 'd'])
      await fail(place, id, id === 'a' ? new Error('a defect') : fault('Away.', 'later', 'vcenter-unreachable'));
    expect(await slots(place)).toMatchObject({ holders: [], refused: undefined });
  });

  it('under way are waited for, a quarter of a minute, before the slice gives way', async () => {
    const place = await aPlace([], 9);
    for (const id of ['a', 'b', 'c']) await taken(take(place, job(id)));
    const since = place.clock.now().getTime();
    expect(await take(place, job('d'))).toEqual({ kind: 'busy', busy: 9, workers: 9 });
    expect(place.clock.now().getTime() - since).toBe(15_000);
  });

  it('under way are waited for until one is answered', async () => {
    const place = await aPlace([], 9);
    const [turn] = await Promise.all(['a', 'b', 'c'].map((id) => taken(take(place, job(id)))));
    const later = (async () => {
      await place.clock.sleep(1_100);
      await turn?.vsphere.withSession('lab', 'op', async () => undefined);
    })();
    const since = place.clock.now().getTime();
    expect((await take(place, job('d'))).kind).toBe('taken');
    expect(place.clock.now().getTime() - since).toBe(1_250);
    await later;
  });
});

describe('a row that others write at the same moment', () => {
  const conflict = () => fault('Another one was faster.', 'later', 'write-conflict');

  it('is read and decided on again', async () => {
    const place = await aPlace([job('a')]);
    const { save } = place.parts.store.slots;
    let conflicts = 100;
    place.parts.store.slots.save = async (row) => {
      if ((conflicts -= 1) >= 0) throw conflict();
      await save(row);
    };
    expect((await take(place, job('a'))).kind).toBe('taken');
    conflicts = 101;
    await expect(take(place, job('b'))).rejects.toThrow('Another one was faster.');
  });

  it('that can not be written at all is told at once', async () => {
    const place = await aPlace([job('a')]);
    let tries = 0;
    place.parts.store.slots.save = async () => {
      tries += 1;
      throw fault('The table is away.', 'later', 'table-failed');
    };
    await expect(take(place, job('a'))).rejects.toThrow('The table is away.');
    expect(tries).toBe(1);
  });

  it('that is away when the turn is left keeps nobody: the slot frees itself, and the log says so', async () => {
    const place = await aPlace([job('a')]);
    const turn = await taken(take(place, job('a')));
    const { save } = place.parts.store.slots;
    place.parts.store.slots.save = async () => Promise.reject(fault('The table is away.', 'later', 'table-failed'));
    await turn.leave();
    expect(place.logs.join('')).toContain('slot-not-left');
    place.parts.store.slots.save = save;
    await place.clock.advance(60_000);
    expect((await take(place, job('b'))).kind).toBe('taken');
  });

  it('that is left as it should be leaves no word of it', async () => {
    const place = await aPlace([job('a')]);
    await (await taken(take(place, job('a')))).leave();
    expect(place.logs.join('')).not.toContain('slot-not-left');
  });

  it('that is back while the turn is left, is left', async () => {
    const place = await aPlace([job('a'), job('b')]);
    const turn = await taken(take(place, job('a')));
    await take(place, job('b'));
    const { sendJob } = place.queue;
    let failures = 2;
    place.parts.queue.sendJob = async (message) => {
      if ((failures -= 1) >= 0) throw fault('The queue is away.', 'later', 'queue-failed');
      await sendJob(message);
    };
    await turn.leave();
    expect(called(place)).toEqual(['b']);
    expect(place.logs.join('')).not.toContain('slot-not-left');
    failures = 999;
    const [c] = [await taken(take(place, job('b')))];
    await take(place, job('a'));
    await c.leave();
    expect(place.logs.join('')).toContain('slot-not-left');
  });
});
