import { describe, expect, it } from 'vitest';
import type { PacedCall } from '../../shared/app/pace.ts';
import { createReportCard, type CardRenderers } from '../../shared/app/report-card.ts';
import type { AlarmCard } from '../../shared/domain/card.ts';
import { createJsonLog, silentLog } from '../../shared/log.ts';
import { OpsError } from '../../shared/errors.ts';
import { aHostSummary, aJob, aRecord } from '../slack/a-job.ts';
import { aCard } from '../support/a-card.ts';
import { createMemoryChat } from '../support/memory-chat.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

const ID = 'a-0123456789';
const OTHER = 'C0OTHER';
const notice = (version: number) => ({ card: ID, version, attempt: 0 });

const render: CardRenderers = {
  card: ({ channel, summary, version }) => ({ channel, text: `${summary} ${version}`, blocks: [] }),
  copy: ({ summary, version }, channel) => ({ channel, text: `copy ${summary} ${version}`, blocks: [] }),
  entries: (entries) => entries.map(({ text }) => ({ text, isBroadcast: false })),
};

async function aReport() {
  const store = createMemoryStore();
  const chat = createMemoryChat();
  const clock = createVirtualClock();
  const report = createReportCard({ store, chat, clock, log: createJsonLog(() => undefined), render });
  await store.cards.create(aCard({ summary: 'first' }));
  return {
    store,
    chat,
    clock,
    report,
    texts: () => chat.messages().map(({ text }) => text),
    /** The card's next version, with a line of its story. */
    async moveTo(summary: string): Promise<void> {
      const card: AlarmCard = (await store.cards.find(ID)) ?? aCard();
      const version = card.version + 1;
      const history = [...card.history, { seq: version, at: card.lastSeenAt, kind: 'raised' as const, text: summary }];
      await store.cards.save({ ...card, version, summary, history });
    },
  };
}

it('shows the newest state again where it stood still while another notifier was faster', async () => {
  const { store, chat, report, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('worse');
  const { update } = chat;
  let isFirst = true;
  chat.update = async (ts, message) => {
    if (isFirst) {
      isFirst = false;
      // It has rendered the older state, and sleeps: meanwhile the card is resolved, and another one shows that.
      await moveTo('resolved');
      await report(notice(3));
    }
    return update(ts, message);
  };
  await report(notice(2));
  expect(texts()).toEqual(['resolved 3']);
  expect(await store.cards.findShown(ID)).toMatchObject({ shownVersion: 3, shownSeq: 3 });
  expect(chat.replies().map(({ text }) => text)).toEqual(['worse', 'resolved']);
});

it('owes the newest state where it overwrote it and Slack then takes no update that puts it right', async () => {
  const { store, chat, report, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('worse');
  const { update } = chat;
  let calls = 0;
  chat.update = async (ts, message) => {
    calls += 1;
    if (calls === 1) {
      await moveTo('resolved');
      await report(notice(3));
    }
    if (calls === 3) throw slackError('slack-unreachable');
    return update(ts, message);
  };
  await expect(report(notice(2))).rejects.toThrow('slack-unreachable');
  expect(texts()).toEqual(['worse 2']);
  expect(await store.cards.findShown(ID)).toMatchObject({ shownVersion: 2 });
  expect(await report(notice(2))).toBe('shown');
  expect(texts()).toEqual(['resolved 3']);
});

it('owes the newest state where it overwrote it and never heard of that', async () => {
  const { chat, report, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('worse');
  const { update } = chat;
  let isFirst = true;
  chat.update = async (ts, message) => {
    if (!isFirst) return update(ts, message);
    isFirst = false;
    await moveTo('resolved');
    await report(notice(3));
    await update(ts, message);
    throw slackError('slack-unreachable');
  };
  await expect(report(notice(2))).rejects.toThrow('slack-unreachable');
  expect(texts()).toEqual(['worse 2']);
  expect(await report(notice(3))).toBe('shown');
  expect(texts()).toEqual(['resolved 3']);
});

it('keeps what another notifier has shown while it told those who have subscribed', async () => {
  const { store, chat, report, texts, moveTo } = await aReport();
  await store.subscriptions.put({ cluster: 'cluster-a', channel: OTHER, topics: ['alarms'], by: 'U1', at: '' });
  await report(notice(1));
  await moveTo('worse');
  const { update } = chat;
  let isFirst = true;
  chat.update = async (ts, message) => {
    if (isFirst && message.channel === OTHER) {
      isFirst = false;
      await moveTo('resolved');
      await report(notice(3));
    }
    return update(ts, message);
  };
  await report(notice(2));
  expect(texts()).toEqual(['resolved 3', 'copy resolved 3']);
  expect(await store.cards.findShown(ID)).toMatchObject({ shownVersion: 3, shownSeq: 3 });
});

it('asks Slack for nothing where a message comes late, and the card is over and settled', async () => {
  const { store, chat, report, moveTo } = await aReport();
  await moveTo('resolved');
  await report(notice(1));
  const card = await store.cards.find(ID);
  if (card === undefined) throw new Error('no card');
  await store.cards.save({ ...card, isSettled: true, version: 3 });
  expect(await report(notice(2))).toBe('current');
  expect(chat.messages()).toMatchObject([{ text: 'resolved 2', edits: 0 }]);
  await store.cards.save({ ...card, summary: 'raised again', version: 4 });
  expect(await report(notice(4))).toBe('shown');
});

it('posts a new card once where the table refuses to name those who have subscribed', async () => {
  const { store, report, texts } = await aReport();
  const { list } = store.subscriptions;
  store.subscriptions.list = () => Promise.reject(new Error('the table is throttled'));
  await expect(report(notice(1))).rejects.toThrow('throttled');
  store.subscriptions.list = list;
  expect(await report(notice(1))).toBe('shown');
  expect(texts()).toEqual(['first 1']);
});

it('asks Slack for no older state after it stood still while another notifier was faster', async () => {
  const { store, chat, report, texts, moveTo } = await aReport();
  await report(notice(1));
  await moveTo('worse');
  const { list } = store.subscriptions;
  let isFirst = true;
  store.subscriptions.list = async (cluster) => {
    if (isFirst) {
      isFirst = false;
      await moveTo('resolved');
      await report(notice(3));
      // One that dies now has left nothing older in the channel.
      expect(texts()).toEqual(['resolved 3']);
    }
    return list(cluster);
  };
  const { update } = chat;
  const asked: string[] = [];
  chat.update = (ts, message) => {
    asked.push(message.text);
    return update(ts, message);
  };
  await report(notice(2));
  expect(asked).not.toContain('worse 2');
  expect(texts()).toEqual(['resolved 3']);
});

it('counts its own writes, so that the next state is shown at once', async () => {
  const { store, report, texts, moveTo } = await aReport();
  await store.subscriptions.put({ cluster: 'cluster-a', channel: OTHER, topics: ['alarms'], by: 'U1', at: '' });
  for (const version of [1, 2, 3]) {
    expect(await report(notice(version))).toBe('shown');
    await moveTo(`state ${version + 1}`);
  }
  expect(texts()).toEqual(['state 3 3', 'copy state 3 3']);
  expect(await store.cards.findShown(ID)).toMatchObject({ shownVersion: 3, seq: 6 });
});

const slackError = (code: 'slack-refused' | 'slack-rate-limited' | 'slack-unreachable', fault?: string) =>
  new OpsError(code, `Slack: ${fault ?? code}`, {
    retry: code === 'slack-refused' ? 'never' : 'later',
    remedy: 'none',
    fault,
    retryAfterMs: code === 'slack-rate-limited' ? 1000 : undefined,
  });

/** Two channels have subscribed; the first of them is the one that fails. */
async function withTwoSubscribers() {
  const place = await aReport();
  for (const channel of ['C0FIRST', 'C0SECOND']) {
    await place.store.subscriptions.put({ cluster: 'cluster-a', channel, topics: ['alarms'], by: 'U1', at: '' });
  }
  const { post } = place.chat;
  const failing = (error: OpsError | undefined) => {
    place.chat.post = async (message) => {
      if (error !== undefined && message.channel === 'C0FIRST') throw error;
      return post(message);
    };
  };
  const said = (channel: string) =>
    place.chat
      .messages()
      .filter((message) => message.channel === channel)
      .map(({ text }) => text);
  return { ...place, failing, said };
}

it('tells every other channel where one that has subscribed takes nothing any more, each in one message', async () => {
  const { report, moveTo, failing, said } = await withTwoSubscribers();
  failing(slackError('slack-refused', 'is_archived'));
  expect(await report(notice(1))).toBe('shown');
  await moveTo('worse');
  expect(await report(notice(2))).toBe('shown');
  expect(said('C0SECOND')).toEqual(['copy worse 2']);
});

it('owes its newest state to a channel that Slack could not reach, and posts it once where it was taken', async () => {
  const { store, report, failing, said, texts } = await withTwoSubscribers();
  failing(slackError('slack-unreachable'));
  await expect(report(notice(1))).rejects.toThrow('slack-unreachable');
  expect((await store.cards.findShown(ID))?.shownVersion).toBeLessThan(1);
  failing(undefined);
  expect(await report(notice(1))).toBe('shown');
  expect(said('C0FIRST')).toEqual(['copy first 1']);
  expect(said('C0SECOND')).toEqual(['copy first 1']);
  expect(texts()).toHaveLength(3);
  expect(await report(notice(1))).toBe('current');
});

it('waits as long as Slack asks before a line of its thread or a copy', async () => {
  const { chat, report, moveTo, said } = await withTwoSubscribers();
  await report(notice(1));
  await moveTo('worse');
  const { post, update } = chat;
  const asked = new Set<string>();
  const once = <T>(key: string, call: () => Promise<T>): Promise<T> => {
    if (asked.has(key)) return call();
    asked.add(key);
    throw slackError('slack-rate-limited');
  };
  chat.post = async (message) => once(`post ${message.channel}`, () => post(message));
  chat.update = async (ts, message) =>
    message.channel === 'C0VSPHERE'
      ? update(ts, message)
      : once(`update ${message.channel}`, () => update(ts, message));
  expect(await report(notice(2))).toBe('shown');
  expect(chat.replies().map(({ text }) => text)).toEqual(['worse']);
  expect([said('C0FIRST'), said('C0SECOND')]).toEqual([['copy worse 2'], ['copy worse 2']]);
});

it.each(['invalid_blocks', 'msg_blocks_too_long'])(
  'says the sentence alone where Slack refuses its layout as %s',
  async (word) => {
    const { chat, store, clock } = await aReport();
    const { post } = chat;
    chat.post = async (message) => {
      if (message.blocks.length > 0) throw slackError('slack-refused', word);
      return post(message);
    };
    const withBlocks: CardRenderers = {
      ...render,
      card: (card) => ({ channel: card.channel, text: 'it', blocks: [{}] }),
    };
    const log = createJsonLog(() => undefined);
    const report = createReportCard({ store, chat, clock, log, render: withBlocks });
    expect(await report(notice(1))).toBe('shown');
    expect(chat.messages().map(({ text }) => text)).toEqual(['it']);
  },
);

it('has nothing to show for a card that nobody knows', async () => {
  const { report, chat } = await aReport();
  expect(await report({ card: 'a-9999999999', version: 1, attempt: 0 })).toBe('unknown-card');
  expect(chat.messages()).toEqual([]);
});

describe('a card that takes its turn', () => {
  async function withPace(mayGo: boolean) {
    const place = await aReport();
    const { store, chat, clock } = place;
    const asked: PacedCall[] = [];
    const pace = async (call: PacedCall) => {
      asked.push(call);
      return mayGo;
    };
    return { ...place, asked, report: createReportCard({ store, chat, clock, log: silentLog, render, pace }) };
  }

  it('asks for one in its channel while it is new, and for one of all updates from then on', async () => {
    const { report, moveTo, asked, store } = await withPace(true);
    await report(notice(1));
    await moveTo('worse');
    await report(notice(2));
    await report(notice(2));
    const channel = (await store.cards.find(ID))?.channel;
    expect(asked).toEqual([
      { channel, canWait: true },
      { channel: undefined, canWait: true },
    ]);
  });

  it('is left to the clock where none comes in time, and nothing of it is told', async () => {
    const { report, chat, store } = await withPace(false);
    expect(await report(notice(1))).toBe('later');
    expect(chat.messages()).toEqual([]);
    expect(await store.cards.findShown(ID)).toBeUndefined();
  });

  it('shows what came while it waited', async () => {
    const { store, chat, clock, moveTo, texts } = await aReport();
    const pace = async () => {
      await moveTo('resolved');
      return true;
    };
    const report = createReportCard({ store, chat, clock, log: silentLog, render, pace });
    await report(notice(1));
    expect(texts()).toEqual(['resolved 2']);
  });
});

it('shows the job that the card has started, with what it did to each host', async () => {
  const { store, chat, clock } = await aReport();
  const job = aJob({ state: 'done' });
  await store.jobs.create(job);
  await store.records.put(aRecord(aHostSummary(0)));
  const card = (await store.cards.find(ID)) as AlarmCard;
  await store.cards.save({ ...card, version: 2, job: { id: job.id, kind: 'repair' } as AlarmCard['job'] });
  const seen: unknown[] = [];
  const spy: CardRenderers = {
    ...render,
    card: (one, its, _now, records) => {
      seen.push(its?.id, records?.length);
      return { channel: one.channel, text: 'it', blocks: [] };
    },
  };
  await createReportCard({ store, chat, clock, log: silentLog, render: spy })(notice(2));
  expect(seen).toEqual([job.id, 1]);
});

describe('a message that somebody has deleted', () => {
  it('is posted anew with the card’s next state, and its thread begins there', async () => {
    const { chat, report, texts, moveTo } = await aReport();
    await report(notice(1));
    const [first] = chat.messages();
    chat.remove(first?.ts ?? '');
    await moveTo('worse');
    await report(notice(2));
    await moveTo('resolved');
    await report(notice(3));
    expect(texts()).toEqual(['resolved 3']);
    expect(chat.replies().map(({ text }) => text)).toEqual(['resolved']);
  });

  it('in a channel that has subscribed is posted there anew', async () => {
    const { store, chat, report, moveTo } = await aReport();
    await store.subscriptions.put({ cluster: 'cluster-a', channel: OTHER, topics: ['alarms'], by: 'U1', at: '' });
    await report(notice(1));
    const copy = chat.messages().find(({ channel }) => channel === OTHER);
    chat.remove(copy?.ts ?? '');
    await moveTo('worse');
    await report(notice(2));
    await moveTo('resolved');
    await report(notice(3));
    expect(chat.messages().filter(({ channel }) => channel === OTHER)).toMatchObject([
      { text: 'copy resolved 3', edits: 1 },
    ]);
  });
});

it('tells only those who have subscribed to alarms of this cluster, and its own channel once', async () => {
  const { store, chat, report } = await aReport();
  const own = (await store.cards.find(ID))?.channel ?? '';
  const put = (channel: string, cluster: string, topics: string[]) =>
    store.subscriptions.put({ cluster, channel, topics, by: 'U1', at: '' });
  await put(own, 'cluster-a', ['alarms']);
  await put('C0DRIFT', 'cluster-a', ['drift']);
  await put('C0ELSEWHERE', 'cluster-b', ['alarms']);
  await put(OTHER, 'cluster-a', ['alarms']);
  await report(notice(1));
  expect(chat.messages().map(({ channel }) => channel)).toEqual([own, OTHER]);
});

it('tells nobody else of a card that no cluster is known for', async () => {
  const { store, report } = await aReport();
  const card = (await store.cards.find(ID)) as AlarmCard;
  await store.cards.save({ ...card, version: 2, cluster: undefined });
  store.subscriptions.list = () => Promise.reject(new Error('whose?'));
  expect(await report(notice(2))).toBe('shown');
  expect(await store.cards.findShown(ID)).toMatchObject({ shownVersion: 2, seq: 1 });
});
