import { createHmac } from 'node:crypto';
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { createLabSlack } from '../../infra/lab/slack/workspace.ts';
import { type Answer, aLab, clientOf } from './slack-lab.ts';

const ANN = { user: 'U0ANN', channel: 'C0VSPHERE' };
const BUTTONS = [
  { type: 'section', text: { type: 'mrkdwn', text: 'A plan' } },
  {
    type: 'actions',
    block_id: 'job-1',
    elements: [
      { type: 'button', action_id: 'approve-plan', value: 'j-1|ab', text: { type: 'plain_text', text: 'Approve' } },
    ],
  },
];
const privately = (text: string): Answer => ({ body: JSON.stringify({ response_type: 'ephemeral', text }) });

async function post(client: WebClient, blocks: object[] = BUTTONS): Promise<string> {
  const message = { channel: ANN.channel, text: 'A plan', blocks: blocks as KnownBlock[] };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not the browser's.
  const { ts } = await client.chat.postMessage(message);
  return ts ?? '';
}

it('signs a command as Slack does, with the form fields that Slack sends', async () => {
  const { lab, received } = await aLab(() => privately('hello'));
  expect(await lab.type({ ...ANN, text: '/vmotion  status cluster-a' })).toEqual({ text: 'hello' });
  const [request] = received;
  const timestamp = String(request?.headers['x-slack-request-timestamp']);
  const signature = createHmac('sha256', 'shh').update(`v0:${timestamp}:${request?.body}`).digest('hex');
  expect(request?.headers['x-slack-signature']).toBe(`v0=${signature}`);
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(request?.form ?? [])).toMatchObject({
    command: '/vmotion',
    text: 'status cluster-a',
    user_id: 'U0ANN',
    channel_id: 'C0VSPHERE',
    trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
    response_url: expect.stringContaining(lab.url),
  });
});

it('escapes what is typed, and sends people and channels as ids', async () => {
  const { lab, received } = await aLab();
  await lab.type({ ...ANN, text: '/vmotion reject j-1 @bob said a < b & c in #general' });
  expect(received[0]?.form.get('text')).toBe('reject j-1 <@U0BOB|bob> said a &lt; b &amp; c in <#C0GENERAL|general>');
});

it('shows an answer only to the one who typed, and an in_channel one to everybody', async () => {
  const { lab } = await aLab(({ form }) =>
    form.get('text') === 'loud'
      ? { body: JSON.stringify({ response_type: 'in_channel', text: 'all' }) }
      : privately('you'),
  );
  const kinds: string[] = [];
  lab.onChange((message, kind) => kinds.push(`${kind} ${message.text}`));
  await lab.type({ ...ANN, text: '/vmotion quiet' });
  await lab.type({ ...ANN, text: '/vmotion loud' });
  expect(kinds).toEqual(['ephemeral you', 'posted all']);
  expect(lab.messages().map((message) => message.text)).toEqual(['all']);
});

it('shows operation_timeout when the app does not answer in time', async () => {
  const { lab } = await aLab(() => 'never', { answerWithinMs: 50 });
  expect(await lab.type({ ...ANN, text: '/vmotion status' })).toEqual({
    text: '/vmotion failed with the error "operation_timeout"',
  });
});

it.each([{ status: 404 }, { status: 401 }, { status: 500 }])(
  'shows dispatch_failed for an answer of $status',
  async ({ status }) => {
    const { lab } = await aLab(() => ({ status }));
    expect((await lab.type({ ...ANN, text: '/vmotion status' })).text).toContain('dispatch_failed');
  },
);

it('refuses an answer whose blocks Slack would refuse', async () => {
  const { lab } = await aLab(() => ({ body: JSON.stringify({ text: 'x', blocks: [{ type: 'divder' }] }) }));
  expect((await lab.type({ ...ANN, text: '/vmotion status' })).text).toContain('invalid_blocks');
});

it('knows no other command, and posts what is none', async () => {
  const { lab, received } = await aLab();
  expect((await lab.type({ ...ANN, text: '/vmotoin status' })).text).toContain('not a valid command');
  await lab.type({ ...ANN, text: 'good morning' });
  expect(received).toEqual([]);
  expect(lab.messages()).toMatchObject([{ user: 'U0ANN', text: 'good morning' }]);
});

it('sends a click with the message it was made on, and answers it in private through its response_url', async () => {
  const { lab, client, received } = await aLab(async ({ form }) => {
    const { response_url: url } = JSON.parse(form.get('payload') ?? '{}') as { response_url: string };
    const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, text: 'Approved.' });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return { body: '', status: response.status };
  });
  const ts = await post(client);
  const answer = await lab.click({ user: 'U0BOB', channel: ANN.channel, ts, actionId: 'approve-plan' });
  expect(answer).toEqual({ text: 'Approved.' });
  expect(JSON.parse(received[0]?.form.get('payload') ?? '')).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0BOB' },
    container: { message_ts: ts, channel_id: 'C0VSPHERE', is_ephemeral: false },
    actions: [{ type: 'button', action_id: 'approve-plan', value: 'j-1|ab', block_id: 'job-1' }],
  });
});

it('answers nothing for a click that the app only acknowledges', async () => {
  const { lab, client } = await aLab();
  const ts = await post(client);
  expect(await lab.click({ ...ANN, ts, actionId: 'approve-plan' })).toBeUndefined();
});

it('says so when a button is not there any more, and sends nothing', async () => {
  const { lab, client, received } = await aLab();
  const ts = await post(client);
  await client.apiCall('chat.update', { channel: ANN.channel, ts, text: 'OK', blocks: [] });
  expect((await lab.click({ ...ANN, ts, actionId: 'approve-plan' }))?.text).toContain('no such button');
  expect(received).toEqual([]);
});

it('accepts a response_url five times and no more', async () => {
  const statuses: number[] = [];
  const { lab } = await aLab(async ({ form }) => {
    for (let index = 0; index < 6; index += 1) {
      const body = JSON.stringify({ text: `${index}` });
      const url = form.get('response_url') ?? '';
      statuses.push(
        (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
      );
    }
    return {};
  });
  await lab.type({ ...ANN, text: '/vmotion x' });
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
});

it.each([
  { duplicates: 'same-bytes' as const, areSigned: 1 },
  { duplicates: 'signed-again' as const, areSigned: 2 },
])('delivers twice when told to ($duplicates), with the same trigger_id', async ({ duplicates, areSigned }) => {
  const { lab, received } = await aLab(() => privately('once'));
  lab.faults.duplicates = duplicates;
  expect(await lab.type({ ...ANN, text: '/vmotion enable cluster-a' })).toEqual({ text: 'once' });
  expect(received).toHaveLength(2);
  expect(new Set(received.map(({ form }) => form.get('trigger_id'))).size).toBe(1);
  expect(new Set(received.map(({ headers }) => headers['x-slack-signature'])).size).toBe(areSigned);
});

it('answers what the real client asks', async () => {
  const { client, lab } = await aLab();
  expect(await client.auth.test()).toMatchObject({ ok: true, user_id: 'U0VMOTION', bot_id: 'B0VMOTION' });
  lab.faults.scopes.push('users:read');
  expect(await client.users.info({ user: 'U0ANN' })).toMatchObject({ user: { name: 'ann' } });
  expect(await client.conversations.info({ channel: 'C0VSPHERE' })).toMatchObject({
    channel: { name: 'vsphere-prod' },
  });
  expect(await client.chat.postEphemeral({ channel: 'C0VSPHERE', user: 'U0ANN', text: 'psst' })).toMatchObject({
    ok: true,
  });
});

it.each([
  {
    what: 'a header that is too long',
    blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
  },
  { what: 'an empty text', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] },
  { what: 'a section with nothing in it', blocks: [{ type: 'section' }] },
  {
    what: 'eleven fields',
    blocks: [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
  },
  { what: 'fifty-one blocks', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) },
  { what: 'a block it does not know', blocks: [{ type: 'rich_table' }] },
  { what: 'a field it does not know', blocks: [{ type: 'divider', color: 'red' }] },
  { what: 'mrkdwn in a header', blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] },
  {
    what: 'a block_id twice',
    blocks: [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
  },
])('refuses $what and says where', async ({ blocks }) => {
  const { lab, client } = await aLab();
  const error = await client
    .apiCall('chat.postMessage', { channel: 'C0VSPHERE', text: 'x', blocks })
    .catch((one: unknown) => one);
  expect(error).toMatchObject({
    data: {
      error: 'invalid_blocks',
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/blocks')] },
    },
  });
  expect(lab.messages()).toEqual([]);
});

it('refuses texts that together are too long for one message', async () => {
  const { client } = await aLab();
  const blocks = Array.from({ length: 5 }, () => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(2500) },
  }));
  await expect(client.apiCall('chat.postMessage', { channel: 'C0VSPHERE', text: 'x', blocks })).rejects.toThrow(
    'msg_blocks_too_long',
  );
});

it('answers 429 to more posts into a channel than a burst, and takes those into another', async () => {
  const { lab } = await aLab();
  lab.faults.tiers = 'on';
  const client = clientOf(lab, true);
  const post = (channel: string) => client.apiCall('chat.postMessage', { channel, text: 'x' });
  const posts = await Promise.allSettled(Array.from({ length: 20 }, () => post('C0VSPHERE')));
  const refused = posts.flatMap((one) => (one.status === 'rejected' ? [one.reason as { retryAfter: number }] : []));
  expect(refused.length).toBeGreaterThan(5);
  expect(refused.map((one) => one.retryAfter)).toContain(1);
  await post('C0GENERAL');
});

it('serves a page that may load nothing from elsewhere, and only to its own address', async () => {
  const { lab } = await aLab();
  const page = await fetch(lab.url);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  const assets = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map((match) => match[1]);
  expect(assets).toEqual(['/page.css', '/blocks.css', '/panes.css', '/page.js']);
  for (const asset of [...assets, '/blocks.js', '/mrkdwn.js'])
    expect((await fetch(`${lab.url}${asset}`)).status).toBe(200);
  expect(html).not.toMatch(/https?:\/\//);
  const elsewhere = { method: 'POST', headers: { 'content-type': 'application/json', origin: 'http://evil.example' } };
  const body = JSON.stringify({ ...ANN, text: '/vmotion enable cluster-a' });
  expect((await fetch(`${lab.url}/lab/type`, { ...elsewhere, body })).status).toBe(403);
  expect((await fetch(`${lab.url}/lab/type`, { method: 'POST', body })).status).toBe(415);
});

it('gives the page what stands there, with what is private only to its person', async () => {
  const { lab } = await aLab(() => privately('for ann'));
  await lab.type({ ...ANN, text: '/vmotion help' });
  const stateOf = async (user: string) =>
    (await fetch(`${lab.url}/lab/state?user=${user}`)).json() as Promise<{ privates: { text: string }[] }>;
  expect((await stateOf('U0ANN')).privates.map((one) => one.text)).toEqual(['for ann']);
  expect((await stateOf('U0BOB')).privates).toEqual([]);
});

it('streams to the page what is public and what is private to its person, and nothing else', async () => {
  const { lab } = await aLab(() => privately('an answer'));
  const stream = await fetch(`${lab.url}/lab/events?user=U0BOB`);
  const chunks = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  await chunks.read();
  await lab.type({ ...ANN, text: '/vmotion help' });
  await lab.type({ user: 'U0BOB', channel: 'C0VSPHERE', text: '/vmotion help' });
  await lab.type({ ...ANN, text: 'good morning' });
  let received = '';
  while (!received.includes('good morning')) received += (await chunks.read()).value ?? '';
  const events = received
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: ') ? [JSON.parse(event.slice(6))] : []));
  expect(events).toMatchObject([
    { kind: 'ephemeral', message: { to: 'U0BOB' }, change: 2 },
    { kind: 'posted', message: { text: 'good morning' }, change: 3 },
  ]);
});

it('says which port is in use', async () => {
  const { lab } = await aLab();
  const taken = createLabSlack({ port: lab.port, signingSecret: 's', botToken: 'b', commandUrl: () => '' });
  await expect(taken).rejects.toMatchObject({ code: 'port-in-use' });
});
