// Messages in the states that people see least and need most, on a wide screen and on a phone.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { CARD_STATES } from '../../shared/domain/card.ts';
import { renderCard } from '../../shared/slack/views/card.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { aLab } from '../lab/slack-lab.ts';
import { aHostSummary, aJob, aRecord } from '../slack/a-job.ts';
import { aCard } from '../support/a-card.ts';
import { findBarriersInBoth } from './axe.ts';
import { openBrowser } from './browser.ts';
import { isTooWide, openPage } from './open-page.ts';

const NOW = new Date('2026-01-02T03:44:05.000Z');
const at = (second: number) => `2026-01-02T03:40:${String(second).padStart(2, '0')}.000Z`;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

function aFailedJob() {
  const hosts = [
    aHostSummary(0, { outcome: 'kept' }),
    aHostSummary(1, { outcome: 'needs-hands', note: 'RemoveVirtualNic on esx02.lab.local: ResourceInUse' }),
  ];
  const failure = {
    code: 'gate-failed',
    what: 'The new network of this wave does not work.',
    remedy: 'Put the host back by hand with the commands below.',
    commands: ['esxcli network ip interface remove --interface-name=vmk2'],
  };
  const journal = [
    { index: 0, state: 'done' as const, at: at(1) },
    { index: 1, state: 'intended' as const, at: at(3) },
  ];
  const job = aJob({ state: 'needs-hands', hosts, failure, endedAt: at(9) });
  return renderJob(job, { records: hosts.map((host) => aRecord(host, { journal })), cells: [] }, NOW, {
    style: 'rich',
  });
}

it.each([
  { screen: 'a wide screen', size: { width: 1280, height: 860 } },
  { screen: 'a phone', size: { width: 360, height: 740 } },
])('shows every state of a card, and a job that needs hands, on $screen', async ({ size }) => {
  const place = await aLab();
  const told = { source: 'logs' as const, alarm: 'vMotion migration failed' };
  const cards = CARD_STATES.map((state) =>
    renderCard(aCard({ state, ...told, ignored: { by: 'U0BOB', until: at(50) } }), undefined, NOW),
  );
  for (const { text, blocks } of [...cards, aFailedJob()])
    await place.client.apiCall('chat.postMessage', { channel: 'C0VSPHERE', text, blocks });
  const { page, check } = await openPage(browser, place.lab.url, size);
  await page.getByRole('heading', { name: 'FAILED, NEEDS HANDS' }).waitFor();
  for (const word of ['NEW CRITICAL', 'ASK', 'AUTO', 'IGNORED', 'RESOLVED', 'SUPPRESSED', 'LIMITED'])
    await page.getByRole('heading', { name: word }).first().waitFor();
  await page.getByText('vmotion-ops-j-7f3k9c-').first().waitFor();
  await page.getByText('closed 24 hours after the last report').first().waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.context().close();
  check();
});
