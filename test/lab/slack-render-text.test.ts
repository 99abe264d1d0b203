import { expect, it } from 'vitest';
import { renderText, toPlain } from '../../infra/lab/slack/render-text.ts';

it.each([
  { mrkdwn: '*bold* _italic_ ~gone~ `code`', plain: 'bold italic gone code' },
  { mrkdwn: 'a snake_case_name and 2 * 3 * 4', plain: 'a snake_case_name and 2 * 3 * 4' },
  { mrkdwn: '`*kept* in code`', plain: '*kept* in code' },
  { mrkdwn: '<@U0ANN> in <#C0VSPHERE>', plain: '@ann in #vsphere-prod' },
  { mrkdwn: '<@U0NOBODY> <#C0NONE|there>', plain: '@U0NOBODY #there' },
  { mrkdwn: 'Expires <!date^1795255210^{date} {time}|2026-11-21 10:00 UTC>', plain: 'Expires 2026-11-21 10:00 UTC' },
  { mrkdwn: '<https://example.invalid|the page>', plain: 'the page' },
  { mrkdwn: 'a &lt; b &amp;amp; c', plain: 'a < b &amp; c' },
])('reads "$mrkdwn" as "$plain"', ({ mrkdwn, plain }) => {
  expect(toPlain(mrkdwn)).toBe(plain);
});

it('keeps preformatted text as it stands, set in', () => {
  expect(toPlain('*Plan*\n```\n+ a *b*\n    c: 1 -&gt; 2\n```')).toBe('Plan\n  + a *b*\n      c: 1 -> 2');
});

it('shows every kind of block, fields aligned and buttons in brackets', () => {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'WAITING' } },
    {
      type: 'section',
      fields: [
        { type: 'mrkdwn', text: '*vCenter*\nlab' },
        { type: 'mrkdwn', text: '*Plan*\n`ab12`' },
      ],
    },
    {
      type: 'actions',
      elements: ['Approve', 'Reject'].map((text) => ({ type: 'button', text: { type: 'plain_text', text } })),
    },
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'small' }] },
  ];
  expect(renderText({ text: 'x', blocks })).toBe(
    'WAITING\n=======\n\nvCenter  lab\nPlan     ab12\n[Approve] [Reject]\n  small',
  );
});

it('falls back to the text of a message without blocks', () => {
  expect(renderText({ text: 'good &amp; *well*' })).toBe('good & well');
});
