// Makes docs/page.png, the picture of the lab's page that the README shows: node test/page/screenshot.ts
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startLocalPlace } from '../../infra/local/local-place.ts';
import { silentLog } from '../../shared/log.ts';
import { openBrowser } from './browser.ts';
import { openPage } from './open-page.ts';

const PICTURE = fileURLToPath(new URL('../../docs/page.png', import.meta.url));
const BYTES_MAX = 250 * 1024;

const place = await startLocalPlace({
  port: 0,
  hosts: 4,
  scenarios: [],
  latency: 'none',
  env: process.env,
  log: silentLog,
});
const browser = await openBrowser();
try {
  const { page } = await openPage(browser, place.url, { width: 1280, height: 800 });
  await page.getByLabel('Message or command').fill('/vmotion enable cluster-a');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'WAITING' }).waitFor();
  await page.getByRole('radio', { name: 'bob' }).check();
  await page.getByRole('button', { name: 'Approve' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  const done = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'OK - Enable' }) });
  await done.getByRole('img').waitFor();
  await page.getByText('24 pings answered, 0 lost').waitFor();
  // What a reader should see first: how the message begins, not where it ends.
  await page.evaluate(`
    const box = document.querySelector('#messages');
    box.scrollTop = [...box.querySelectorAll('h3')].at(-1).closest('article').offsetTop - 6;
  `);
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  await place.stop();
}
const { size } = statSync(PICTURE);
if (size > BYTES_MAX) throw new Error(`${PICTURE} is ${size} bytes, more than ${BYTES_MAX}`);
process.stdout.write(`${PICTURE}: ${size} bytes\n`);
