import { expect, it } from 'vitest';
import { createReportCard, type CardRenderers } from '../../shared/app/report-card.ts';
import type { AlarmCard } from '../../shared/domain/card.ts';
import { createJsonLog } from '../../shared/log.ts';
import { OpsError } from '../../shared/errors.ts';
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
