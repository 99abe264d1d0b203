// Modals and the Home tab, through the real client.
import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { aLab, type Answer, type Payload, payloadOf, type Received } from './slack-lab.ts';

const ANN = { user: 'U0ANN', channel: 'C0VSPHERE' };

const REASON = {
  type: 'input',
  block_id: 'reason',
  label: { type: 'plain_text', text: 'Reason' },
  element: { type: 'plain_text_input', action_id: 'text', min_length: 5 },
};
const CLUSTER = {
  type: 'input',
  block_id: 'cluster',
  dispatch_action: true,
  label: { type: 'plain_text', text: 'Cluster' },
  element: { type: 'external_select', action_id: 'cluster', min_query_length: 0 },
};
const OPTIONS = {
  type: 'input',
  block_id: 'options',
  optional: true,
  label: { type: 'plain_text', text: 'Options' },
  element: {
    type: 'checkboxes',
    action_id: 'options',
    options: ['canary', 'dry'].map((value) => ({ text: { type: 'plain_text', text: value }, value })),
  },
};

function aModal(more: object = {}): View {
  const view = {
    type: 'modal',
    callback_id: 'reject',
    private_metadata: 'j-1',
    title: { type: 'plain_text', text: 'Reject' },
    submit: { type: 'plain_text', text: 'Reject' },
    blocks: [REASON],
    ...more,
  };
  return view as View;
}

const typeOf = (request: Received) => payloadOf(request).type ?? 'slash';
const json = (body: object): Answer => ({ body: JSON.stringify(body) });

/** A person with one modal open, and an app that answers submissions as told. */
async function anOpenModal(answer: (payload: Payload) => Answer | 'never' = () => ({}), view: View = aModal()) {
  const place = await aLab((request) => (typeOf(request) === 'slash' ? {} : answer(payloadOf(request))));
  const trigger = async () => {
    await place.lab.type({ ...ANN, text: '/vmotion reject' });
    return place.received.findLast((one) => typeOf(one) === 'slash')?.form.get('trigger_id') ?? '';
  };
  const opened = await place.client.views.open({ trigger_id: await trigger(), view });
  const stack = () =>
    place.lab.modals(ANN.user).map(({ content }) => (content.type === 'modal' ? content.title.text : ''));
  return { ...place, trigger, view: opened.view, stack };
}

const fillReason = (lab: Awaited<ReturnType<typeof anOpenModal>>['lab'], value: string) =>
  lab.fillIn({ user: ANN.user, actionId: 'text', value });

it('opens a modal, sends what was filled in, and closes it when the app says nothing', async () => {
  const { lab, received, view, stack } = await anOpenModal();
  expect(stack()).toEqual(['Reject']);
  await fillReason(lab, 'wrong gateway');
  expect(await lab.submit(ANN)).toBe('closed');
  expect(stack()).toEqual([]);
  expect(payloadOf(received.at(-1))).toMatchObject({
    type: 'view_submission',
    user: { id: 'U0ANN' },
    trigger_id: expect.any(String),
    view: {
      id: view?.id,
      callback_id: 'reject',
      private_metadata: 'j-1',
      state: { values: { reason: { text: { type: 'plain_text_input', value: 'wrong gateway' } } } },
    },
  });
});

it.each([
  { what: 'nothing', value: null, shown: 'Please complete this required field.' },
  { what: 'too little', value: 'no', shown: 'Must be at least 5 characters.' },
])('says itself that a required input holds $what, and sends nothing', async ({ value, shown }) => {
  const { lab, received } = await anOpenModal();
  const before = received.length;
  await lab.fillIn({ user: ANN.user, actionId: 'text', value });
  expect(await lab.submit(ANN)).toBe('open');
  expect(lab.modals(ANN.user)[0]?.errors).toEqual({ reason: shown });
  expect(received).toHaveLength(before);
});

it("shows the app's errors at the inputs, and takes them away when the input changes", async () => {
  const { lab } = await anOpenModal(() =>
    json({ response_action: 'errors', errors: { reason: 'Name the ticket too.' } }),
  );
  await fillReason(lab, 'wrong gateway');
  expect(await lab.submit(ANN)).toBe('open');
  expect(lab.modals(ANN.user)[0]?.errors).toEqual({ reason: 'Name the ticket too.' });
  await fillReason(lab, 'wrong gateway, CHG1');
  expect(lab.modals(ANN.user)[0]?.errors).toEqual({});
});

it.each([
  {
    what: 'errors for an input that is not there',
    answer: json({ response_action: 'errors', errors: { nobody: 'x' } }),
  },
  { what: 'something else', answer: json({ ok: true }) },
  { what: 'a failure', answer: { status: 500 } },
  { what: 'a modal that is wrong', answer: json({ response_action: 'update', view: { type: 'modal' } }) },
])('keeps the modal with a word of trouble when the app answers $what', async ({ answer }) => {
  const { lab, stack } = await anOpenModal(() => answer);
  await fillReason(lab, 'wrong gateway');
  expect(await lab.submit(ANN)).toBe('open');
  expect(stack()).toEqual(['Reject']);
  expect(lab.modals(ANN.user)[0]?.problem).toContain('trouble connecting');
});

it('updates, pushes and clears as the app answers', async () => {
  const titled = (text: string) => aModal({ title: { type: 'plain_text', text } });
  const answers = [
    json({ response_action: 'update', view: titled('Sure?') }),
    json({ response_action: 'push', view: titled('Really?') }),
    json({ response_action: 'clear' }),
  ];
  const { lab, stack } = await anOpenModal(() => answers.shift() ?? {});
  await fillReason(lab, 'wrong gateway');
  await lab.submit(ANN);
  expect(stack()).toEqual(['Sure?']);
  // What stood in the same input stays there.
  await lab.submit(ANN);
  expect(stack()).toEqual(['Sure?', 'Really?']);
  await fillReason(lab, 'wrong gateway');
  await lab.submit(ANN);
  expect(stack()).toEqual([]);
});

it('tells the app of a modal that was left, where it asked for that', async () => {
  const { lab, received, stack } = await anOpenModal(() => ({}), aModal({ notify_on_close: true }));
  await lab.dismiss(ANN);
  expect(stack()).toEqual([]);
  expect(payloadOf(received.at(-1))).toMatchObject({ type: 'view_closed', is_cleared: false });
});

it('refuses a trigger_id that is used, old or none', async () => {
  const { lab, client, trigger, received } = await anOpenModal();
  const id = await trigger();
  const open = (one: string) => client.views.open({ trigger_id: one, view: aModal() });
  await open(id);
  await expect(open(id)).rejects.toThrow('exchanged_trigger_id');
  await expect(open('12.34.ab')).rejects.toThrow('invalid_trigger_id');
  expect([lab.modals(ANN.user).length, received.length > 0]).toEqual([1, true]);
});

it('refuses a trigger_id after its time', async () => {
  const { lab, client, received } = await aLab(() => ({}), { triggerLivesMs: -1 });
  await lab.type({ ...ANN, text: '/vmotion' });
  const id = received[0]?.form.get('trigger_id') ?? '';
  await expect(client.views.open({ trigger_id: id, view: aModal() })).rejects.toThrow('expired_trigger_id');
});

it('stacks three modals and no more', async () => {
  const { client, trigger, stack } = await anOpenModal();
  const push = async () => client.views.push({ trigger_id: await trigger(), view: aModal() });
  await push();
  await push();
  await expect(push()).rejects.toThrow('push_limit_reached');
  expect(stack()).toHaveLength(3);
});

it('updates a modal by its id, unless the hash is an old one', async () => {
  const { lab, client, view } = await anOpenModal();
  const update = (hash?: string) =>
    client.views.update({
      view_id: view?.id ?? '',
      view: aModal({ title: { type: 'plain_text', text: 'New' } }),
      ...(hash === undefined ? {} : { hash }),
    });
  await update(view?.hash);
  await expect(update(view?.hash)).rejects.toThrow('hash_conflict');
  await update();
  expect(lab.modals(ANN.user)[0]?.content).toMatchObject({ title: { text: 'New' } });
  await expect(client.views.update({ view_id: 'V0NONE', view: aModal() })).rejects.toThrow('not_found');
});

it.each([
  { what: 'a long title', view: aModal({ title: { type: 'plain_text', text: 'x'.repeat(25) } }) },
  { what: 'inputs without a submit button', view: aModal({ submit: undefined }) },
  { what: 'too much private metadata', view: aModal({ private_metadata: 'x'.repeat(3001) }) },
  { what: 'too many blocks', view: aModal({ blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }) },
  {
    what: 'a block of the newer kinds',
    view: aModal({ blocks: [{ type: 'alert', text: { type: 'plain_text', text: 'x' } }] }),
  },
  { what: 'a Home tab', view: { type: 'home', blocks: [] } as View },
])('refuses a modal with $what, and says where', async ({ view }) => {
  const { client, trigger } = await anOpenModal();
  const error: unknown = await client.views
    .open({ trigger_id: await trigger(), view })
    .then(() => 'opened')
    .catch((one: unknown) => one);
  expect(error).toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/view')] },
    },
  });
});

it('refuses a view of more than 250 kB, and an external_id that is taken', async () => {
  const { client, trigger } = await anOpenModal(() => ({}), aModal({ external_id: 'one' }));
  const blocks = Array.from({ length: 90 }, () => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(3000) },
  }));
  const open = async (view: View) => client.views.open({ trigger_id: await trigger(), view });
  await expect(open(aModal({ blocks }))).rejects.toThrow('view_too_large');
  await expect(open(aModal({ external_id: 'one' }))).rejects.toThrow('duplicate_external_id');
});

it('asks the app for the options of an external menu, and lets only those be chosen', async () => {
  const options = ['cluster-a', 'cluster-l3'].map((value) => ({ text: { type: 'plain_text', text: value }, value }));
  const { lab, view, received } = await anOpenModal(
    (payload) => (payload.type === 'block_suggestion' ? json({ options }) : {}),
    aModal({ blocks: [CLUSTER, OPTIONS] }),
  );
  const menu = { user: ANN.user, actionId: 'cluster', viewId: view?.id ?? '' };
  await expect(lab.fillIn({ ...menu, value: 'cluster-a' })).rejects.toThrow('no option cluster-a');
  expect((await lab.suggest({ ...menu, query: 'clu' })).map(({ value }) => value)).toEqual(['cluster-a', 'cluster-l3']);
  expect(payloadOf(received.at(-1))).toMatchObject({ type: 'block_suggestion', value: 'clu', block_id: 'cluster' });
  await lab.fillIn({ ...menu, value: 'cluster-a' });
  // Its block dispatches actions: the app hears of the choice at once.
  expect(payloadOf(received.at(-1))).toMatchObject({
    type: 'block_actions',
    container: { type: 'view', view_id: view?.id },
    actions: [{ type: 'external_select', selected_option: { value: 'cluster-a' } }],
    view: { state: { values: { options: { options: { selected_options: [] } } } } },
  });
  await lab.fillIn({ user: ANN.user, actionId: 'options', value: ['dry'] });
  await lab.submit(ANN);
  expect(payloadOf(received.at(-1)).view.state.values).toMatchObject({
    cluster: { cluster: { selected_option: { value: 'cluster-a' } } },
    options: { options: { selected_options: [{ value: 'dry' }] } },
  });
});

it.each([
  {
    what: 'more than a hundred options',
    options: Array.from({ length: 101 }, (_, i) => ({ text: { type: 'plain_text', text: `${i}` }, value: `${i}` })),
  },
  { what: 'a text that is too long', options: [{ text: { type: 'plain_text', text: 'x'.repeat(76) }, value: 'x' }] },
])('shows an empty menu for $what', async ({ options }) => {
  const { lab, view } = await anOpenModal(() => json({ options }), aModal({ blocks: [CLUSTER] }));
  expect(await lab.suggest({ user: ANN.user, actionId: 'cluster', viewId: view?.id ?? '', query: '' })).toEqual([]);
});

async function publish(client: WebClient, text: string, hash?: string) {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
  const view = { type: 'home', blocks } as View;
  return client.views.publish({ user_id: 'U0ANN', view, ...(hash === undefined ? {} : { hash }) });
}

it('tells the app, signed, who opens the Home tab, and keeps what it publishes there', async () => {
  const { lab, client, received } = await aLab();
  await lab.openHome('U0ANN');
  expect(received[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    type: 'event_callback',
    event_id: expect.stringMatching(/^Ev/),
    event: { type: 'app_home_opened', user: 'U0ANN', tab: 'home' },
  });
  const { view } = await publish(client, 'Clusters');
  await publish(client, 'Clusters, newer', view?.hash);
  await expect(publish(client, 'older', view?.hash)).rejects.toThrow('hash_conflict');
  expect(JSON.stringify(lab.home('U0ANN')?.content.blocks)).toContain('newer');
  expect(lab.home('U0BOB')).toBeUndefined();
  await expect(client.views.publish({ user_id: 'U0NONE', view: aModal() })).rejects.toThrow('invalid_arguments');
});

it('sends an event again at once when the app did not take it', async () => {
  const answers = [{ status: 500 }, {}];
  const { lab, received } = await aLab(() => answers.shift() ?? {});
  await lab.openHome('U0ANN');
  expect(received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1']);
  expect(received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
  expect(received[0]?.body).toBe(received[1]?.body);
});

it('sends what is used on the Home tab, with a trigger_id that opens a modal', async () => {
  const { lab, client, received } = await aLab();
  const button = { type: 'button', action_id: 'picker', text: { type: 'plain_text', text: 'Change' } };
  const view = { type: 'home', blocks: [{ type: 'actions', elements: [button] }] } as View;
  await client.views.publish({ user_id: 'U0ANN', view });
  await lab.clickHome({ user: 'U0ANN', actionId: 'picker' });
  const payload = payloadOf(received[0]);
  expect(payload).toMatchObject({ type: 'block_actions', view: { type: 'home' }, actions: [{ action_id: 'picker' }] });
  await client.views.open({ trigger_id: payload.trigger_id, view: aModal() });
  expect(lab.modals('U0ANN')).toHaveLength(1);
});
