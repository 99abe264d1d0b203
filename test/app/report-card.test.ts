import { expect, it } from 'vitest';
import { createReportCard, type CardRenderers } from '../../shared/app/report-card.ts';
import type { AlarmCard } from '../../shared/domain/card.ts';
import { createJsonLog } from '../../shared/log.ts';
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
  const report = createReportCard({ store, chat, clock, log: createJsonLog(() => undefined), render, slotMs: 0 });
  await store.cards.create(aCard({ summary: 'first' }));
  return {
    store,
    chat,
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
