// The thread of a job's message: everything once, the state first, and nothing lost whatever Slack and the process do.
import { describe, expect, it } from 'vitest';
import { createReport } from '../../shared/app/report.ts';
import { isTold } from '../../shared/app/notice-told.ts';
import type { ReportParts } from '../../shared/app/report-show.ts';
import { PICTURE_KEY, type ThreadItem } from '../../shared/app/thread-item.ts';
import type { Job } from '../../shared/domain/job.ts';
import { OpsError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import type { Chat, NoticeRecord } from '../../shared/ports.ts';
import { createMemoryChat } from '../support/memory-chat.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { aJob } from '../slack/a-job.ts';

const JOB = 'j-7f3k9c';
const notice = { jobId: JOB, version: 1, attempt: 0 };

const reply = (key: string): ThreadItem => ({ kind: 'reply', keys: [key], text: `reply ${key}`, blocks: [] });
const file = (key: string): ThreadItem => ({
  kind: 'file',
  key,
  make: async () => ({ name: `${key}.txt`, title: key, bytes: new TextEncoder().encode(key) }),
});
const PICTURE: ThreadItem = { kind: 'picture', key: PICTURE_KEY, file: 'map' };

const slackError = (code: 'slack-rate-limited' | 'slack-unreachable' | 'slack-refused', word?: string) =>
  new OpsError(code, `Slack: ${word ?? code}`, {
    retry: code === 'slack-refused' ? 'never' : 'later',
    remedy: 'Wait.',
    fault: word,
    retryAfterMs: code === 'slack-rate-limited' ? 1000 : undefined,
  });

/** What happens before a call of the chat; `after` happens once Slack has done it. */
type Hook = ((call: keyof Chat) => void) | undefined;
type Fate = { before?: Hook; after?: Hook };

async function aReport(items: ThreadItem[] = [], job: Job = aJob({ version: 1, state: 'done' })) {
  const store = createMemoryStore();
  await store.jobs.create(job);
  const channel = createMemoryChat();
  const fate: Fate = {};
  const chat = Object.fromEntries(
    (['post', 'update', 'upload', 'fileState'] as const).map((call) => [
      call,
      async (...given: never[]) => {
        fate.before?.(call);
        const answer = await (channel[call] as (...all: never[]) => Promise<unknown>)(...given);
        fate.after?.(call);
        return answer;
      },
    ]),
  ) as unknown as Chat;
  const clock = createVirtualClock();
  const thread: { items: ThreadItem[] } = { items };
  const parts: ReportParts = {
    store,
    chat,
    clock,
    log: silentLog,
    render: (one, _seen, _now, look) => ({
      channel: one.channel,
      text: `${one.state} ${one.version}`,
      blocks: look.picture === undefined ? [{ type: 'divider' }] : [{ type: 'image', id: look.picture }],
    }),
    thread: (_job, _seen, isPosted) =>
      thread.items.filter((item) => !(item.kind === 'reply' ? item.keys : [item.key]).every(isPosted)),
  };
  const report = createReport(parts);
  let version = job.version;
  const moveTo = (state: Job['state']) => store.jobs.save({ ...job, state, version: (version += 1) });
  const row = async () => (await store.notices.find(JOB)) as NoticeRecord;
  const told = async () => isTold(await row(), (await store.jobs.find(JOB)) as Job);
  return { report: () => report(notice), parts, channel, fate, clock, thread, moveTo, row, told, store };
}

const texts = (channel: ReturnType<typeof createMemoryChat>) => channel.replies().map((one) => one.text);
const names = (channel: ReturnType<typeof createMemoryChat>) => channel.files().map((one) => one.name);

describe('a thread', () => {
  it('gets each reply and file once, under the message, however often the notice comes', async () => {
    const { report, channel, told } = await aReport([reply('a'), file('b'), reply('c')]);
    expect(await report()).toBe('shown');
    for (let again = 0; again < 3; again += 1) expect(await report()).toBe('current');
    const [parent] = channel.messages();
    expect(texts(channel)).toEqual(['reply a', 'reply c']);
    expect(names(channel)).toEqual(['b.txt']);
    expect([...channel.replies(), ...channel.files()].every((one) => one.threadTs === parent?.ts)).toBe(true);
    expect(await told()).toBe(true);
  });

  it('is none of a job that is not for the channel, or that nobody knows', async () => {
    const { report, channel, told, store } = await aReport(
      [reply('a'), file('b')],
      aJob({ version: 1, state: 'done', isQuiet: true }),
    );
    expect(await report()).toBe('quiet');
    expect(await told()).toBe(true);
    store.jobs.find = async () => undefined;
    expect(await report()).toBe('unknown-job');
    expect([...channel.messages(), ...channel.replies(), ...channel.files()]).toEqual([]);
  });

  it('shows the state first, also one that comes while there is still something to post', async () => {
    const { report, channel, fate, moveTo } = await aReport(
      [reply('a'), reply('b')],
      aJob({ version: 1, state: 'applying' }),
    );
    const order: string[] = [];
    fate.after = (call) => {
      order.push(call);
      if (order.length === 2) void moveTo('done');
    };
    await report();
    expect(order.slice(0, 4)).toEqual(['post', 'post', 'update', 'post']);
    expect(channel.messages().map((one) => one.text)).toEqual(['done 2']);
    expect(texts(channel)).toEqual(['reply a', 'reply b']);
  });

  it('is left for the next time when Slack is unreachable, while the state stands and is not repeated', async () => {
    const { report, channel, fate, told } = await aReport([reply('a'), file('b')]);
    fate.before = (call) => {
      if (call === 'upload') throw slackError('slack-unreachable');
    };
    expect(await report()).toBe('shown');
    expect(await told()).toBe(false);
    fate.before = undefined;
    expect(await report()).toBe('current');
    expect(channel.messages().map((one) => one.edits)).toEqual([0]);
    expect(texts(channel)).toEqual(['reply a']);
    expect(names(channel)).toEqual(['b.txt']);
    expect(await told()).toBe(true);
  });

  it('waits for Slack as long as it asks, and loses nothing in a storm of refusals', async () => {
    const { report, channel, fate, told } = await aReport(Array.from({ length: 12 }, (_, index) => reply(`r${index}`)));
    let calls = 0;
    fate.before = () => {
      calls += 1;
      if (calls % 3 !== 0) throw slackError('slack-rate-limited');
    };
    for (let again = 0; again < 20 && !(await told().catch(() => false)); again += 1)
      await report().catch(() => undefined);
    expect(texts(channel)).toHaveLength(12);
    expect(new Set(texts(channel)).size).toBe(12);
    expect(channel.messages()).toHaveLength(1);
  });

  it('gives up what Slack will never take, and goes on with the rest', async () => {
    const { report, channel, fate, row, told } = await aReport([file('a'), reply('b')]);
    fate.before = (call) => {
      if (call === 'upload') throw slackError('slack-refused', 'missing_scope');
    };
    await report();
    expect(texts(channel)).toEqual(['reply b']);
    expect((await row()).posted?.['a']).toMatchObject({ refused: 'missing_scope' });
    expect(await told()).toBe(true);
  });

  it('keeps what it owes while the app is not in the channel', async () => {
    const { report, fate, told, channel } = await aReport([reply('a')]);
    fate.before = (call) => {
      if (call === 'post' && channel.messages().length > 0) throw slackError('slack-refused', 'not_in_channel');
    };
    await report();
    expect(await told()).toBe(false);
    fate.before = undefined;
    await report();
    expect(texts(channel)).toEqual(['reply a']);
  });

  it('says as a sentence what Slack refuses for its layout', async () => {
    const item: ThreadItem = { kind: 'reply', keys: ['a'], text: 'in words', blocks: [{ type: 'odd' }] };
    const { report, channel, fate } = await aReport([item]);
    let posts = 0;
    fate.before = (call) => {
      if (call === 'post' && (posts += 1) === 2) throw slackError('slack-refused', 'invalid_blocks');
    };
    await report();
    expect(channel.replies()).toMatchObject([{ text: 'in words', blocks: [] }]);
  });

  it('asks once where there is no layout to leave out', async () => {
    const { report, channel, fate, row } = await aReport([reply('a'), reply('b')]);
    let posts = 0;
    fate.before = (call) => {
      if (call === 'post' && (posts += 1) === 2) throw slackError('slack-refused', 'invalid_blocks');
    };
    await report();
    expect(posts).toBe(3);
    expect(texts(channel)).toEqual(['reply b']);
    expect((await row()).posted?.['a']).toMatchObject({ refused: 'invalid_blocks' });
  });

  it('goes on without a file that can not be made, which would fail again each time', async () => {
    const broken: ThreadItem = { kind: 'file', key: 'x', make: () => Promise.reject(new Error('no font')) };
    const { report, channel, row, told } = await aReport([broken, reply('b')]);
    await report();
    expect(texts(channel)).toEqual(['reply b']);
    expect((await row()).posted?.['x']).toMatchObject({ refused: 'defect' });
    expect(await told()).toBe(true);
  });

  it('asks for a turn in its channel for each reply and file, and for a picture among all updates', async () => {
    const asked: (string | undefined)[] = [];
    const { channel, store, parts } = await aReport([file('map'), reply('b'), PICTURE]);
    const report = createReport({ ...parts, pace: async (call) => asked.push(call.channel) > 0 });
    await report(notice);
    const own = (await store.jobs.find(JOB))?.channel;
    // The message itself, the file, the reply; at last the picture.
    expect(asked).toEqual([own, own, own, undefined]);
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'image' }] }]);
  });

  it('goes on under a new message when the old one was deleted, and says nothing twice', async () => {
    const { report, channel, thread, moveTo, told } = await aReport([reply('a'), file('b')]);
    await report();
    channel.remove(channel.messages()[0]?.ts ?? '');
    await moveTo('done');
    thread.items = [reply('a'), file('b'), reply('c')];
    await report();
    const [now, ...others] = channel.messages();
    expect(others).toEqual([]);
    expect(texts(channel).filter((text) => text === 'reply a')).toHaveLength(1);
    expect(names(channel)).toEqual(['b.txt']);
    expect(channel.replies(now?.ts).map((one) => one.text)).toEqual(['reply c']);
    expect(await told()).toBe(true);
  });

  it('finds a deleted message by its thread, posts it anew once and replies there', async () => {
    const { report, channel, thread, moveTo, fate } = await aReport(
      [reply('a')],
      aJob({ version: 1, state: 'applying' }),
    );
    await report();
    await moveTo('done');
    thread.items = [reply('a'), reply('b'), reply('c')];
    // Somebody deletes it right after the last update.
    fate.after = (call) => {
      if (call !== 'update') return;
      fate.after = undefined;
      channel.remove(channel.messages()[0]?.ts ?? '');
    };
    await report();
    const [now, ...others] = channel.messages();
    expect(others).toEqual([]);
    expect(now?.text).toBe('done 2');
    expect(channel.replies(now?.ts).map((one) => one.text)).toEqual(['reply b', 'reply c']);
  });
});

describe('a crash', () => {
  it('repeats one reply at most, and loses none, wherever it comes', async () => {
    const items = [reply('a'), file('b'), reply('c'), file('d')];
    for (let at = 1; at <= 12; at += 1) {
      const { report, channel, fate, told, store } = await aReport(items);
      let calls = 0;
      const { put } = store.notices;
      let isDead = false;
      const die = () => {
        calls += 1;
        if (calls === at) isDead = true;
        if (isDead) throw new Error('the process is gone');
      };
      fate.before = die;
      store.notices.put = async (record) => {
        die();
        return put(record);
      };
      await report().catch(() => undefined);
      isDead = false;
      fate.before = undefined;
      store.notices.put = put;
      await report();
      await report();
      expect(await told()).toBe(true);
      expect(new Set(texts(channel))).toEqual(new Set(['reply a', 'reply c']));
      expect(new Set(names(channel))).toEqual(new Set(['b.txt', 'd.txt']));
      const extra = channel.messages().length - 1 + texts(channel).length - 2 + names(channel).length - 2;
      expect(extra).toBeLessThanOrEqual(1);
    }
  });
});

describe('a picture', () => {
  const items = [file('map'), PICTURE];

  it('comes after everything that there is to say, which does not wait for its file', async () => {
    const { report, channel, fate } = await aReport([...items, reply('z')]);
    channel.fileStates.push('pending', 'pending');
    const order: string[] = [];
    fate.after = (call) => order.push(call);
    await report();
    expect(order).toEqual(['post', 'upload', 'post', 'fileState', 'fileState', 'fileState', 'update']);
  });

  it('stands in the message once Slack has it, and stays there', async () => {
    const { report, channel, moveTo, told } = await aReport(items);
    channel.fileStates.push('pending', 'pending');
    await report();
    expect(channel.messages()).toMatchObject([{ text: 'done 1', blocks: [{ type: 'image', id: 'F0001' }] }]);
    expect(await told()).toBe(true);
    await moveTo('done');
    await report();
    expect(channel.messages()).toMatchObject([{ text: 'done 2', blocks: [{ type: 'image' }] }]);
    expect(names(channel)).toHaveLength(1);
  });

  it('is waited for no longer than one run may take, and comes with a later one', async () => {
    const { report, channel, clock, told } = await aReport(items);
    channel.fileStates.push(...Array.from({ length: 40 }, () => 'pending' as const));
    const before = clock.now().getTime();
    await report();
    expect(clock.now().getTime() - before).toBeLessThan(30_000);
    expect(await told()).toBe(false);
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'divider' }] }]);
    channel.fileStates.length = 0;
    await report();
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'image' }] }]);
  });

  it('is given up after ten minutes: the text of the matrix stays', async () => {
    const { report, channel, clock, told, row } = await aReport(items);
    channel.fileStates.push(...Array.from({ length: 400 }, () => 'pending' as const));
    for (let minute = 0; minute < 12; minute += 1) {
      await report();
      await clock.sleep(60_000);
    }
    expect((await row()).posted?.[PICTURE_KEY]).toMatchObject({ refused: 'not_ready' });
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'divider' }] }]);
    expect(await told()).toBe(true);
  });

  it('that Slack refuses to show leaves the message as it is, with its style', async () => {
    const { report, channel, fate, row, told } = await aReport(items);
    fate.before = (call) => {
      if (call === 'update') fate.before = undefined;
      if (call === 'update') throw slackError('slack-refused', 'invalid_blocks');
    };
    await report();
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'divider' }] }]);
    expect((await row()).isClassic).toBeUndefined();
    expect((await row()).posted?.[PICTURE_KEY]).toMatchObject({ refused: 'invalid_blocks' });
    expect(await told()).toBe(true);
  });

  it('that Slack took and shared nowhere is uploaded once more, and no third time', async () => {
    const { report, channel, told } = await aReport(items);
    channel.fileStates.push('unshared', 'ready');
    await report();
    expect(names(channel)).toEqual(['map.txt', 'map.txt']);
    expect(channel.messages()).toMatchObject([{ blocks: [{ type: 'image', id: 'F0002' }] }]);
    expect(await told()).toBe(true);

    const other = await aReport(items);
    other.channel.fileStates.push('unshared', 'unshared');
    await other.report();
    expect(names(other.channel)).toHaveLength(2);
    expect(await other.told()).toBe(true);
  });
});

describe('the style of a message', () => {
  it('becomes the classic one when Slack refuses the richer blocks, and is not tried again', async () => {
    const styles: string[] = [];
    const job = aJob({ version: 1, state: 'applying' });
    const store = createMemoryStore();
    await store.jobs.create(job);
    const channel = createMemoryChat();
    const refuse = (message: { text: string }) => {
      if (message.text.startsWith('rich')) throw slackError('slack-refused', 'invalid_blocks');
    };
    const chat: Chat = {
      ...channel,
      post: async (message) => {
        refuse(message);
        return channel.post(message);
      },
      update: async (ts, message) => {
        refuse(message);
        return channel.update(ts, message);
      },
    };
    const report = createReport({
      store,
      chat,
      clock: createVirtualClock(),
      log: silentLog,
      render: (one, _seen, _now, { style }) => {
        styles.push(style);
        return { channel: one.channel, text: `${style} ${one.version}`, blocks: [{ type: 'divider' }] };
      },
    });
    await report(notice);
    await store.jobs.save({ ...job, version: 2, state: 'done' });
    await report(notice);
    expect(styles).toEqual(['rich', 'classic', 'classic']);
    expect(channel.messages()).toMatchObject([{ text: 'classic 2' }]);
  });
});

it('posts nothing of a quiet job, owes nothing for it, and shows it once it has something to say', async () => {
  const job = aJob({ version: 1, state: 'applying', isQuiet: true });
  const { report, channel, told, store } = await aReport([reply('a')], job);
  expect(await report()).toBe('quiet');
  expect(await report()).toBe('quiet');
  expect(channel.messages()).toEqual([]);
  expect(await told()).toBe(true);
  await store.jobs.save({ ...job, version: 2, state: 'done', isQuiet: undefined });
  expect(await report()).toBe('shown');
  expect(channel.messages()).toMatchObject([{ text: 'done 2' }]);
  expect(texts(channel)).toEqual(['reply a']);
  expect(await told()).toBe(true);
});
