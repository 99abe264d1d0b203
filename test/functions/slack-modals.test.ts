// Modals, menus and the Home tab through the function's one door: what Slack sends, and what the person then sees.
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../shared/domain/reply.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import { JOB_ACTIONS } from '../../shared/slack/views/job-actions.ts';
import { OpsError } from '../../shared/errors.ts';
import { aSlackFunction, HELP } from './a-slack-function.ts';
import { clickBody, commandBody, homeBody, payloadBody, slackEvent, viewOf } from './slack-request.ts';

type Function = ReturnType<typeof aSlackFunction>;

const REFUSED: Reply = {
  kind: 'refused',
  code: 'denied',
  what: 'You may not enable.',
  why: 'Rule x.',
  fix: '/vmotion status cluster-a',
  exitCode: 3,
};

const PLAN = 'j-7f3k9c|ab12cd34ef56';
const press = (action_id: string, value: string, more: object = {}) =>
  slackEvent({ body: clickBody({ action_id, value }, more) });

function onlyModal({ views }: Function) {
  const [modal, ...others] = views.modals();
  if (modal === undefined || others.length > 0) throw new Error(`${others.length + 1} modals`);
  return modal;
}

async function submit(place: Function, inputs: Record<string, string | string[]>) {
  const view = viewOf(onlyModal(place), inputs);
  const response = await place.handle(slackEvent({ body: payloadBody({ type: 'view_submission', view }) }));
  expect(response.statusCode).toBe(200);
  return response.body === '' ? undefined : (JSON.parse(response.body ?? '') as Record<string, unknown>);
}

describe('Reject', () => {
  it('asks for a reason before anything is rejected', async () => {
    const place = aSlackFunction();
    await place.handle(press('reject-plan', PLAN));
    expect(place.decisions).toEqual([]);
    expect(onlyModal(place).view).toMatchObject({ type: 'modal', callback_id: 'reject-reason' });
  });

  it('rejects with the reason, once however often it is sent, and closes', async () => {
    const place = aSlackFunction();
    await place.handle(press('reject-plan', PLAN));
    expect(await submit(place, { reason: '  The window is tomorrow.  ' })).toBeUndefined();
    const decision = { decision: 'reject', jobId: 'j-7f3k9c', digest: 'ab12cd34ef56', channel: 'C0VSPHERE' };
    expect(place.decisions).toEqual([
      { ...decision, requestId: 'view-V1', reason: 'The window is tomorrow.', user: 'U0BOB' },
    ]);
  });

  it.each([
    { what: 'too short', reason: 'no', says: '10 to 500' },
    { what: 'only spaces', reason: ' '.repeat(40), says: '10 to 500' },
    { what: 'too long', reason: 'x'.repeat(501), says: '10 to 500' },
  ])('says at the input that a reason is $what', async ({ reason, says }) => {
    const place = aSlackFunction();
    await place.handle(press('reject-plan', PLAN));
    const answer = await submit(place, { reason });
    expect(answer).toMatchObject({ response_action: 'errors', errors: { reason: expect.stringContaining(says) } });
    expect(place.decisions).toEqual([]);
  });

  it('says at the input why the decision does not count', async () => {
    const place = aSlackFunction({ decide: async () => REFUSED });
    await place.handle(press('reject-plan', PLAN));
    const answer = await submit(place, { reason: 'Not before the audit.' });
    expect(answer).toEqual({
      response_action: 'errors',
      errors: { reason: 'You may not enable. Rule x. /vmotion status cluster-a' },
    });
  });

  it('says what to type when the trigger has expired', async () => {
    const place = aSlackFunction();
    place.views.expire();
    await place.handle(press('reject-plan', PLAN));
    expect(JSON.stringify(place.answers)).toContain('/vmotion reject j-7f3k9c --reason');
  });

  it('shows in the modal what went wrong when the decision could not be made', async () => {
    const place = aSlackFunction({
      decide: async () => {
        throw new OpsError('table-failed', 'The table did not answer.', { retry: 'later', remedy: 'Try again soon.' });
      },
    });
    await place.handle(press('reject-plan', PLAN));
    const answer = await submit(place, { reason: 'Not before the audit.' });
    expect(answer).toMatchObject({ response_action: 'update' });
    expect(JSON.stringify(answer)).toContain('Try again soon.');
  });
});

describe('a button that stands for a command', () => {
  it.each([
    { action: 'pause', value: 'j-7f3k9c', text: 'pause j-7f3k9c' },
    { action: 'resume', value: 'j-7f3k9c', text: 'resume j-7f3k9c' },
    { action: 'abort', value: 'j-7f3k9c', text: 'abort j-7f3k9c' },
    { action: 'abort-and-put-back', value: 'j-7f3k9c', text: 'abort j-7f3k9c --put-back' },
    { action: 'cancel', value: 'j-7f3k9c', text: 'cancel j-7f3k9c' },
    { action: 'card-fix', value: 'a-7f3k9c', text: 'alarm fix a-7f3k9c' },
    { action: 'card-ignore', value: 'a-7f3k9c|60', text: 'alarm ignore a-7f3k9c --for 60m' },
    { action: 'card-explain', value: 'a-7f3k9c', text: 'alarm explain a-7f3k9c' },
    { action: 'replan', value: 'j-7f3k9c', text: 'retry j-7f3k9c' },
    { action: 'retest', value: 'j-7f3k9c', text: 'test cluster-a' },
  ])('$action does what is typed as "$text"', async ({ action, value, text }) => {
    const place = aSlackFunction();
    await place.handle(press(action, value));
    expect(place.commands).toEqual([{ requestId: '3.4.def', text, user: 'U0BOB', channel: 'C0VSPHERE' }]);
    expect(place.answers).toHaveLength(1);
  });

  it('is every one that a message or a card shows', async () => {
    for (const action of [...JOB_ACTIONS, 'card-fix', 'card-plan', 'card-ignore', 'card-explain']) {
      const place = aSlackFunction();
      await place.handle(press(action, 'j-7f3k9c'));
      const [command] = place.commands;
      const parsed = parseCommand(command?.text ?? '', { clusters: ['cluster-a'] });
      // The grammar knows the command; a job's id is none of an alarm.
      const code = 'kind' in parsed ? parsed.code : undefined;
      expect(code === undefined || action.startsWith('card-'), `${action}: ${code}`).toBe(true);
    }
  });

  it('takes the choice of an overflow menu for its value', async () => {
    const place = aSlackFunction();
    const action = { action_id: 'card-ignore', selected_option: { value: 'a-1|60' }, action_ts: '1.1' };
    await place.handle(slackEvent({ body: payloadBody({ type: 'block_actions', actions: [action] }) }));
    expect(place.commands.map(({ text }) => text)).toEqual(['alarm ignore a-1 --for 60m']);
  });

  it.each([{ value: '' }, { value: 'j-1 --put-back' }, { value: 'x'.repeat(65) }, { value: 'j-1|24; abort j-2' }])(
    'does nothing with a value that is no id ("$value")',
    async ({ value }) => {
      const place = aSlackFunction();
      await place.handle(press('abort', value));
      expect(place.commands).toEqual([]);
      expect(place.answers[0]?.text).toContain('belongs to another version');
    },
  );
});

describe('bare /vmotion', () => {
  const bare = (fields: Record<string, string> = {}) => slackEvent({ body: commandBody({ text: ' ', ...fields }) });

  it('opens the picker instead of an answer', async () => {
    const place = aSlackFunction();
    expect(await place.handle(bare())).toMatchObject({ statusCode: 200, body: '' });
    expect(onlyModal(place).view).toMatchObject({ callback_id: 'picker' });
    expect(place.commands).toEqual([]);
  });

  it('answers the help without a trigger', async () => {
    const form = new URLSearchParams(commandBody({ text: '' }));
    form.delete('trigger_id');
    const response = await aSlackFunction().handle(slackEvent({ body: form.toString() }));
    expect(JSON.parse(response.body ?? '')).toMatchObject({ text: 'How to use /vmotion' });
  });

  it('answers the help when the trigger has expired', async () => {
    const place = aSlackFunction();
    place.views.expire();
    expect(JSON.parse((await place.handle(bare())).body ?? '')).toMatchObject({ text: 'How to use /vmotion' });
  });

  it('answers the help where no cluster may be named', async () => {
    const place = aSlackFunction({ clusters: [] });
    expect((await place.handle(bare())).body).toContain('How to use /vmotion');
  });

  it('searches among more than a hundred clusters instead of listing them', async () => {
    const place = aSlackFunction({ clusters: Array.from({ length: 101 }, (_, index) => `cluster-${index}`) });
    await place.handle(bare());
    expect(JSON.stringify(onlyModal(place).view)).toContain('"type":"external_select","action_id":"pick-cluster"');
  });

  async function change(place: Function, inputs: Record<string, string | string[]>) {
    const view = viewOf(onlyModal(place), inputs);
    const actions = [{ action_id: 'pick-verb', action_ts: '1.1', selected_option: { value: 'x' } }];
    return place.handle(
      slackEvent({ body: payloadBody({ type: 'block_actions', view, actions, trigger_id: `t-${Math.random()}` }) }),
    );
  }

  it('shows with each change the command that will be sent, and what it would be refused with', async () => {
    const place = aSlackFunction({ rehearse: async (text) => (text.includes('cluster-b') ? REFUSED : HELP) });
    await place.handle(bare());
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-a', 'pick-reason': 'say "hello"' });
    const shown = JSON.stringify(onlyModal(place).view);
    expect(shown).toContain(`/vmotion enable cluster-a --reason \\"say 'hello'\\"`);
    expect(shown).toContain('Nothing stands against it now.');
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-b' });
    expect(JSON.stringify(onlyModal(place).view)).toContain('You may not enable.');
    expect(place.commands).toEqual([]);
  });

  it('offers only what fits the verb, and drops a host of another cluster', async () => {
    const place = aSlackFunction();
    await place.handle(bare());
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-a' });
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-a', 'pick-host': 'esx1' });
    expect(JSON.stringify(onlyModal(place).view)).toContain('/vmotion enable cluster-a --host esx1');
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-b', 'pick-host': 'esx1' });
    expect(JSON.stringify(onlyModal(place).view)).toContain('/vmotion enable cluster-b`');
    await change(place, { 'pick-verb': 'test', 'pick-cluster': 'cluster-b', 'pick-reason': 'left over' });
    const shown = JSON.stringify(onlyModal(place).view);
    expect(shown).toContain('/vmotion test cluster-b`');
    expect(shown).not.toContain('pick-reason');
  });

  it('does not overwrite what a newer change shows', async () => {
    const place = aSlackFunction();
    await place.handle(bare());
    const old = viewOf(onlyModal(place), { 'pick-verb': 'test', 'pick-cluster': 'cluster-a' });
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-b' });
    const actions = [{ action_id: 'pick-verb', action_ts: '1.1' }];
    await place.handle(slackEvent({ body: payloadBody({ type: 'block_actions', view: old, actions }) }));
    expect(JSON.stringify(onlyModal(place).view)).toContain('/vmotion enable cluster-b');
  });

  it('sends the very command, once for one modal, and shows its answer there', async () => {
    const place = aSlackFunction();
    await place.handle(bare());
    const inputs = { 'pick-verb': 'trial', 'pick-cluster': 'cluster-a', 'pick-vm': 'my vm', 'pick-from': 'esx1' };
    const answer = await submit(place, { ...inputs, 'pick-to': 'esx2', 'pick-return': ['yes'] });
    const text = 'trial cluster-a --vm "my vm" --from esx1 --to esx2 --return';
    expect(place.commands).toEqual([{ requestId: 'view-V1', text, user: 'U0BOB', channel: 'C0VSPHERE' }]);
    expect(answer).toMatchObject({ response_action: 'update', view: { callback_id: 'answer' } });
  });

  it.each([
    { code: 'denied', block: 'pick-cluster' },
    { code: 'cluster-busy', block: 'pick-cluster' },
    { code: 'reason-missing', block: 'pick-reason' },
    { code: 'ticket-malformed', block: 'pick-ticket' },
    { code: 'host-unknown', block: 'pick-host-cluster-a' },
    { code: 'unknown-verb', block: 'pick-verb' },
  ])('says at the input what is refused ($code)', async ({ code, block }) => {
    const place = aSlackFunction({ command: async () => ({ ...REFUSED, code }) });
    await place.handle(bare());
    await change(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-a' });
    const answer = await submit(place, { 'pick-verb': 'enable', 'pick-cluster': 'cluster-a' });
    expect(answer).toMatchObject({ response_action: 'errors', errors: { [block]: expect.any(String) } });
    const { blocks } = onlyModal(place).view as { blocks: { block_id?: string }[] };
    expect(blocks.map((one) => one.block_id)).toContain(block);
  });
});

describe('a menu', () => {
  const ask = (action_id: string, metadata: object) => {
    const view = { id: 'V1', type: 'modal', callback_id: 'picker', private_metadata: JSON.stringify(metadata) };
    return slackEvent({
      body: payloadBody({ type: 'block_suggestion', action_id, block_id: 'b', value: 'esx', view }),
    });
  };

  it('is answered with what the table knows, within what Slack takes', async () => {
    const names = ['esx1', 'x'.repeat(151), ...Array.from({ length: 120 }, (_, index) => `<${index}> & "more"`)];
    const asked: unknown[] = [];
    const place = aSlackFunction({
      suggest: async (request) => {
        asked.push(request);
        return { kind: 'names', names };
      },
    });
    const response = await place.handle(ask('pick-host', { channel: 'C0VSPHERE', cluster: 'cluster-a' }));
    const { options } = JSON.parse(response.body ?? '') as { options: { text: { text: string }; value: string }[] };
    expect(asked).toEqual([{ about: 'hosts', typed: 'esx', channel: 'C0VSPHERE', cluster: 'cluster-a' }]);
    expect(options).toHaveLength(100);
    expect(options[1]).toMatchObject({ text: { type: 'plain_text', text: '<0> & "more"' }, value: '<0> & "more"' });
  });

  it('offers what was typed, where the table knows no such host', async () => {
    const place = aSlackFunction({ suggest: async () => ({ kind: 'names', names: ['esx10'] }) });
    const response = await place.handle(ask('pick-host', { channel: 'C0VSPHERE', cluster: 'cluster-a' }));
    const { options } = JSON.parse(response.body ?? '') as { options: { value: string }[] };
    expect(options.map((one) => one.value)).toEqual(['esx10', 'esx']);
  });

  it.each([
    { what: 'that is not ours', event: ask('something', { channel: 'C0VSPHERE' }) },
    { what: 'of a modal that is not ours', event: ask('pick-host', { nothing: 1 }) },
  ])('$what gets no options', async ({ event }) => {
    const place = aSlackFunction({ suggest: async () => ({ kind: 'names', names: ['esx1'] }) });
    expect(JSON.parse((await place.handle(event)).body ?? '')).toEqual({ options: [] });
  });

  it('gets no options when the table fails', async () => {
    const place = aSlackFunction({ suggest: () => Promise.reject(new Error('no table')) });
    const response = await place.handle(ask('pick-job', { channel: 'C0VSPHERE' }));
    expect(JSON.parse(response.body ?? '')).toEqual({ options: [] });
  });
});

describe('the Home tab', () => {
  const opened = (tab?: string) => slackEvent({ body: homeBody('U0BOB', tab), contentType: 'application/json' });

  it('is shown to whoever opens it', async () => {
    const place = aSlackFunction();
    expect((await place.handle(opened())).statusCode).toBe(200);
    expect(JSON.stringify(place.views.home('U0BOB')?.view)).toContain('Nothing waits for you');
  });

  it('is not made for who opens the messages', async () => {
    const place = aSlackFunction();
    await place.handle(opened('messages'));
    expect(place.views.home('U0BOB')).toBeUndefined();
  });

  it('is made anew by Refresh, and never older than what is there', async () => {
    const place = aSlackFunction();
    await place.handle(opened());
    const first = place.views.home('U0BOB');
    const refresh = (hash: string, ts: string) => {
      const view = { id: 'H', type: 'home', callback_id: 'home', hash };
      const actions = [{ action_id: 'home-refresh', value: 'x', action_ts: ts }];
      return place.handle(slackEvent({ body: payloadBody({ type: 'block_actions', view, actions }) }));
    };
    await refresh(first?.hash ?? '', '1');
    expect(place.views.home('U0BOB')?.updates).toBe(1);
    await refresh(first?.hash ?? '', '2');
    expect(place.views.home('U0BOB')?.updates).toBe(1);
  });

  it('says why it shows nothing when it cannot be read', async () => {
    const place = aSlackFunction({
      home: {
        readHome: () =>
          Promise.reject(new OpsError('slack-refused', 'missing_scope', { retry: 'never', remedy: 'Reinstall.' })),
        readJob: async () => ({ reply: HELP, channel: '' }),
      },
    });
    await place.handle(opened());
    expect(JSON.stringify(place.views.home('U0BOB')?.view)).toContain('Reinstall.');
  });

  it('says so when reading takes longer than Slack waits, and does not keep Slack waiting', async () => {
    const never = new Promise<never>(() => undefined);
    const place = aSlackFunction({
      home: { readHome: async () => never, readJob: async () => ({ reply: HELP, channel: '' }) },
    });
    expect(await place.handle(opened())).toMatchObject({ statusCode: 200 });
    expect(JSON.stringify(place.views.home('U0BOB')?.view)).toContain('longer than Slack waits');
  });

  it('opens a waiting plan, where a press counts in the cluster’s channel', async () => {
    const place = aSlackFunction();
    const home = { id: 'H', type: 'home', callback_id: 'home', hash: 'h' };
    await place.handle(press('home-review', 'j-7f3k9c', { view: home, channel: undefined, response_url: undefined }));
    const view = viewOf(onlyModal(place));
    const container = { type: 'view' };
    await place.handle(press('approve-plan', PLAN, { view, container, trigger_id: '9.9', channel: undefined }));
    expect(place.decisions).toMatchObject([{ decision: 'approve', jobId: 'j-7f3k9c', channel: 'C0VSPHERE' }]);
    expect(JSON.stringify(onlyModal(place).view)).toContain('configures, proves and reverts');
    await place.handle(press('reject-plan', PLAN, { view, container, trigger_id: '9.10', channel: undefined }));
    expect(onlyModal(place).view).toMatchObject({ callback_id: 'reject-reason' });
  });

  it('answers the address check of the Events API', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const response = await aSlackFunction().handle(slackEvent({ body, contentType: 'application/json' }));
    expect(JSON.parse(response.body ?? '')).toEqual({ challenge: 'abc' });
  });
});

it('closes a modal that it does not know, and takes note of nothing that was closed', async () => {
  const place = aSlackFunction();
  const view = { id: 'V9', type: 'modal', callback_id: 'old', hash: 'h' };
  for (const type of ['view_submission', 'view_closed']) {
    const response = await place.handle(slackEvent({ body: payloadBody({ type, view }) }));
    expect(response).toMatchObject({ statusCode: 200, body: '' });
  }
  expect([...place.commands, ...place.decisions]).toEqual([]);
});
