// The whole product on one machine, seen through the page alone: nothing here but typing, pressing and reading.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { silentLog } from '../../shared/log.ts';
import { findBarriers, findBarriersInBoth } from './axe.ts';
import { openBrowser } from './browser.ts';
import { isTooWide, openPage, type OpenedPage } from './open-page.ts';

let browser: Browser;
let place: LocalPlace;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  const lab = { port: 0, hosts: 4, scenarios: [], latency: 'none' as const };
  place = await startLocalPlace({ ...lab, env: process.env, log: silentLog });
  browser = await openBrowser();
  opened = await openPage(browser, place.url);
  page = opened.page;
});
afterAll(async () => {
  await browser.close();
  await place.stop();
});
beforeEach(() => opened.check());

const become = async (name: string) => {
  await page.getByRole('radio', { name }).check();
  await page.getByPlaceholder(`Message #vsphere-prod as ${name}`).waitFor();
};
const type = async (text: string) => {
  await page.getByLabel('Message or command').fill(text);
  await page.keyboard.press('Enter');
};
const messagesOf = (begins: string) =>
  page
    .getByRole('log', { name: 'Messages' })
    .getByRole('article')
    .filter({ has: page.getByRole('heading', { name: begins }) });
const messageOf = (begins: string) => messagesOf(begins).last();
/** The newest message of the channel once its first line begins so. */
const readHeader = async (begins: string) => {
  await messageOf(begins).waitFor();
  return messageOf(begins).innerText();
};

/** From the command to the end that its message shows, with bob's approval in between. */
async function change(command: string, ends: string): Promise<string> {
  await become('ann');
  await type(command);
  await readHeader('WAITING 0/1');
  await become('bob');
  await page.getByRole('button', { name: 'Approve' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  return readHeader(ends);
}

it('enables, tests and reverts a cluster from the page, and the cluster beside it changes', async () => {
  const lab = page.getByRole('complementary', { name: 'The simulated vCenter' });
  await lab.getByText('192.168.40.51/24').waitFor();
  const enabled = await change('/vmotion enable cluster-a', 'OK - Enable vMotion stack on cluster-a (4 hosts)');
  expect(enabled).toContain('4 hosts changed, pinged and kept.');
  expect(enabled).toContain('exit 0');
  await lab.getByText('172.16.1.51/24').waitFor();
  await lab.getByText('24 pings answered, 0 lost').waitFor();
  await messageOf('OK - Enable').getByRole('img').waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await type('/vmotion test cluster-a');
  expect(await readHeader('OK 24 of 24 paths - vMotion test of cluster-a')).toContain(
    'All 24 paths answer at 9000 bytes',
  );
  const reverted = await change('/vmotion revert cluster-a', 'OK - Revert vMotion stack on cluster-a (4 hosts)');
  expect(reverted).toContain('4 hosts restored from the image taken before the change.');
  await lab.getByText('192.168.40.51/24').waitFor();
});

it('tells the same story by keyboard alone', async () => {
  const tabTo = async (what: string) => {
    // The page has fewer than that to stop at.
    for (let presses = 0; presses < 200; presses += 1) {
      if ((await page.evaluate('document.activeElement.textContent')) === what) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${what}`);
  };
  await become('ann');
  await page.getByLabel('Message or command').focus();
  await page.keyboard.type('/vmotion enable cluster-a');
  await page.keyboard.press('Enter');
  await readHeader('WAITING 0/1');
  // To another person with an arrow key, as in any group of radio buttons.
  await page.getByRole('radio', { name: 'ann' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByPlaceholder('Message #vsphere-prod as bob').waitFor();
  await tabTo('Approve');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo('Approve');
  await page.keyboard.press('Enter');
  // The first one is of the story before.
  const ends = messagesOf('OK - Enable vMotion stack on cluster-a (4 hosts)');
  await ends.nth(1).waitFor();
  expect(await ends.nth(1).innerText()).toContain('exit 0');
});

it('finds what is broken while everything runs, and that it is mended', async () => {
  const lab = page.getByRole('complementary', { name: 'The simulated vCenter' });
  await lab.getByText('Break something').click();
  await lab.getByRole('switch', { name: 'mtu-hole' }).click();
  await lab.getByText('on: mtu-hole').waitFor();
  await type('/vmotion test cluster-a');
  expect(await readHeader('FAILED 12 of 24 paths')).toContain('1500 bytes');
  await lab.getByText('1500 bytes pass').first().waitFor();
  await messageOf('FAILED').getByRole('img').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await lab.getByRole('switch', { name: 'mtu-hole' }).click();
  await type('/vmotion test cluster-a');
  await lab.getByText('24 pings answered, 0 lost').waitFor();
  await lab.getByText('Break something').click();
});

it('rejects with a reason that is asked for in a modal', async () => {
  await become('ann');
  await type('/vmotion revert cluster-a');
  await readHeader('WAITING 0/1');
  await become('bob');
  await page.getByRole('button', { name: 'Reject' }).last().click();
  await page.getByRole('dialog', { name: 'Reject this plan?' }).getByRole('button', { name: 'Reject' }).click();
  const modal = page.getByRole('dialog', { name: 'Reject this plan', exact: true });
  await modal.waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.keyboard.type('not before the weekend');
  await modal.getByRole('button', { name: 'Reject' }).click();
  expect(await readHeader('REJECTED')).toContain('not before the weekend');
});

it('shows an alarm of the simulated vCenter on both sides, as the policy has it', async () => {
  const lab = page.getByRole('complementary', { name: 'The simulated vCenter' });
  await lab.getByText('Break something').click();
  await lab.getByRole('switch', { name: 'adapter-gone' }).click();
  await lab.getByText('Alarm (yellow): VMKernel NIC not configured correctly, esx03.lab.local').waitFor();
  const card = messagesOf('VMKernel NIC not configured correctly').first();
  await card.waitFor();
  expect(await card.innerText()).toContain('esx03');
  expect(await findBarriersInBoth(page)).toEqual([]);
  await lab.getByRole('switch', { name: 'adapter-gone' }).click();
  await lab.getByText('Break something').click();
});

it('opens the picker for a bare command, the thread of a job, and the Home tab', async () => {
  await type('/vmotion');
  await page.getByRole('dialog', { name: '/vmotion' }).waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await messageOf('OK - Enable').getByRole('button', { name: /repl/ }).click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('report.json').waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'vmotion-ops' }).click();
  await page.getByRole('region', { name: 'Home tab' }).getByText('cluster-l3').first().waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.getByRole('button', { name: '# vsphere-prod' }).click();
});

it('reads as well on a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await messageOf('REJECTED').waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 860 });
});
