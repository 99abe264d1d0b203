// Picker, menus and Home as a person of the lab's workspace uses them: the workspace refuses every view that Slack would.
import { afterEach, expect, it } from 'vitest';
import { aHostSummary, aJob } from '../slack/a-job.ts';
import { type ScriptedPlace, startScriptedPlace } from '../slack/scripted-place.ts';

const CHANNEL = 'C0VSPHERE';
let place: ScriptedPlace;
afterEach(() => place.close());

const start = async () => {
  place = await startScriptedPlace({
    channels: [
      { id: CHANNEL, name: 'vsphere-prod', topic: '', members: ['U0ANN', 'U0BOB'] },
      { id: 'C0GENERAL', name: 'general', topic: '' },
    ],
  });
};
const type = (user: string, text: string) => place.lab.type({ user, channel: CHANNEL, text });
const into = (user: string, actionId: string, value?: string) =>
  value === undefined ? { user, actionId } : { user, actionId, value };
const fill = (user: string, actionId: string, value?: string) => place.lab.fillIn(into(user, actionId, value));
const modal = (user: string) => JSON.stringify(place.lab.modals(user).at(-1)?.content);

async function planned(): Promise<void> {
  await type('U0ANN', '/vmotion enable cluster-a');
  const { approval, plan } = aJob();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const hosts = [aHostSummary(0), aHostSummary(1)];
  await place.move({ state: 'awaiting-approval', hosts, plan, approval: { ...approval!, required: 1, expiresAt } });
}

it('makes a job of what is chosen in the picker', async () => {
  await start();
  await type('U0ANN', '/vmotion');
  await fill('U0ANN', 'pick-verb', 'test');
  await fill('U0ANN', 'pick-cluster', 'cluster-a');
  expect(modal('U0ANN')).toContain('/vmotion test cluster-a');
  await place.lab.submit({ user: 'U0ANN' });
  expect(modal('U0ANN')).toContain('*Queued*');
  expect(await place.jobs()).toMatchObject([{ kind: 'test', cluster: 'cluster-a', requestedBy: 'U0ANN' }]);
});

it('says in the picker, before and after it is sent, what the typed command would be refused with', async () => {
  await start();
  await type('U0EVE', '/vmotion');
  await fill('U0EVE', 'pick-verb', 'enable');
  await fill('U0EVE', 'pick-cluster', 'cluster-a');
  expect(modal('U0EVE')).toContain('You may not enable');
  expect(await place.lab.submit({ user: 'U0EVE' })).toBe('open');
  expect(Object.values(place.lab.modals('U0EVE').at(-1)?.errors ?? {}).join('')).toContain('You may not enable');
  expect(await place.jobs()).toEqual([]);
});

it('offers the hosts that the last job has read', async () => {
  await start();
  await planned();
  await type('U0ANN', '/vmotion');
  await fill('U0ANN', 'pick-verb', 'plan enable');
  await fill('U0ANN', 'pick-cluster', 'cluster-a');
  const viewId = place.lab.modals('U0ANN').at(-1)?.id ?? '';
  const [host] = await place.lab.suggest({ user: 'U0ANN', viewId, actionId: 'pick-host', query: '' });
  expect(host?.value).toBe(aHostSummary(0).name);
  await fill('U0ANN', 'pick-host', aHostSummary(0).name);
  expect(modal('U0ANN')).toContain(`--host ${aHostSummary(0).name}`);
});

it('opens every choice of the picker with blocks that Slack takes', async () => {
  await start();
  await type('U0ANN', '/vmotion');
  for (const verb of ['status', 'check', 'test', 'evidence', 'audit', 'show', 'history', 'enable', 'repair', 'trial']) {
    await fill('U0ANN', 'pick-verb', verb);
    expect(modal('U0ANN'), verb).toContain(`/vmotion ${verb}`);
  }
  expect(place.lab.modals('U0ANN').at(-1)?.problem).toBeUndefined();
});

it('shows in the Home tab what waits for the one who opens it, and takes the approval there', async () => {
  await start();
  await planned();
  const { id } = await place.job();
  await place.lab.openHome('U0ANN');
  // Her own request never waits for her.
  expect(JSON.stringify(place.lab.home('U0ANN')?.content)).toContain('Nothing waits for you');
  await place.lab.openHome('U0BOB');
  expect(JSON.stringify(place.lab.home('U0BOB')?.content)).toContain(`review-${id}`);
  await place.lab.clickHome({ user: 'U0BOB', actionId: 'home-review' });
  expect(modal('U0BOB')).toContain('approve-plan');
  await fill('U0BOB', 'approve-plan');
  expect((await place.job()).state).toBe('approved');
  expect(modal('U0BOB')).toContain('*Approved.*');
});

it('shows in the Home tab no cluster whose channel the person is not in', async () => {
  await start();
  await planned();
  await place.lab.openHome('U0EVE');
  const shown = JSON.stringify(place.lab.home('U0EVE')?.content);
  expect(shown).toContain('You are in no channel of a cluster');
  expect(shown).not.toContain('cluster-a');
});

it('says in the Home tab which scope the app lacks', async () => {
  await start();
  place.lab.faults.scopes = ['commands', 'chat:write'];
  await place.lab.openHome('U0BOB');
  expect(JSON.stringify(place.lab.home('U0BOB')?.content)).toContain('missing_scope');
});

it('makes the Home tab anew with Refresh', async () => {
  await start();
  await place.lab.openHome('U0BOB');
  await planned();
  await place.lab.clickHome({ user: 'U0BOB', actionId: 'home-refresh' });
  expect(JSON.stringify(place.lab.home('U0BOB')?.content)).toContain('Waiting for you');
});
