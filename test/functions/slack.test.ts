import { expect, it } from 'vitest';
import { OpsError } from '../../shared/errors.ts';
import { aSlackFunction, HELP } from './a-slack-function.ts';
import { clickBody, commandBody, slackEvent } from './slack-request.ts';

it('answers a signed command with a private message', async () => {
  const { handle, commands } = aSlackFunction();
  const response = await handle(slackEvent());
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(response.body ?? '')).toMatchObject({ response_type: 'ephemeral', text: 'How to use /vmotion' });
  expect(commands).toEqual([{ requestId: '1.2.abc', text: 'status cluster-a', user: 'U0ANN', channel: 'C0VSPHERE' }]);
});

it('carries out a press of Approve and answers it in private', async () => {
  const { handle, decisions, answers } = aSlackFunction();
  const body = clickBody({ action_id: 'approve-plan', value: 'j-7f3k9c|ab12cd34ef56' });
  expect(await handle(slackEvent({ body }))).toMatchObject({ statusCode: 200, body: '' });
  const request = { requestId: '3.4.def', jobId: 'j-7f3k9c', digest: 'ab12cd34ef56', user: 'U0BOB' };
  expect(decisions).toEqual([{ ...request, decision: 'approve', channel: 'C0VSPHERE' }]);
  expect(answers).toHaveLength(1);
});

it('answers only after the use case is through, because Lambda sends nothing before the listener has returned', async () => {
  const order: string[] = [];
  const { handle } = aSlackFunction({
    command: async () => {
      await Promise.resolve();
      order.push('row and message');
      return HELP;
    },
  });
  await handle(slackEvent());
  order.push('answered');
  expect(order).toEqual(['row and message', 'answered']);
});

it('calls nobody while the person waits', async () => {
  const real = globalThis.fetch;
  const called: unknown[] = [];
  globalThis.fetch = async (url) => {
    called.push(url);
    throw new Error('no network here');
  };
  try {
    const { handle } = aSlackFunction();
    expect((await handle(slackEvent())).statusCode).toBe(200);
  } finally {
    globalThis.fetch = real;
  }
  expect(called).toEqual([]);
});

it('answers 200 with the remedy when a use case throws', async () => {
  const { handle } = aSlackFunction({
    command: async () => {
      throw new OpsError('table-failed', 'The job table did not answer.', {
        retry: 'later',
        remedy: 'Try again soon.',
      });
    },
  });
  const response = await handle(slackEvent());
  expect(response.statusCode).toBe(200);
  expect(response.body).toContain('The job table did not answer.');
  expect(response.body).toContain('Try again soon.');
});

it('hides a defect from the channel and names the request to look for', async () => {
  const { handle, logged } = aSlackFunction({
    command: async () => {
      throw new TypeError('cannot read properties of undefined');
    },
  });
  const response = await handle(slackEvent());
  expect(response.statusCode).toBe(200);
  expect(response.body).not.toContain('cannot read');
  expect(logged.join('')).toContain('cannot read');
});

it('keeps a decision whose private answer could not be delivered', async () => {
  const { handle, decisions, answers } = aSlackFunction({ respond: () => Promise.reject(new Error('gone')) });
  const body = clickBody({ action_id: 'approve-plan', value: 'j-1|ab12cd34ef56' });
  expect((await handle(slackEvent({ body }))).statusCode).toBe(200);
  expect(decisions).toHaveLength(1);
  expect(answers).toEqual([]);
});

it.each([
  {
    what: 'bad JSON with a bad signature',
    event: slackEvent({ body: '{', contentType: 'application/json', secret: 'x' }),
  },
  { what: 'no body and no headers', event: { ...slackEvent({ headers: {} }), body: undefined } },
  { what: 'no signature', event: slackEvent({ headers: { 'content-type': 'application/x-www-form-urlencoded' } }) },
  { what: 'another secret', event: slackEvent({ secret: 'another' }) },
  { what: 'a timestamp of 301 seconds ago', event: slackEvent({ timestampOffset: -301 }) },
  { what: 'a timestamp of 301 seconds ahead', event: slackEvent({ timestampOffset: 301 }) },
  { what: 'a timestamp of a day ahead', event: slackEvent({ timestampOffset: 86_400 }) },
  { what: 'another signature version', event: slackEvent({ version: 'v9' }) },
  { what: 'an unsigned ssl_check', event: slackEvent({ body: 'ssl_check=0', secret: 'x' }) },
  { what: 'a body of megabytes', event: slackEvent({ body: `text=${'x'.repeat(600_000)}` }) },
  { what: 'a content type that Slack never sends', event: slackEvent({ contentType: 'text/plain' }) },
])('answers $what with an empty 401 and logs neither body nor signature', async ({ event }) => {
  const { handle, commands, logged } = aSlackFunction();
  expect(await handle(event as Parameters<typeof handle>[0])).toEqual({ statusCode: 401, body: '' });
  expect(commands).toEqual([]);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ event: 'slack-request-rejected', reason: expect.any(String) });
  expect(logged.join('')).not.toContain('v0=');
});

it.each([{ offset: -300 }, { offset: 300 }])('accepts a timestamp of $offset seconds from now', async ({ offset }) => {
  const { handle } = aSlackFunction();
  expect((await handle(slackEvent({ timestampOffset: offset }))).statusCode).toBe(200);
});

it('accepts a content type with parameters', async () => {
  const { handle, commands } = aSlackFunction();
  const event = slackEvent({ contentType: 'application/x-www-form-urlencoded; charset=utf-8' });
  expect((await handle(event)).statusCode).toBe(200);
  expect(commands).toHaveLength(1);
});

it('reads a base64 body as UTF-8', async () => {
  const { handle, decisions } = aSlackFunction();
  const payload = {
    type: 'block_actions',
    user: { id: 'U0BOB', name: 'Bøb 🐝' },
    team: { id: 'T0LAB' },
    actions: [] as object[],
  };
  payload.actions = [{ type: 'button', action_id: 'approve-plan', value: 'j-1|ab12cd34ef56', action_ts: '7.8' }];
  // JSON with raw non-ASCII inside the form: what Bolt's own decoding destroys.
  const body = `payload=${JSON.stringify(payload)}`;
  expect((await handle(slackEvent({ body, isBase64Encoded: true }))).statusCode).toBe(200);
  expect(decisions).toHaveLength(1);
});

it('runs one signed request once and refuses its copy', async () => {
  const { handle, commands, logged } = aSlackFunction();
  const event = slackEvent();
  expect((await handle(event)).statusCode).toBe(200);
  expect(await handle(event)).toEqual({ statusCode: 401, body: '' });
  expect(commands).toHaveLength(1);
  expect(logged.join('')).toContain('"reason":"replayed"');
});

it('does nothing, and says so, when it cannot know whether a request came before', async () => {
  const { handle, commands } = aSlackFunction({
    once: () => {
      throw new OpsError('table-failed', 'The table did not answer.', { retry: 'later', remedy: 'Try again soon.' });
    },
  });
  const response = await handle(slackEvent());
  expect(response.statusCode).toBe(200);
  expect(response.body).toContain('Try again soon.');
  expect(commands).toEqual([]);
});

it.each([
  { what: 'a command it does not know', body: commandBody({ command: '/vmotoin' }), text: '/vmotion help' },
  { what: 'a command that looks alike', body: commandBody({ command: '/vmotion2' }), text: '/vmotion help' },
])('answers $what with what to type instead', async ({ body, text }) => {
  const { handle, commands } = aSlackFunction();
  const response = await handle(slackEvent({ body }));
  expect(response.statusCode).toBe(200);
  expect(response.body).toContain(text);
  expect(commands).toEqual([]);
});

it.each([
  { what: 'a button it does not know', action: { action_id: 'view-diff', value: 'x' } },
  { what: 'a button without a plan', action: { action_id: 'approve-plan', value: 'j-1' } },
])('answers $what in private and decides nothing', async ({ action }) => {
  const { handle, decisions, answers } = aSlackFunction();
  expect((await handle(slackEvent({ body: clickBody(action) }))).statusCode).toBe(200);
  expect(decisions).toEqual([]);
  expect(answers[0]?.text).toContain('another version');
});

it.each([
  { what: 'a payload that is not JSON', body: 'payload=%7B' },
  { what: 'a form that is nothing of Slack', body: 'a=b' },
  {
    what: 'a shortcut nobody registered',
    body: `payload=${encodeURIComponent('{"type":"shortcut","callback_id":"x","user":{"id":"U"},"team":{"id":"T"}}')}`,
  },
  { what: 'a command without its user', body: 'command=%2Fvmotion&text=help' },
])('never answers a signed request with an error: $what', async ({ body }) => {
  const { handle, commands } = aSlackFunction();
  expect((await handle(slackEvent({ body }))).statusCode).toBe(200);
  expect(commands).toEqual([]);
});

it('names a command without a trigger_id after its signature', async () => {
  const { handle, commands } = aSlackFunction();
  const body = commandBody();
  await handle(slackEvent({ body: body.replace(/&trigger_id=[^&]*/, '') }));
  expect(commands[0]?.requestId).toMatch(/^sig-[0-9a-f]{32}$/);
});

it('gives the use case what was typed, without the entities that Slack makes of it', async () => {
  const { handle, commands } = aSlackFunction();
  await handle(slackEvent({ body: commandBody({ text: 'reject j-1 a &lt; b &amp;amp; c' }) }));
  expect(commands[0]?.text).toBe('reject j-1 a < b &amp; c');
});

it('tells the person before Slack gives up that the answer is late, and where to look', async () => {
  const { handle, logged } = aSlackFunction({ command: () => new Promise(() => undefined) });
  const response = await handle(slackEvent());
  expect(response.statusCode).toBe(200);
  expect(response.body).toContain('answer-late');
  expect(response.body).toContain('/vmotion history');
  expect(logged.join('')).toContain('"code":"answer-late"');
});

it.each([
  { what: 'an old timestamp', override: { timestampOffset: -301 }, remedy: 'clock' },
  { what: 'a timestamp of the future', override: { timestampOffset: 301 }, remedy: 'clock' },
  { what: 'another secret', override: { secret: 'not-that-one' }, remedy: 'Basic Information' },
])('says in the log what to do about $what', async ({ override, remedy }) => {
  const { handle, logged } = aSlackFunction();
  expect(await handle(slackEvent(override))).toMatchObject({ statusCode: 401, body: '' });
  expect(logged.join('')).toContain(remedy);
});

it.each(['replan', 'revert', 'retest', 'plan-enable', 'card-fix', 'card-plan'])(
  'makes one job of a double click on %s, which Slack tells as two clicks',
  async (action_id) => {
    const { handle, commands } = aSlackFunction();
    const value = action_id.startsWith('card') ? 'a-0123456789' : 'j-7f3k9c';
    const click = (trigger_id: string, more: object = {}) =>
      handle(slackEvent({ body: clickBody({ action_id, value }, { trigger_id, ...more }) }));
    await Promise.all([click('1.first'), click('2.second'), click('3.third')]);
    expect(commands).toHaveLength(1);
    await click('4.elsewhere', { container: { message_ts: '2.000002', channel_id: 'C0VSPHERE' } });
    await click('5.ann', { user: { id: 'U0ANN', team_id: 'T0LAB' } });
    expect(commands.map(({ requestId, user }) => [requestId, user]).slice(1)).toEqual([
      ['4.elsewhere', 'U0BOB'],
      ['5.ann', 'U0ANN'],
    ]);
  },
);
