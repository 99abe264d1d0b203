import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { aHostSummary, aJob, aRecord, DIGEST } from '../slack/a-job.ts';
import { openBrowser } from './browser.ts';
import { isTooWide, openPage, type OpenedPage } from './open-page.ts';
import { type ScriptedPlace, startScriptedPlace } from '../slack/scripted-place.ts';

let browser: Browser;
let place: ScriptedPlace;
let page: Page;
let opened: OpenedPage;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  place = await startScriptedPlace();
  await open();
});
afterEach(async () => {
  await page.context().close();
  await place.close();
  // A blocked resource or a script error is a defect even where the story went well.
  opened.check();
});

async function open(size?: { width: number; height: number }): Promise<void> {
  opened = await openPage(browser, place.lab.url, size);
  page = opened.page;
}

const become = async (name: string) => {
  await page.getByRole('radio', { name }).check();
  await page.getByPlaceholder(`Message #vsphere-prod as ${name}`).waitFor();
};
const type = async (text: string) => {
  await page.getByLabel('Message or command').fill(text);
  await page.keyboard.press('Enter');
};
const read = (text: string | RegExp) => page.getByRole('log').getByText(text).first().waitFor();

/** From the request to the plan that waits for its approval. */
async function askAndPlan(): Promise<void> {
  await become('ann');
  await type('/vmotion enable cluster-a');
  await read('Queued');
  const hosts = [0, 1, 2, 3].map((index) => aHostSummary(index));
  const { approval, plan } = aJob();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await place.move(
    { state: 'awaiting-approval', hosts, plan, approval: { ...approval!, expiresAt } },
    hosts.map((host) => aRecord(host)),
  );
  await read('WAITING 0/1 - Enable vMotion stack on cluster-a (4 hosts)');
}

it('shows the story of a change: asked for, planned, approved by a second person, done', async () => {
  await askAndPlan();
  await read('+ create 8 VMkernel adapters');
  await become('bob');
  await page.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`4 hosts, plan ${DIGEST.slice(0, 12)}.`).waitFor();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await read('APPROVED - Enable vMotion stack on cluster-a (4 hosts)');
  await read('The change starts by itself.');
  expect((await place.job()).approval?.approvedBy.map((one) => one.user)).toEqual(['U0BOB']);
  const hosts = (await place.job()).hosts.map((host) => ({ ...host, outcome: 'kept' as const, stepsDone: 6 }));
  await place.move({ state: 'done', hosts, endedAt: new Date().toISOString() });
  await read('OK - Enable vMotion stack on cluster-a (4 hosts)');
  await read('4 hosts changed, pinged and kept.');
  // One message all along, and no button left on it.
  expect(place.lab.messages('C0VSPHERE')).toHaveLength(1);
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
});

it('tells the requester in private that their own approval does not count', async () => {
  await askAndPlan();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await read('This approval does not count: it is your own request.');
  expect((await place.job()).state).toBe('awaiting-approval');
  await become('bob');
  await read('WAITING 0/1');
  expect(await page.getByText('This approval does not count').count()).toBe(0);
});

it('does nothing when the dialog is left, by its button or by Escape', async () => {
  await askAndPlan();
  await become('bob');
  for (const leave of [
    () => page.getByRole('button', { name: 'Go back' }).click(),
    () => page.keyboard.press('Escape'),
  ]) {
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').waitFor();
    await leave();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  expect((await place.job()).approval?.approvedBy).toEqual([]);
});

it('works with the keyboard alone', async () => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/vmotion help');
  await page.keyboard.press('Enter');
  await read('/vmotion enable cluster');
  await read('Only visible to you');
  await page.keyboard.press('ArrowUp');
  expect(await page.getByLabel('Message or command').inputValue()).toBe('/vmotion help');
});

it('offers what to type first', async () => {
  await page.getByRole('button', { name: '/vmotion status cluster-a' }).click();
  expect(await page.getByLabel('Message or command').inputValue()).toBe('/vmotion status cluster-a');
});

it('shows markup that somebody types as text', async () => {
  await type('<img src=x onerror=alert(1)> *bold* <b>not bold</b>');
  await read('<img src=x onerror=alert(1)>');
  expect(await page.locator('#messages img, #messages b').count()).toBe(0);
  expect(await page.locator('#messages strong', { hasText: 'bold' }).count()).toBe(1);
});

it('fits the width of a phone without scrolling sideways', async () => {
  await askAndPlan();
  await page.context().close();
  await open({ width: 360, height: 740 });
  await read('WAITING 0/1');
  expect(await isTooWide(page)).toBe(false);
  await page.getByRole('button', { name: 'Approve' }).scrollIntoViewIfNeeded();
  expect(await page.getByLabel('Message or command').isVisible()).toBe(true);
});

it('catches up with what happened while it was not connected', async () => {
  await askAndPlan();
  await page.context().setOffline(true);
  await place.move({ state: 'expired', endedAt: new Date().toISOString() });
  await page.context().setOffline(false);
  await page.reload();
  await read('EXPIRED - Enable vMotion stack on cluster-a (4 hosts)');
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
});

it('shows what happens while it is still asking for what stands there', async () => {
  await page.context().close();
  page = await (await browser.newContext()).newPage();
  await page.addInitScript("sessionStorage.setItem('user', 'U0ANN')");
  const states = await holdStates();
  await page.goto(place.lab.url);
  (await states.next())();
  // The page listens now, and asks once more for what it may have missed before. That answer is made, but on its way.
  const release = await states.next();
  await place.lab.type({ user: 'U0BOB', channel: 'C0VSPHERE', text: 'good morning' });
  await read('good morning');
  const arrival = page.waitForResponse('**/lab/state?*');
  release();
  await (await arrival).finished();
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  expect(await page.getByRole('log').getByText('good morning').count()).toBe(1);
});

/** Holds each answer about what stands in the channel, once it is made. `next` gives what lets the next one go. */
async function holdStates(): Promise<{ next(): Promise<() => void> }> {
  const held: (() => void)[] = [];
  let wake: () => void = () => undefined;
  await page.route('**/lab/state?*', async (route) => {
    const response = await route.fetch();
    await new Promise<void>((release) => {
      held.push(release);
      wake();
    });
    await route.fulfill({ response });
  });
  return {
    async next() {
      if (held.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return held.shift() ?? (() => undefined);
    },
  };
}
