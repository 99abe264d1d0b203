// Where the app is installed, through Slack's real client, against the lab's workspace.
import { expect, it } from 'vitest';
import { silentLog } from '../../shared/log.ts';
import { createWebApiInstallations } from '../../shared/slack/web-api-installations.ts';
import { aLab } from '../lab/slack-lab.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

async function aPlace() {
  const { lab } = await aLab();
  const store = createMemoryStore().installation;
  let nowMs = Date.UTC(2026, 0, 5);
  const create = () =>
    createWebApiInstallations({
      token: async () => 'xoxb-lab',
      slackApiUrl: lab.apiUrl,
      store,
      clock: { now: () => new Date(nowMs) },
      log: silentLog,
    });
  return { lab, store, create, pass: (ms: number) => (nowMs += ms) };
}

it('is the workspace of the token, kept in a row for other processes', async () => {
  const { lab, create, store } = await aPlace();
  expect(await create().read(DAY_MS)).toMatchObject({ teams: ['T0LAB'] });
  lab.faults.rateLimited = 10;
  expect(await create().read(DAY_MS)).toMatchObject({ teams: ['T0LAB'] });
  expect(await store.find()).toEqual({ teams: ['T0LAB'], readAt: '2026-01-05T00:00:00.000Z' });
});

it('is every workspace that has the app, where it is installed for an organisation', async () => {
  const { lab, create } = await aPlace();
  lab.faults.installation = { organisation: 'E0LAB', isOrgWide: true, teams: ['T0LAB', 'T0OTHER'] };
  expect(await create().read(DAY_MS)).toMatchObject({ teams: ['T0LAB', 'T0OTHER'], organisation: 'E0LAB' });
});

it('is asked anew for whoever needs it fresher', async () => {
  const { lab, create, pass } = await aPlace();
  const installations = create();
  lab.faults.installation = { organisation: 'E0LAB', isOrgWide: true, teams: ['T0LAB'] };
  await installations.read(DAY_MS);
  lab.faults.installation.teams = ['T0LAB', 'T0NEW'];
  pass(MINUTE_MS + 1);
  expect((await installations.read(DAY_MS)).teams).toEqual(['T0LAB']);
  expect((await installations.read(MINUTE_MS)).teams).toEqual(['T0LAB', 'T0NEW']);
});

it('is what it was while Slack does not answer, and unknown where it never did', async () => {
  const { lab, create, pass } = await aPlace();
  lab.faults.rateLimited = 1;
  await expect(create().read(DAY_MS)).rejects.toMatchObject({ code: 'installation-unknown' });
  const installations = create();
  await installations.read(DAY_MS);
  pass(2 * DAY_MS);
  lab.faults.rateLimited = 2;
  expect((await installations.read(DAY_MS)).teams).toEqual(['T0LAB']);
  expect((await create().read(DAY_MS)).teams).toEqual(['T0LAB']);
});
