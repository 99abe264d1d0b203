import { expect, it } from 'vitest';
import { isTold } from '../../shared/app/notice-told.ts';
import type { PacedCall } from '../../shared/app/pace.ts';
import { createReport, UPDATE_INTERVAL_MS } from '../../shared/app/report.ts';
import { createReadSeen } from '../../shared/app/report-show.ts';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import { createJsonLog, silentLog } from '../../shared/log.ts';
import type { Chat, ChatMessage } from '../../shared/ports.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { aJob } from '../slack/a-job.ts';

const notice = (version: number) => ({ jobId: 'j-7f3k9c', version, attempt: 0 });

const anyMessage: ChatMessage = { channel: 'C1', text: 'it', blocks: [] };
const never: (message: ChatMessage) => OpsError | false = () => false;

/** A channel in memory: what stands in it, and how often it was written. */
function aChannel() {
  const messages = new Map<string, ChatMessage>();
  const channel = { messages, writes: 0, refuses: never };
  const write = (ts: string, message: ChatMessage) => {
    const refusal = channel.refuses(message);
    if (refusal !== false) throw refusal;
    channel.writes += 1;
    messages.set(ts, message);
  };
  const chat: Chat = {
    async post(message) {
      const ts = `${messages.size + channel.writes + 1}.0`;
      write(ts, message);
      return { ts };
    },
    async update(ts, message) {
      if (!messages.has(ts)) return { kind: 'gone' };
      write(ts, message);
      return { kind: 'updated' };
    },
    upload: async () => ({ fileId: 'F1' }),
    fileState: async () => 'ready',
  };
  return { channel, chat, texts: () => [...messages.values()].map((message) => message.text) };
}

async function aReport(job: Job = aJob({ version: 1, state: 'queued' })) {
  const store = createMemoryStore();
  await store.jobs.create(job);
  const { channel, chat, texts } = aChannel();
  let ms = Date.parse('2026-11-21T10:00:00.000Z');
  const clock = {
    now: () => new Date(ms),
    elapsedMs: () => 0,
    async sleep(sleepMs: number) {
      ms += sleepMs;
      await clock.onSleep();
    },
    onSleep: async () => undefined as void,
    pass: (passMs: number) => (ms += passMs),
  };
  const render = (one: Job) => ({
    channel: one.channel,
    text: `${one.state} ${one.version}`,
    blocks: [{ type: 'divider' }],
  });
  const report = createReport({ store, chat, clock, log: silentLog, render });
  let version = job.version;
  const moveTo = (state: Job['state']) => store.jobs.save({ ...job, state, version: (version += 1) });
  return { report, store, channel, chat, texts, clock, moveTo };
}

it('posts the job once and updates that message from then on', async () => {
  const { report, texts, moveTo, channel } = await aReport();
  expect(await report(notice(1))).toBe('shown');
  await moveTo('planning');
  expect(await report(notice(2))).toBe('shown');
  expect(texts()).toEqual(['planning 2']);
  expect(channel.writes).toBe(2);
});

it('shows what the row says now, whatever version the message was sent for', async () => {
  const { report, texts, moveTo } = await aReport();
  await moveTo('planning');
  await moveTo('awaiting-approval');
  await report(notice(2));
  expect(texts()).toEqual(['awaiting-approval 3']);
});

it('writes nothing for a second copy, a late one, or one that the last update covered', async () => {
  const { report, channel, moveTo } = await aReport();
  await moveTo('planning');
  await report(notice(2));
  expect(await report(notice(2))).toBe('current');
  expect(await report(notice(1))).toBe('current');
  expect(channel.writes).toBe(1);
});

it('waits until two seconds have passed since the last update, and then shows the newest state', async () => {
  const { report, texts, clock, moveTo, channel, store } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  clock.onSleep = async () => {
    clock.onSleep = async () => undefined;
    await moveTo('done');
  };
  await report(notice(2));
  expect(texts()).toEqual(['done 3']);
  expect(channel.writes).toBe(2);
  const [first, second] = ['2026-11-21T10:00:00.000Z', (await store.notices.find('j-7f3k9c'))?.shownAt ?? ''];
  expect(Date.parse(second) - Date.parse(first)).toBe(UPDATE_INTERVAL_MS);
  expect(await report(notice(3))).toBe('current');
});

it('does not wait when the last update is long ago', async () => {
  const { report, clock, moveTo } = await aReport();
  await report(notice(1));
  clock.pass(60_000);
  await moveTo('done');
  const before = clock.now();
  await report(notice(2));
  expect(clock.now()).toEqual(before);
});

it('posts again when somebody has deleted the message', async () => {
  const { report, texts, channel, moveTo, store } = await aReport();
  await report(notice(1));
  channel.messages.clear();
  await moveTo('done');
  await report(notice(2));
  expect(texts()).toEqual(['done 2']);
  expect([...channel.messages.keys()]).toEqual([(await store.notices.find('j-7f3k9c'))?.ts]);
});

it('loses nothing when Slack refuses for a while: the same message comes again and is shown', async () => {
  const { report, texts, channel } = await aReport();
  channel.refuses = () =>
    new OpsError('slack-rate-limited', 'Slack asks to wait 1 s.', { retry: 'later', remedy: 'Wait.' });
  await expect(report(notice(1))).rejects.toThrow('Slack asks to wait');
  channel.refuses = never;
  expect(await report(notice(1))).toBe('shown');
  expect(texts()).toEqual(['queued 1']);
});

it('keeps updating the message where it was posted when the cluster has moved to another channel', async () => {
  const { report, store, channel } = await aReport();
  await report(notice(1));
  const job = aJob({ version: 2, channel: 'C0NEW' });
  await store.jobs.save(job);
  await report(notice(2));
  expect([...channel.messages.values()].map((message) => message.channel)).toEqual(['C0VSPHERE']);
  expect((await store.notices.find('j-7f3k9c'))?.channel).toBe('C0VSPHERE');
});

it('shows the sentence alone when Slack refuses the layout', async () => {
  const { report, store, channel } = await aReport();
  const refusal = { retry: 'never', remedy: 'Correct it.', fault: 'msg_blocks_too_long' } as const;
  channel.refuses = ({ blocks }) => blocks.length > 0 && new OpsError('slack-refused', 'Too long.', refusal);
  await report(notice(1));
  expect([...channel.messages.values()]).toEqual([{ channel: 'C0VSPHERE', text: 'queued 1', blocks: [] }]);
  expect((await store.notices.find('j-7f3k9c'))?.shownVersion).toBe(1);
});

it('has nothing to show for a job that nobody knows', async () => {
  const { report, channel } = await aReport();
  expect(await report({ jobId: 'j-none', version: 1, attempt: 0 })).toBe('unknown-job');
  expect(channel.writes).toBe(0);
});

it('shows the newest state again where it stood still while another notifier was faster', async () => {
  const { store, report, chat, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  const { update } = chat;
  let isFirst = true;
  chat.update = async (ts, message) => {
    if (isFirst) {
      isFirst = false;
      // It has rendered the older state, and sleeps: meanwhile the job ends, and another one shows that.
      await moveTo('done');
      await report(notice(3));
    }
    return update(ts, message);
  };
  await report(notice(2));
  expect(texts()).toEqual(['done 3']);
  expect(await store.notices.find('j-7f3k9c')).toMatchObject({ shownVersion: 3 });
});

it('owes the newest state where it overwrote it and Slack then takes no update that puts it right', async () => {
  const { store, report, chat, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  const { update } = chat;
  let calls = 0;
  chat.update = async (ts, message) => {
    calls += 1;
    if (calls === 1) {
      await moveTo('done');
      await report(notice(3));
    }
    // The second call is the other notifier's; the third would put the older state right.
    if (calls === 3) throw new OpsError('slack-unreachable', 'Slack is away.', { retry: 'later', remedy: 'Wait.' });
    return update(ts, message);
  };
  await expect(report(notice(2))).rejects.toThrow('Slack is away');
  expect(texts()).toEqual(['planning 2']);
  expect(await store.notices.find('j-7f3k9c')).toMatchObject({ shownVersion: 2 });
  expect(await report(notice(2))).toBe('shown');
  expect(texts()).toEqual(['done 3']);
});

it('owes the newest state where it overwrote it and never heard of that', async () => {
  const { store, report, chat, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  const { update } = chat;
  let isFirst = true;
  chat.update = async (ts, message) => {
    if (!isFirst) return update(ts, message);
    isFirst = false;
    await moveTo('done');
    await report(notice(3));
    await update(ts, message);
    throw new OpsError('slack-unreachable', 'The answer is lost.', { retry: 'later', remedy: 'Wait.' });
  };
  await expect(report(notice(2))).rejects.toThrow('The answer is lost');
  expect(texts()).toEqual(['planning 2']);
  expect(await store.notices.find('j-7f3k9c')).toMatchObject({ shownVersion: 2 });
  expect(await report(notice(3))).toBe('shown');
  expect(texts()).toEqual(['done 3']);
});

it('shows the newest state again, however often another notifier was faster meanwhile', async () => {
  const { store, report, chat, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  const { update } = chat;
  const overtaking: Job['state'][] = ['awaiting-approval', 'approved', 'done'];
  chat.update = async (ts, message) => {
    const state = overtaking.shift();
    if (state !== undefined) {
      const rest = overtaking.splice(0);
      await moveTo(state);
      await report(notice(0));
      overtaking.push(...rest);
    }
    return update(ts, message);
  };
  await report(notice(2));
  expect(texts()).toEqual(['done 5']);
  expect(await store.notices.find('j-7f3k9c')).toMatchObject({ shownVersion: 5 });
});

it('never gives Slack a state that another notifier has passed while this one was reading', async () => {
  const { store, report, chat, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  const given: string[] = [];
  const { update } = chat;
  chat.update = async (ts, message) => {
    given.push(message.text);
    return update(ts, message);
  };
  const { list } = store.records;
  store.records.list = async (jobId) => {
    store.records.list = list;
    const read = await list(jobId);
    await moveTo('done');
    await report(notice(3));
    return read;
  };
  await report(notice(2));
  // The second time because it can't know that the other one has shown just that.
  expect(given).toEqual(['done 3', 'done 3']);
  expect(texts()).toEqual(['done 3']);
});

it.each([true, false])(
  'written over by one that came too late, and failed then (%s): an end that was told is looked after once more',
  async (isFailing) => {
    const { report, store, chat, texts, moveTo } = await aReport();
    await report(notice(1));
    await moveTo('planning');
    const { update } = chat;
    chat.update = async (ts, message) => {
      chat.update = async (...again) => {
        if (isFailing) throw new Error('Slack is away');
        return update(...again);
      };
      const late = chat.update;
      chat.update = update;
      await moveTo('done');
      await report(notice(3));
      const job = (await store.jobs.find('j-7f3k9c')) as Job;
      await store.jobs.save({ ...job, settledAt: '2026-11-21T10:01:00.000Z', version: job.version + 1 });
      chat.update = late;
      return update(ts, message);
    };
    const reporting = report(notice(2));
    if (isFailing) await expect(reporting).rejects.toThrow('Slack is away');
    else await reporting;
    expect(texts()).toEqual([isFailing ? 'planning 2' : 'done 4']);
    const settled = (await store.jobs.find('j-7f3k9c'))?.settledAt;
    expect(settled === undefined).toBe(isFailing);
    expect((await store.jobs.listOpen()).length).toBe(isFailing ? 1 : 0);
  },
);

it('keeps a job that is not for the channel out of it, and owes nothing', async () => {
  const job = aJob({ version: 1, state: 'done', isQuiet: true });
  const { channel, store, chat, clock } = await aReport(job);
  const asked: PacedCall[] = [];
  const pace = async (call: PacedCall) => asked.push(call) > 0;
  const report = createReport({ store, chat, clock, log: silentLog, render: () => anyMessage, pace });
  expect(await report(notice(1))).toBe('quiet');
  expect(await report(notice(1))).toBe('quiet');
  expect({ writes: channel.writes, asked }).toEqual({ writes: 0, asked: [] });
  expect(isTold(await store.notices.find(job.id), job)).toBe(true);
});

it('posts a job that was quiet once it is for the channel, and then updates that message', async () => {
  const job = aJob({ version: 1, state: 'queued', isQuiet: true });
  const { store, texts, chat, clock } = await aReport(job);
  const asked: PacedCall[] = [];
  const pace = async (call: PacedCall) => asked.push(call) > 0;
  const render = (one: Job) => ({ channel: one.channel, text: `${one.state} ${one.version}`, blocks: [] });
  const report = createReport({ store, chat, clock, log: silentLog, render, pace });
  await report(notice(1));
  await store.jobs.save({ ...job, isQuiet: undefined, state: 'planning', version: 2 });
  expect(await report(notice(2))).toBe('shown');
  expect(asked).toEqual([{ channel: job.channel }]);
  await store.jobs.save({ ...job, isQuiet: undefined, state: 'done', version: 3 });
  expect(await report(notice(3))).toBe('shown');
  expect(texts()).toEqual(['done 3']);
});

it('shows nothing of a job that turns out not to be for the channel while its update waits', async () => {
  const { report, store, clock, channel, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('planning');
  clock.onSleep = async () => {
    const job = (await store.jobs.find('j-7f3k9c')) as Job;
    await store.jobs.save({ ...job, isQuiet: true, version: job.version + 1 });
    clock.onSleep = async () => undefined;
  };
  expect(await report(notice(2))).toBe('quiet');
  expect(channel.writes).toBe(1);
});

it('asks for its turn in the channel before it posts, and among all updates from then on', async () => {
  const { store, chat, clock, moveTo } = await aReport();
  const asked: PacedCall[] = [];
  const pace = async (call: PacedCall) => asked.push(call) > 0;
  const render = (one: Job) => ({ channel: one.channel, text: one.state, blocks: [] });
  const report = createReport({ store, chat, clock, log: silentLog, render, pace });
  await report(notice(1));
  await moveTo('planning');
  await report(notice(2));
  await report(notice(2));
  expect(asked).toEqual([{ channel: aJob().channel }, {}]);
});

it('has shown the state though the thread fails, and reads no records for what is shown already', async () => {
  const { store, chat, clock } = await aReport();
  const lines: string[] = [];
  const log = createJsonLog((line) => lines.push(line));
  const render = (one: Job) => ({ channel: one.channel, text: one.state, blocks: [] });
  const thread = () => {
    throw new Error('it can not be drawn');
  };
  const report = createReport({ store, chat, clock, log, render, thread });
  expect(await report(notice(1))).toBe('shown');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['notice-shown', 'thread-failed']);
  expect(await report({ jobId: 'j-none', version: 1, attempt: 0 })).toBe('unknown-job');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['notice-shown', 'thread-failed', 'notice-without-job']);
});

it('reads the records once for a version, and the cells only of a job that has a matrix', async () => {
  const { store } = await aReport();
  const reads: string[] = [];
  const spied: Pick<typeof store, 'records' | 'matrix'> = {
    records: { ...store.records, list: async (id) => (reads.push('records'), store.records.list(id)) },
    matrix: { ...store.matrix, list: async (id) => (reads.push('cells'), store.matrix.list(id)) },
  };
  const readSeen = createReadSeen({ store: { ...store, ...spied } });
  const job = aJob({ version: 1 });
  expect(await readSeen(job)).toEqual({ records: [], cells: [] });
  await readSeen(job);
  expect(reads).toEqual(['records']);
  const matrix = { pairs: 1, ok: 1, failed: 0, unexpected: 0, verdict: [], failures: [] };
  await readSeen({ ...job, version: 2, matrix });
  expect(reads).toEqual(['records', 'records', 'cells']);
});
