// What the page does with everything that an app may put there, with an app that answers as the test tells it.
import type { KnownBlock, View } from '@slack/types';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Side, SideScenario, SideSnapshot } from '../../infra/lab/slack/side.ts';
import { aLab, type Answer, type Payload, payloadOf } from '../lab/slack-lab.ts';
import { findBarriers, findBarriersInBoth } from './axe.ts';
import { openBrowser } from './browser.ts';
import { isTooWide, openPage, type OpenedPage } from './open-page.ts';

const CHANNEL = 'C0VSPHERE';
const PHONE = { width: 360, height: 740 };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const options = (...names: string[]) => names.map((name) => ({ text: plain(name), value: name }));
const json = (body: object): Answer => ({ body: JSON.stringify(body) });

let browser: Browser;
let place: Awaited<ReturnType<typeof aLab>>;
let opened: OpenedPage;
let page: Page;
/** What the app answers to what is not a command. */
let answer: (payload: Payload) => Answer | Promise<Answer>;
let side: ReturnType<typeof aSide>;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  answer = () => ({});
  side = aSide();
  place = await aLab((request) => (request.form.has('payload') ? answer(payloadOf(request)) : {}), { side });
  await open();
});
afterEach(async () => {
  await page.context().close();
  opened.check();
});

async function open(size?: { width: number; height: number }): Promise<void> {
  opened = await openPage(browser, place.lab.url, size);
  page = opened.page;
}

const post = (blocks: unknown[], more: object = {}) =>
  place.client.apiCall('chat.postMessage', { channel: CHANNEL, text: 'x', blocks, ...more }) as unknown as Promise<{
    ts: string;
  }>;
const lastPayload = () => payloadOf(place.received.findLast(({ form }) => form.has('payload')));
const sent = async (type: string) => {
  await expect.poll(() => lastPayload().type).toBe(type);
  return lastPayload();
};

/** A cluster of one host that a test changes by hand. */
function aSide() {
  const listeners = new Set<() => void>();
  const snapshot: SideSnapshot = {
    clusters: [
      {
        name: 'cluster-a',
        alarms: [],
        hosts: [
          {
            name: 'esx01',
            state: 'connected',
            adapters: [
              {
                device: 'vmk0',
                netstack: 'defaultTcpipStack',
                address: '10.0.0.51/24',
                mtuBytes: 1500,
                network: 'Management Network',
                services: ['management'],
              },
            ],
            stacks: [{ key: 'defaultTcpipStack', state: 'active', gateway: '10.0.0.1' }],
            pings: { ok: 0, failed: 0, silent: 0, failures: [] },
          },
        ],
      },
    ],
  };
  const scenarios: SideScenario[] = [
    { name: 'mtu-hole', breaks: 'Small packets only.', shows: 'Lost pings.', isOn: false },
    { name: 'islands', breaks: 'Nothing.', shows: 'Islands.', isOn: false, onlyAtStart: 'It breaks nothing.' },
  ];
  const change = () => {
    for (const listener of listeners) listener();
  };
  return {
    snapshot,
    change,
    read: () => snapshot,
    scenarios: () => scenarios,
    setScenario(name, on) {
      for (const one of scenarios) if (one.name === name) one.isOn = on;
      change();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } satisfies Side & { snapshot: SideSnapshot; change(): void };
}

const NEW_BLOCKS = [
  { type: 'alert', level: 'warning', text: plain('DRS moves machines by itself') },
  {
    type: 'plan',
    title: 'Wave 1',
    tasks: [
      { type: 'task_card', task_id: 't1', title: 'esx01', status: 'complete' },
      { type: 'task_card', task_id: 't2', title: 'esx02', status: 'error' },
    ],
  },
  {
    type: 'container',
    title: plain('Details'),
    is_collapsible: true,
    child_blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Inside' } }],
  },
  { type: 'card', title: { type: 'mrkdwn', text: 'A card' }, body: { type: 'mrkdwn', text: 'Its body' } },
  {
    type: 'table',
    rows: [
      [
        { type: 'raw_text', text: 'host' },
        { type: 'raw_text', text: 'mtu' },
      ],
      [
        { type: 'raw_text', text: 'esx01' },
        { type: 'raw_number', value: 9000, text: '9000' },
      ],
    ],
    column_settings: [{}, { align: 'right' }],
  },
  {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '+ vmk2' }] },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'user', user_id: 'U0ANN' },
              { type: 'usergroup', usergroup_id: 'S0NETONCALL' },
            ],
          },
        ],
      },
    ],
  },
  { type: 'markdown', text: '# Title\n\n- **one**\n- `two`' },
];

it('draws the newer blocks, each with its meaning in words', async () => {
  await post(NEW_BLOCKS);
  const message = page.getByRole('article');
  await message.getByText('Warning:').waitFor();
  expect(await message.getByText('done:', { exact: true }).count()).toBe(1);
  expect(await message.getByText('failed:', { exact: true }).count()).toBe(1);
  expect(await message.getByRole('table').getByRole('columnheader').allInnerTexts()).toEqual(['host', 'mtu']);
  expect(await message.getByText('@net-oncall').count()).toBe(1);
  expect(await message.getByText('one', { exact: true }).count()).toBe(1);
  await message.getByText('Details').click();
  expect(await message.getByText('Inside').isVisible()).toBe(false);
  expect(await findBarriersInBoth(page)).toEqual([]);
});

it('shows an image with its description, and a file with what is in it', async () => {
  place.lab.faults.fileReadyAfterMs = 0;
  const upload = async (filename: string, bytes: Buffer, altText: string) => {
    const begun = await place.client.apiCall('files.getUploadURLExternal', {
      filename,
      length: bytes.length,
      alt_txt: altText,
    });
    const { upload_url: url, file_id: id } = begun as unknown as { upload_url: string; file_id: string };
    await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
    await place.client.apiCall('files.completeUploadExternal', {
      files: [{ id, title: filename }],
      channel_id: CHANNEL,
    });
    return id;
  };
  const id = await upload('map.png', Buffer.from(PNG, 'base64'), '24 of 24 paths answer');
  await upload('matrix.csv', Buffer.from('from,to\nesx01,esx02\n'), '');
  await post([{ type: 'image', slack_file: { id }, alt_text: 'OK: every path answers' }]);
  await page.getByRole('img', { name: '24 of 24 paths answer' }).waitFor();
  const shown = page.getByRole('img', { name: 'OK: every path answers' });
  await shown.waitFor();
  await expect.poll(() => page.evaluate('document.querySelector("img[alt^=OK]").naturalWidth')).toBe(1);
  await page.getByText('Show', { exact: true }).click();
  await page.getByText('esx01,esx02').waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
});

it('opens a thread beside the channel, takes a reply, and gives the focus back', async () => {
  const { ts } = await post([{ type: 'header', text: plain('RUNNING') }]);
  await post([{ type: 'section', text: plain('esx01 done') }], { thread_ts: ts });
  const replies = page.getByRole('button', { name: '1 reply' });
  await replies.focus();
  await page.keyboard.press('Enter');
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('esx01 done').waitFor();
  await page.keyboard.type('looks fine');
  await page.keyboard.press('Enter');
  await thread.getByText('looks fine').waitFor();
  expect(await page.getByRole('log', { name: 'Messages' }).getByText('looks fine').count()).toBe(0);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await thread.waitFor({ state: 'hidden' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('2 replies');
  await post([{ type: 'section', text: plain('esx02 failed') }], { thread_ts: ts, reply_broadcast: true });
  await page.getByRole('button', { name: 'Replied to a thread' }).click();
  await thread.getByText('esx02 failed').waitFor();
});

it('chooses of menus by keyboard, after the question where there is one', async () => {
  const confirm = {
    title: plain('Ignore?'),
    text: plain('For a day.'),
    confirm: plain('Ignore'),
    deny: plain('Go back'),
  };
  await post([
    {
      type: 'section',
      block_id: 'card',
      text: plain('An alarm'),
      accessory: { type: 'overflow', action_id: 'more', options: options('1 h', '24 h', 'forever') },
    },
    {
      type: 'actions',
      block_id: 'row',
      elements: [
        {
          type: 'static_select',
          action_id: 'how',
          placeholder: plain('How long'),
          options: options('short', 'long'),
          confirm,
        },
      ],
    },
  ]);
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await page.keyboard.press('ArrowDown');
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('Enter');
  expect(await sent('block_actions')).toMatchObject({
    actions: [{ type: 'overflow', block_id: 'card', selected_option: { value: '24 h' } }],
  });
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await page.keyboard.press('Escape');
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('More actions');
  await page.getByRole('button', { name: 'How long' }).click();
  await page.getByRole('menuitemradio', { name: 'long' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ignore' }).click();
  await expect.poll(() => lastPayload().actions[0]?.action_id).toBe('how');
  expect(lastPayload().actions[0]?.selected_option.value).toBe('long');
});

const MODAL: View = {
  type: 'modal',
  callback_id: 'reject',
  title: plain('Reject the plan'),
  submit: plain('Reject'),
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: '*cluster-a*, 4 hosts' } },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      hint: plain('Everybody sees it.'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true },
    },
    {
      type: 'input',
      block_id: 'ticket',
      optional: true,
      label: plain('Ticket'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
    {
      type: 'input',
      block_id: 'cluster',
      dispatch_action: true,
      optional: true,
      label: plain('Cluster'),
      element: { type: 'external_select', action_id: 'cluster', min_query_length: 0 },
    },
    {
      type: 'input',
      block_id: 'tell',
      optional: true,
      label: plain('Tell'),
      element: { type: 'checkboxes', action_id: 'tell', options: options('requester', 'on call') },
    },
    {
      type: 'input',
      block_id: 'day',
      optional: true,
      label: plain('Not before'),
      element: { type: 'datepicker', action_id: 'day' },
    },
  ],
};

/** The modal of a button that somebody pressed. */
async function openModal(view: View = MODAL): Promise<void> {
  answer = async (payload) => {
    if (payload.type === 'block_actions' && payload.actions[0]?.action_id === 'open')
      await place.client.views.open({ trigger_id: payload.trigger_id, view });
    return {};
  };
  await post([{ type: 'actions', elements: [{ type: 'button', action_id: 'open', text: plain('Reject …') }] }]);
  await page.getByRole('button', { name: 'Reject …' }).click();
  await page.getByRole('dialog', { name: 'Reject the plan' }).waitFor();
}

it('fills a modal in by keyboard alone, with what is wrong shown at the inputs', async () => {
  await openModal();
  answer = (payload) =>
    payload.type === 'view_submission' && (payload.view.state.values['reason']?.['text']?.value.length ?? 0) < 10
      ? json({ response_action: 'errors', errors: { reason: 'Say more.' } })
      : {};
  expect(await findBarriersInBoth(page)).toEqual([]);
  // The first input has the focus.
  const reason = page.getByLabel('Reason');
  await page.getByRole('button', { name: 'Reject', exact: true }).press('Enter');
  await page.getByText('Error: Please complete this required field.').waitFor();
  await page.keyboard.type('no');
  await page.keyboard.press('Tab');
  await page.keyboard.type('CHG1');
  await page.keyboard.press('Enter');
  await page.getByText('Error: Say more.').waitFor();
  expect(await reason.inputValue()).toBe('no');
  expect(await reason.getAttribute('aria-invalid')).toBe('true');
  expect(await findBarriersInBoth(page)).toEqual([]);
  await reason.press('End');
  await page.keyboard.type(', wrong gateway');
  await page.getByRole('button', { name: 'Reject', exact: true }).press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(lastPayload().view.state.values).toMatchObject({
    reason: { text: { value: 'no, wrong gateway' } },
    ticket: { text: { value: 'CHG1' } },
  });
});

it('keeps what was typed when the app changes the modal around it', async () => {
  await openModal();
  const clusters = options('cluster-a', 'cluster-l3');
  answer = async (payload) => {
    if (payload.type === 'block_suggestion')
      return json({ options: clusters.filter(({ value }) => value.includes(payload.value)) });
    if (payload.type === 'block_actions') {
      const blocks = [
        ...(MODAL.blocks as KnownBlock[]),
        { type: 'section' as const, text: plain('Nothing runs there.') },
      ];
      await place.client.views.update({
        view_id: payload.view.id,
        hash: payload.view.hash,
        view: { ...MODAL, blocks } as View,
      });
    }
    return {};
  };
  await page.getByLabel('Reason').fill('wrong gateway');
  await page.getByLabel('Cluster').fill('l3');
  await page.getByRole('option', { name: 'cluster-l3' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing runs there.').waitFor();
  expect(await page.getByLabel('Reason').inputValue()).toBe('wrong gateway');
  await page.getByRole('checkbox', { name: 'on call' }).check();
  await page.getByLabel('Not before').fill('2026-12-01');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  expect((await sent('view_submission')).view.state.values).toMatchObject({
    reason: { text: { value: 'wrong gateway' } },
    cluster: { cluster: { selected_option: { value: 'cluster-l3' } } },
    tell: { tell: { selected_options: [{ value: 'on call' }] } },
    day: { day: { selected_date: '2026-12-01' } },
  });
});

it('leaves a modal by Escape and tells the app, and shows the one below', async () => {
  await openModal({ ...MODAL, notify_on_close: true });
  answer = (payload) =>
    payload.type === 'view_submission' && payload.view.previous_view_id === null
      ? json({
          response_action: 'push',
          view: { ...MODAL, title: plain('Really?'), blocks: [{ type: 'section', text: plain('Sure?') }] },
        })
      : {};
  await page.getByLabel('Reason').fill('wrong gateway');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.getByRole('dialog', { name: 'Really?' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('dialog', { name: 'Reject the plan' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await sent('view_closed')).toMatchObject({ view: { callback_id: 'reject' } });
});

it('fits modals, threads, Home and the lab into the width of a phone', async () => {
  await openModal();
  await page.context().close();
  await open(PHONE);
  const dialog = page.getByRole('dialog', { name: 'Reject the plan' });
  await dialog.waitFor();
  expect(await isTooWide(page)).toBe(false);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await post(NEW_BLOCKS);
  await page.getByRole('button', { name: 'Reply in thread' }).last().click();
  await page.getByRole('complementary', { name: 'Thread' }).waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close thread' }).click();
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByText('esx01').first().waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Menu' }).click();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'vmotion-ops' }).click();
  await page.getByText('has published nothing here yet').waitFor();
  expect(await isTooWide(page)).toBe(false);
});

it('goes to the Home tab, as the app is told, and to another person there', async () => {
  const home = (text: string): View => ({
    type: 'home',
    blocks: [
      { type: 'header', text: plain(text) },
      {
        type: 'actions',
        block_id: 'row',
        elements: [{ type: 'button', action_id: 'refresh', text: plain('Refresh') }],
      },
    ],
  });
  for (const [user, name] of [
    ['U0ANN', 'ann'],
    ['U0BOB', 'bob'],
  ] as const)
    await place.client.views.publish({ user_id: user, view: home(`Clusters of ${name}`) });
  await page.getByRole('button', { name: 'vmotion-ops' }).click();
  await page.getByRole('heading', { name: 'Clusters of ann' }).waitFor();
  expect(JSON.parse(place.received.at(-1)?.body ?? '{}').event).toMatchObject({
    type: 'app_home_opened',
    user: 'U0ANN',
  });
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.getByRole('button', { name: 'Refresh' }).click();
  expect(await sent('block_actions')).toMatchObject({
    container: { type: 'view' },
    actions: [{ action_id: 'refresh' }],
  });
  await place.client.views.publish({ user_id: 'U0ANN', view: home('Newer') });
  await page.getByRole('heading', { name: 'Newer' }).waitFor();
  await page.getByRole('radio', { name: 'bob' }).check();
  await page.getByRole('heading', { name: 'Clusters of bob' }).waitFor();
  await page.getByRole('button', { name: '# general' }).click();
  await page.getByRole('heading', { name: '# general' }).waitFor();
});

it('shows the simulated cluster as it changes, and switches faults by keyboard', async () => {
  const lab = page.getByRole('complementary', { name: 'The simulated vCenter' });
  await lab.getByText('10.0.0.51/24').waitFor();
  const [cluster] = side.snapshot.clusters;
  cluster?.hosts[0]?.adapters.push({
    device: 'vmk2',
    netstack: 'vmotion',
    address: '172.16.1.51/24',
    mtuBytes: 9000,
    network: 'vMotion-A, VLAN 101',
    services: ['vmotion'],
  });
  cluster?.alarms.push({ name: 'vMotion network lost', object: 'esx01', status: 'red' });
  Object.assign(cluster?.hosts[0]?.pings ?? {}, {
    ok: 2,
    failed: 1,
    silent: 3,
    lastAt: new Date().toISOString(),
    failures: [{ device: 'vmk2', to: '172.16.1.52', toName: 'esx02 vmk2', bytes: 9000, bytesThatPass: 1500, at: '' }],
  });
  side.change();
  await lab.getByText('lost: vmk2 to esx02 vmk2, 9000 bytes, 1500 bytes pass').waitFor();
  await lab.getByText('2 answered, 1 lost, 3 silent as they should be').waitFor();
  await lab.getByText('changed', { exact: true }).waitFor();
  await lab.getByText('Alarm (red): vMotion network lost, esx01').waitFor();
  await lab.locator('summary', { hasText: 'Break something' }).press('Enter');
  const fault = lab.getByRole('switch', { name: 'mtu-hole' });
  expect(await findBarriersInBoth(page)).toEqual([]);
  await fault.press('Space');
  await expect.poll(() => side.scenarios()[0]?.isOn).toBe(true);
  await lab.getByText('on: mtu-hole').waitFor();
  // It was drawn anew, and is still where the person is.
  expect(await page.evaluate('document.activeElement.getAttribute("aria-checked")')).toBe('true');
  await page.keyboard.press('Space');
  await lab.getByText('nothing is on').waitFor();
  await lab.getByText('Only at the start').click();
  expect(await lab.getByRole('switch', { name: 'islands' }).isDisabled()).toBe(true);
});

it('keeps the focus where it is while messages change around it', async () => {
  const button = { type: 'button', action_id: 'abort', text: plain('Abort') };
  const blocks = (text: string) => [
    { type: 'header', text: plain(text) },
    { type: 'actions', elements: [button] },
  ];
  const { ts } = await post(blocks('RUNNING 1 of 4'));
  await page.getByRole('button', { name: 'Abort' }).focus();
  await post([{ type: 'section', text: plain('Something else') }]);
  await place.client.apiCall('chat.update', { channel: CHANNEL, ts, text: 'x', blocks: blocks('RUNNING 2 of 4') });
  await page.getByRole('heading', { name: 'RUNNING 2 of 4' }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Abort');
});

it('says what went wrong where the app does not answer as it should', async () => {
  answer = () => ({ status: 500 });
  await post([{ type: 'actions', elements: [{ type: 'button', action_id: 'open', text: plain('Press') }] }]);
  await page.getByRole('button', { name: 'Press' }).click();
  const told = page.getByText('The button failed with the error "dispatch_failed"');
  await told.waitFor();
  expect(await page.getByRole('button', { name: 'Press' }).isEnabled()).toBe(true);
});
