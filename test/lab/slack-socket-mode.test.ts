// Socket Mode with Bolt's own receiver at the other end.
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { expect, it } from 'vitest';
import type { LabSlack } from '../../infra/lab/slack/workspace.ts';
import { aLab, call, closing, SILENT } from './slack-lab.ts';

const ANN = { user: 'U0ANN', channel: 'C0VSPHERE' };

/** Bolt, connected, that answers `/vmotion` and a modal, and remembers what it saw. */
async function aConnectedApp(options: { answerWithinMs?: number } = {}) {
  const { lab, client, received } = await aLab(() => ({}), options);
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-lab',
    logger: SILENT,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 200,
    installerOptions: { clientOptions: { slackApiUrl: lab.apiUrl } },
  });
  const app = new App({
    receiver,
    logger: SILENT,
    authorize: async () => ({ botToken: 'xoxb-lab', botId: 'B0VMOTION', botUserId: 'U0VMOTION' }),
    clientOptions: { slackApiUrl: lab.apiUrl },
  });
  const seen: string[] = [];
  app.command('/vmotion', async ({ ack, command }) => {
    seen.push(`command ${command.text}`);
    if (command.text !== 'silence') await ack({ response_type: 'ephemeral', text: `heard ${command.text}` });
  });
  app.view('reject', async ({ ack, view }) => {
    seen.push(`view ${view.state.values['reason']?.['text']?.value}`);
    await ack({ response_action: 'errors', errors: { reason: 'Longer, please.' } });
  });
  app.event('app_home_opened', async ({ event }) => void seen.push(`home ${event.user}`));
  app.action('go', async ({ ack, body, client: web }) => {
    await ack();
    const trigger = 'trigger_id' in body ? body.trigger_id : '';
    await web.views.open({ trigger_id: trigger, view: aModal() });
  });
  await app.start();
  closing.unshift(() => app.stop());
  return { lab, client, received, app, seen };
}

const aModal = () => ({
  type: 'modal' as const,
  callback_id: 'reject',
  title: { type: 'plain_text' as const, text: 'Reject' },
  submit: { type: 'plain_text' as const, text: 'Reject' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
  ],
});

const connectionsAre = async (lab: LabSlack, wanted: number) => {
  await expect.poll(() => lab.sockets.count(), { timeout: 10_000 }).toBe(wanted);
};

it('brings commands and their answers, and sends nothing by HTTP', async () => {
  const { lab, seen, received } = await aConnectedApp();
  expect(await lab.type({ ...ANN, text: '/vmotion status cluster-a' })).toEqual({ text: 'heard status cluster-a' });
  expect(seen).toEqual(['command status cluster-a']);
  expect(received).toEqual([]);
});

it('brings clicks, modals and events', async () => {
  const { lab, client, seen } = await aConnectedApp();
  const button = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } };
  const blocks = [{ type: 'actions' as const, elements: [button] }];
  const { ts } = await call(client, 'chat.postMessage', { channel: ANN.channel, text: 'x', blocks });
  await lab.click({ ...ANN, ts: ts, actionId: 'go' });
  await expect.poll(() => lab.modals('U0ANN').length, { timeout: 10_000 }).toBe(1);
  await lab.fillIn({ user: 'U0ANN', actionId: 'text', value: 'no' });
  expect(await lab.submit(ANN)).toBe('open');
  expect(lab.modals('U0ANN')[0]?.errors).toEqual({ reason: 'Longer, please.' });
  await lab.openHome('U0BOB');
  expect(seen).toEqual(['view no', 'home U0BOB']);
});

it('shows operation_timeout where the app keeps silent', async () => {
  const { lab } = await aConnectedApp({ answerWithinMs: 50 });
  expect((await lab.type({ ...ANN, text: '/vmotion silence' })).text).toContain('operation_timeout');
});

it('carries text longer than a short frame, and in other scripts', async () => {
  const { lab } = await aConnectedApp();
  const text = `${'é🐝مضيف '.repeat(400)}end`;
  expect(await lab.type({ ...ANN, text: `/vmotion ${text}` })).toEqual({ text: `heard ${text}` });
});

it.each(['warning', 'refresh_requested'] as const)('sees the app come back after a disconnect (%s)', async (reason) => {
  const { lab } = await aConnectedApp();
  await connectionsAre(lab, 1);
  lab.sockets.disconnect(reason);
  await connectionsAre(lab, 0);
  await connectionsAre(lab, 1);
  expect(await lab.type({ ...ANN, text: '/vmotion again' })).toEqual({ text: 'heard again' });
});

it('takes a ticket once, and none that it did not give', async () => {
  const { lab } = await aLab();
  const open = await fetch(`${lab.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: 'Bearer xapp-lab', 'content-type': 'application/x-www-form-urlencoded' },
  });
  const { url } = (await open.json()) as { url: string };
  const first = new WebSocket(url);
  const hello = await new Promise((resolve) => first.addEventListener('message', resolve, { once: true }));
  expect(JSON.parse((hello as { data: string }).data)).toMatchObject({ type: 'hello', num_connections: 1 });
  await expect(opened(new WebSocket(url))).resolves.toBe(false);
  await expect(opened(new WebSocket(url.replace(/ticket=[^&]+/, 'ticket=x')))).resolves.toBe(false);
  first.close();
  await connectionsAre(lab, 0);
});

function opened(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(true));
    socket.addEventListener('error', () => resolve(false));
  });
}
