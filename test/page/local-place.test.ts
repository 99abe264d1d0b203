// The whole product on one machine, seen through the page alone: nothing here but typing, pressing and reading.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { silentLog } from '../../shared/log.ts';
import { openBrowser } from './browser.ts';

let browser: Browser;
let place: LocalPlace;
let page: Page;

beforeAll(async () => {
  const lab = { port: 0, hosts: 4, scenarios: [], latency: 'none' as const };
  place = await startLocalPlace({ ...lab, env: process.env, log: silentLog });
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(place.url);
});
afterAll(async () => {
  await browser.close();
  await place.stop();
});

const become = (name: string) => page.getByRole('radio', { name }).check();
const type = async (text: string) => {
  await page.getByLabel('Message or command').fill(text);
  await page.keyboard.press('Enter');
};
/** The newest message of the channel once its first line begins so. */
const readHeader = async (begins: string) => {
  const message = page.getByRole('article').filter({ has: page.getByRole('heading', { name: begins }) });
  await message.last().waitFor();
  return message.last().innerText();
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

it('enables, tests and reverts a cluster from the page', async () => {
  const enabled = await change('/vmotion enable cluster-a', 'OK - Enable vMotion stack on cluster-a (4 hosts)');
  expect(enabled).toContain('4 hosts changed, pinged and kept.');
  expect(enabled).toContain('exit 0');
  await type('/vmotion test cluster-a');
  expect(await readHeader('OK 24 of 24 paths - vMotion test of cluster-a')).toContain(
    'All 24 paths answer at 9000 bytes',
  );
  const reverted = await change('/vmotion revert cluster-a', 'OK - Revert vMotion stack on cluster-a (4 hosts)');
  expect(reverted).toContain('4 hosts restored from the image taken before the change.');
});
