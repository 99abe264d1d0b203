// The notifier's work against the lab's workspace: 429 storms, deleted messages, lost answers, old clients.
import { afterEach, describe, expect, it } from 'vitest';
import { createLabSlack, type LabSlack } from '../../infra/lab/slack/workspace.ts';
import { isTold } from '../../shared/app/notice-told.ts';
import { createSlackPace } from '../../shared/app/pace.ts';
import { createReport } from '../../shared/app/report.ts';
import type { Job } from '../../shared/domain/job.ts';
import { silentLog } from '../../shared/log.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { threadItems } from '../../shared/slack/views/thread.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { aHostSummary, aJob, aRecord, someCells } from './a-job.ts';

const CHANNEL = 'C0VSPHERE';
const open: LabSlack[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((lab) => lab.close()));
});

const HOSTS = Array.from({ length: 6 }, (_, index) => aHostSummary(index, { outcome: 'kept', stepsDone: 4 }));
const NAMES = HOSTS.map((host) => host.name);
const MATRIX = { pairs: 30, ok: 30, failed: 0, unexpected: 0, verdict: ['All 30 paths answer.'], failures: [] };
const DONE: Partial<Job> = { state: 'done', hosts: HOSTS, matrix: MATRIX, endedAt: '2026-11-21T10:01:00.000Z' };

/** A rollout of six hosts, from its beginning to its end. */
const STORY: Partial<Job>[] = [
  { state: 'queued', hosts: [] },
  { state: 'awaiting-approval', hosts: HOSTS.map((host) => ({ ...host, outcome: 'pending', stepsDone: 0 })) },
  { state: 'applying', hosts: HOSTS.map((host, index) => (index > 2 ? { ...host, outcome: 'pending' } : host)) },
  { state: 'applying', hosts: HOSTS },
  { state: 'verifying', hosts: HOSTS },
  DONE,
];

async function aPlace() {
  const lab = await createLabSlack({ signingSecret: 's', botToken: 'xoxb', commandUrl: () => 'http://127.0.0.1:1/' });
  lab.faults.fileReadyAfterMs = 0;
  lab.faults.fileReadyAfterCalls = 1;
  open.push(lab);
  const store = createMemoryStore();
  const chat = createWebApiChat({ token: async () => 'xoxb', slackApiUrl: lab.apiUrl });
  const clock = createVirtualClock();
  const report = createReport({
    store,
    chat,
    clock,
    log: silentLog,
    pace: createSlackPace({ once: store.once, clock }),
    render: renderJob,
    thread: threadItems,
  });
  let job = aJob({ version: 1, ...STORY[0] });
  await store.jobs.create(job);
  for (const host of HOSTS) await store.records.put(aRecord(host, { phase: 'applied' }));
  for (const from of NAMES) {
    const cells = someCells(NAMES, () => ({ kind: 'ok', mtuBytes: 9000, roundTripMicros: 90 }));
    await store.matrix.putRow(
      job.id,
      from,
      cells.filter((cell) => cell.from.host === from),
    );
  }
  const failures: unknown[] = [];
  return {
    lab,
    store,
    failures,
    moveTo: async (change: Partial<Job>) => {
      job = { ...job, ...change, version: job.version + 1 };
      await store.jobs.save(job);
    },
    /** As the queue delivers a notice: what fails comes again. */
    notify: async () => {
      await report({ jobId: job.id, version: job.version, attempt: 0 }).catch((error: unknown) => failures.push(error));
    },
    /** What the clock reminds of, until nothing is owed. Bounded: a job that is never told fails the test. */
    settle: async () => {
      for (let minute = 0; minute < 40; minute += 1) {
        const notice = await store.notices.find(job.id);
        if (isTold(notice, job)) return;
        await clock.sleep(60_000);
        await report({ jobId: job.id, version: job.version, attempt: minute }).catch(() => undefined);
      }
      throw new Error('the channel was never told everything');
    },
  };
}

/** What the channel and the message's thread say, in a form to compare. */
function toldIn(lab: LabSlack) {
  const messages = lab.messages(CHANNEL).filter((one) => one.threadTs === undefined);
  const replies = lab.replies(CHANNEL, messages[0]?.ts ?? '');
  const text = replies.map((one) => one.text).join('\n');
  return {
    messages: messages.map((one) => one.text),
    files: replies.flatMap((one) => (one.files ?? []).map((file) => file.name)).toSorted(),
    hosts: NAMES.map((name) => text.split(`OK: ${name}`).length - 1),
    ends: text.match(/<@U0ANN> OK - Enable/g)?.length,
  };
}

/** The final state stands once, and the thread has everything once. */
const EVERYTHING_ONCE = {
  messages: ['OK - Enable vMotion stack on cluster-a (6 hosts). All 30 paths answer.'],
  files: ['heat-map.png', 'matrix.csv', 'plan.diff', 'plan.json', 'report.json'],
  hosts: NAMES.map(() => 1),
  ends: 1,
};

async function play(place: Awaited<ReturnType<typeof aPlace>>, before: () => void = () => undefined): Promise<void> {
  await place.notify();
  for (const change of STORY.slice(1)) {
    before();
    await place.moveTo(change);
    await place.notify();
  }
}

const picturesIn = (lab: LabSlack) => JSON.stringify(lab.messages(CHANNEL)[0]?.blocks).match(/"slack_file"/g) ?? [];

describe('a rollout reported to Slack', { timeout: 60_000 }, () => {
  it('is told whole: one message with its picture, and everything once in its thread', async () => {
    const place = await aPlace();
    await play(place);
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
    expect(picturesIn(place.lab)).toHaveLength(1);
    expect(place.failures).toEqual([]);
  });

  it('is told whole through a storm of 429', async () => {
    const place = await aPlace();
    await play(place, () => {
      place.lab.faults.rateLimited = 4;
      place.lab.faults.retryAfterSeconds = 30;
    });
    place.lab.faults.rateLimited = 0;
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
  });

  it('stays within the tiers that Slack counts by', async () => {
    const place = await aPlace();
    place.lab.faults.tiers = 'on';
    await play(place);
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
  });

  it('is told whole after Slack was away for the whole of it', async () => {
    const place = await aPlace();
    await place.notify();
    place.lab.faults.rateLimited = 1000;
    place.lab.faults.retryAfterSeconds = 3600;
    for (const change of STORY.slice(1)) {
      await place.moveTo(change);
      await place.notify();
    }
    expect(place.failures).toHaveLength(STORY.length - 1);
    place.lab.faults.rateLimited = 0;
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
  });

  it('is posted anew when somebody deletes the message, and goes on in the new thread', async () => {
    const place = await aPlace();
    await place.notify();
    for (const change of STORY.slice(1, 4)) {
      await place.moveTo(change);
      await place.notify();
    }
    const [old] = place.lab.messages(CHANNEL);
    place.lab.remove({ channel: CHANNEL, ts: old?.ts ?? '' });
    await place.moveTo(DONE);
    await place.notify();
    await place.settle();
    const living = place.lab.messages(CHANNEL).filter((one) => one.isTombstone !== true && one.threadTs === undefined);
    expect(living).toHaveLength(1);
    expect(living[0]?.text).toMatch(/^OK - /);
    const files = place.lab.replies(CHANNEL, living[0]?.ts ?? '').flatMap((one) => one.files ?? []);
    expect(files.map((file) => file.name).toSorted()).toEqual(['heat-map.png', 'matrix.csv', 'report.json']);
  });

  it('says each thing at most once more when an answer of Slack is lost', async () => {
    const place = await aPlace();
    await place.notify();
    place.lab.faults.answersLost = 1;
    await place.moveTo(DONE);
    await place.notify();
    await place.settle();
    const [message] = place.lab.messages(CHANNEL);
    const lines = place.lab.replies(CHANNEL, message?.ts ?? '').map((one) => one.text + (one.files?.[0]?.name ?? ''));
    expect(lines.length - new Set(lines).size).toBeLessThanOrEqual(1);
    expect(message?.text).toMatch(/^OK - /);
  });

  it('is told in the classic blocks where clients are old, each state by one call', async () => {
    const place = await aPlace();
    Object.assign(place.lab.faults, { oldClients: true, noTables: true });
    await play(place);
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
    const [message] = place.lab.messages(CHANNEL);
    const types = (message?.blocks ?? []).map((block) => (block as { type: string }).type);
    expect(types).not.toContain('alert');
    expect((await place.store.notices.find('j-7f3k9c'))?.isClassic).toBe(true);
  });

  it('is told without its files where the app may not write any', async () => {
    const place = await aPlace();
    place.lab.faults.scopes = place.lab.faults.scopes.filter((scope) => scope !== 'files:write');
    await play(place);
    await place.settle();
    const [message] = place.lab.messages(CHANNEL);
    expect(message?.text).toMatch(/^OK - /);
    const replies = place.lab.replies(CHANNEL, message?.ts ?? '');
    expect(replies.flatMap((one) => one.files ?? [])).toEqual([]);
    expect(replies.map((one) => one.text).join('\n')).toContain('<@U0ANN> OK - ');
    expect(JSON.stringify(message?.blocks)).toContain('From (rows) to (columns)');
  });

  it('uploads once more what Slack took and shared nowhere', async () => {
    const place = await aPlace();
    place.lab.faults.filesNotShared = 2;
    await play(place);
    await place.settle();
    expect(toldIn(place.lab)).toEqual(EVERYTHING_ONCE);
  });
});
