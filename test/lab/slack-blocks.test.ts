// What Slack takes and refuses of Block Kit, through the real client where it posts.
import { expect, it } from 'vitest';
import { validateBlocks, validateViewBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import { aLab } from './slack-lab.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const markup = (text: string) => ({ type: 'mrkdwn', text });
const raw = (text: string) => ({ type: 'raw_text', text });
const option = (value: string) => ({ text: plain(value), value });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
});
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const task = (more: object = {}) => ({ type: 'task_card', task_id: 't', title: 'esx01', status: 'pending', ...more });

const GOOD: { what: string; block: object }[] = [
  {
    what: 'a table of raw and rich cells',
    block: {
      type: 'table',
      rows: [
        [raw('host'), raw('mtu')],
        [rich('esx01'), { type: 'raw_number', value: 9000, text: '9000' }],
      ],
      column_settings: [{ align: 'right', is_wrapped: true }, null],
    },
  },
  {
    what: 'a data table',
    block: { type: 'data_table', caption: 'Paths', rows: [[raw('a')], [raw('b')]], page_size: 10 },
  },
  { what: 'an alert', block: { type: 'alert', level: 'error', text: markup('*No*') } },
  {
    what: 'a card',
    block: { type: 'card', title: markup('x'), actions: [{ type: 'button', action_id: 'a', text: plain('Go') }] },
  },
  {
    what: 'a container',
    block: {
      type: 'container',
      title: plain('x'),
      is_collapsible: true,
      default_collapsed: true,
      child_blocks: [{ type: 'divider' }],
    },
  },
  {
    what: 'a plan',
    block: { type: 'plan', title: 'Wave 1', tasks: [task({ status: 'in_progress', details: rich('step 4 of 6') })] },
  },
  { what: 'markdown', block: { type: 'markdown', text: '**x**' } },
  { what: 'rich text', block: rich('+ vmk2') },
  {
    what: 'menus',
    block: actions(
      { type: 'static_select', action_id: 'a', options: many(100, (index) => option(`${index}`)) },
      { type: 'overflow', action_id: 'b', options: many(5, (index) => option(`${index}`)) },
    ),
  },
  {
    what: 'pickers',
    block: actions(
      { type: 'datepicker', action_id: 'a', initial_date: '2026-12-01' },
      { type: 'radio_buttons', action_id: 'b', options: many(10, (index) => option(`${index}`)) },
      { type: 'checkboxes', action_id: 'c', options: [option('x')] },
    ),
  },
  {
    what: 'an input',
    block: {
      type: 'input',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'a', max_length: 3000 },
    },
  },
];

it.each(GOOD)('takes $what', ({ block }) => {
  expect(validateBlocks([block])).toEqual([]);
});

const BAD: { what: string; block: object }[] = [
  { what: 'a table of 101 rows', block: { type: 'table', rows: many(101, () => [raw('x')]) } },
  { what: 'a table of 21 columns', block: { type: 'table', rows: [many(21, () => raw('x'))] } },
  { what: 'rows of different lengths', block: { type: 'table', rows: [[raw('x')], [raw('x'), raw('y')]] } },
  { what: 'an empty cell', block: { type: 'table', rows: [[raw('')]] } },
  {
    what: 'more than 10,000 characters in cells',
    block: { type: 'table', rows: many(6, () => [raw('x'.repeat(1700))]) },
  },
  { what: 'a data table without a caption', block: { type: 'data_table', rows: [[raw('a')], [raw('b')]] } },
  { what: 'a level that there is not', block: { type: 'alert', level: 'loud', text: plain('x') } },
  { what: 'an empty card', block: { type: 'card', subtitle: markup('x') } },
  {
    what: 'eleven blocks in a container',
    block: { type: 'container', title: plain('x'), child_blocks: many(11, () => ({ type: 'divider' })) },
  },
  {
    what: 'a container in a container',
    block: {
      type: 'container',
      title: plain('x'),
      child_blocks: [{ type: 'container', title: plain('y'), child_blocks: [{ type: 'divider' }] }],
    },
  },
  { what: 'a state that there is not', block: { type: 'plan', title: 'x', tasks: [task({ status: 'running' })] } },
  { what: '12,001 characters of markdown', block: { type: 'markdown', text: 'x'.repeat(12_001) } },
  {
    what: '101 options',
    block: actions({ type: 'static_select', action_id: 'a', options: many(101, (index) => option(`${index}`)) }),
  },
  {
    what: 'six entries of an overflow menu',
    block: actions({ type: 'overflow', action_id: 'a', options: many(6, (index) => option(`${index}`)) }),
  },
  {
    what: 'an option of 76 characters',
    block: actions({ type: 'overflow', action_id: 'a', options: [{ text: plain('x'.repeat(76)), value: 'x' }] }),
  },
  {
    what: 'an option value of 151 characters',
    block: actions({ type: 'overflow', action_id: 'a', options: [{ text: plain('x'), value: 'x'.repeat(151) }] }),
  },
  {
    what: 'a menu of options and groups',
    block: actions({
      type: 'static_select',
      action_id: 'a',
      options: [option('x')],
      option_groups: [{ label: plain('x'), options: [option('x')] }],
    }),
  },
  { what: 'a date that is none', block: actions({ type: 'datepicker', action_id: 'a', initial_date: '1 December' }) },
  {
    what: 'a button as an input',
    block: { type: 'input', label: plain('x'), element: { type: 'button', text: plain('x') } },
  },
  {
    what: 'an image of two sources',
    block: { type: 'image', alt_text: 'x', image_url: 'https://x.invalid/x.png', slack_file: { id: 'F1' } },
  },
  { what: 'an image without a description', block: { type: 'image', slack_file: { id: 'F1' }, alt_text: '' } },
  {
    what: '26 buttons',
    block: actions(...many(26, (index) => ({ type: 'button', action_id: `${index}`, text: plain('x') }))),
  },
  {
    what: 'one action_id twice',
    block: actions(...many(2, () => ({ type: 'button', action_id: 'a', text: plain('x') }))),
  },
];

it.each(BAD)('refuses $what', ({ block }) => {
  expect(validateBlocks([block])).not.toEqual([]);
});

it('takes one table a message', () => {
  const table = { type: 'table', rows: [[raw('x')]] };
  expect(validateBlocks([table])).toEqual([]);
  expect(validateBlocks([table, table])[0]).toContain('only one table');
});

it('takes 100 blocks in a view, and none of the newer kinds', () => {
  const dividers = (count: number) => many(count, () => ({ type: 'divider' }));
  expect(validateViewBlocks(dividers(100))).toEqual([]);
  expect(validateViewBlocks(dividers(101))).not.toEqual([]);
  expect(validateViewBlocks([{ type: 'table', rows: [[raw('x')]] }])[0]).toContain('/view/blocks/0');
});

it.each([
  { fault: 'oldClients' as const, block: GOOD[2]!.block, other: GOOD[0]!.block },
  { fault: 'noTables' as const, block: GOOD[0]!.block, other: GOOD[2]!.block },
])('refuses as a workspace that does not know them yet ($fault)', async ({ fault, block, other }) => {
  const { lab, client } = await aLab();
  lab.faults[fault] = true;
  const post = (one: object) => client.apiCall('chat.postMessage', { channel: 'C0VSPHERE', text: 'x', blocks: [one] });
  await expect(post(block)).rejects.toMatchObject({
    data: { error: 'invalid_blocks', response_metadata: { messages: [expect.stringContaining('unsupported type')] } },
  });
  await post(other);
  expect(lab.messages()).toHaveLength(1);
});
