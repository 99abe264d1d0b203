// Modals, Homes and memberships through Slack's real client, against the lab's workspace.
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { renderHomeFailure } from '../../shared/slack/views/home.ts';
import { renderRejectModal } from '../../shared/slack/views/reject-modal.ts';
import { renderRefusal } from '../../shared/slack/views/reply.ts';
import { createWebApiMembership } from '../../shared/slack/web-api-membership.ts';
import { createWebApiViews } from '../../shared/slack/web-api-views.ts';
import { aLab, close, closing, listen } from '../lab/slack-lab.ts';

const ANN = { user: 'U0ANN', channel: 'C0VSPHERE' };
const MODAL = renderRejectModal({ jobId: 'j-7f3k9c', digest: 'ab12cd34ef56', channel: 'C0VSPHERE' });
const homeSaying = (what: string) =>
  renderHomeFailure(renderRefusal({ what, why: '', fix: '/vmotion help' }), new Date('2026-11-21T10:00:00.000Z'));

async function aPlace(options: Parameters<typeof aLab>[1] = {}) {
  const { lab, received } = await aLab(() => ({}), options);
  const webApi = { token: async () => 'xoxb-lab', slackApiUrl: lab.apiUrl };
  const trigger = async () => {
    await lab.type({ ...ANN, text: '/vmotion' });
    return received.at(-1)?.form.get('trigger_id') ?? '';
  };
  return { lab, trigger, views: createWebApiViews(webApi), membership: createWebApiMembership(webApi) };
}

it('opens a modal once for a trigger', async () => {
  const { lab, trigger, views } = await aPlace();
  const id = await trigger();
  const opened = await views.open(id, MODAL);
  expect(opened).toEqual({ kind: 'opened', viewId: lab.modals('U0ANN').at(-1)?.id });
  expect(await views.open(id, MODAL)).toEqual({ kind: 'expired' });
});

it('says that a trigger has expired', async () => {
  const { trigger, views } = await aPlace({ triggerLivesMs: 0 });
  const id = await trigger();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await views.open(id, MODAL)).toEqual({ kind: 'expired' });
});

it('replaces what was seen, and nothing newer', async () => {
  const { lab, trigger, views } = await aPlace();
  await views.open(await trigger(), MODAL);
  const seen = lab.modals('U0ANN').at(-1);
  const at = { viewId: seen?.id ?? '', hash: seen?.hash };
  expect(await views.update(at, MODAL)).toBe('updated');
  expect(await views.update(at, MODAL)).toBe('outdated');
  expect(await views.update({ viewId: at.viewId }, MODAL)).toBe('updated');
  await lab.dismiss({ user: 'U0ANN' });
  expect(await views.update({ viewId: at.viewId }, MODAL)).toBe('gone');
});

it('publishes a Home, and never over a newer one', async () => {
  const { lab, views } = await aPlace();
  expect(await views.publish('U0ANN', homeSaying('one'))).toBe('published');
  const hash = lab.home('U0ANN')?.hash ?? '';
  expect(await views.publish('U0ANN', homeSaying('two'), hash)).toBe('published');
  expect(await views.publish('U0ANN', homeSaying('three'), hash)).toBe('outdated');
  expect(JSON.stringify(lab.home('U0ANN')?.content)).toContain('two');
});

it('throws what Slack refuses otherwise, with its word', async () => {
  const { lab, views, membership } = await aPlace();
  await expect(views.publish('U0NOBODY', homeSaying('one'))).rejects.toMatchObject({ code: 'slack-refused' });
  lab.faults.scopes = [];
  await expect(membership.channelsOf('U0ANN')).rejects.toMatchObject({ code: 'slack-refused', fault: 'missing_scope' });
});

it('reads which channels a person is in', async () => {
  const { membership } = await aPlace({
    channels: [
      { id: 'C1', name: 'one', topic: '', members: ['U0BOB'] },
      { id: 'C2', name: 'two', topic: '', members: ['U0ANN', 'U0BOB'] },
      { id: 'C0VSPHERE', name: 'three', topic: '' },
    ],
  });
  expect(await membership.channelsOf('U0ANN')).toEqual(['C2', 'C0VSPHERE']);
});

it('reads channels page by page', async () => {
  const pages = [
    { channels: [{ id: 'C1' }], response_metadata: { next_cursor: 'more' } },
    { channels: [{ id: 'C2' }], response_metadata: { next_cursor: '' } },
  ];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, ...pages.shift() }));
  });
  const slackApiUrl = `http://127.0.0.1:${await listen(server)}/api/`;
  closing.push(() => close(server));
  const membership = createWebApiMembership({ token: async () => 'xoxb-lab', slackApiUrl });
  expect(await membership.channelsOf('U0ANN')).toEqual(['C1', 'C2']);
  expect(pages).toEqual([]);
});

it('waits no longer than its time for a Slack that keeps silent', { timeout: 20_000 }, async () => {
  const server = createServer(() => undefined);
  const slackApiUrl = `http://127.0.0.1:${await listen(server)}/api/`;
  closing.push(() => close(server));
  const views = createWebApiViews({ token: async () => 'xoxb-lab', slackApiUrl, timeoutMs: 50 });
  await expect(views.open('1.2', MODAL)).rejects.toMatchObject({ code: 'slack-unreachable' });
});
