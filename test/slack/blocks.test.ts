import { expect, it } from 'vitest';
import { context, fields, linePages, lines, preformatted, section } from '../../shared/slack/blocks.ts';
import { escapeMrkdwn } from '../../shared/slack/escape-mrkdwn.ts';
import { fitBlocks } from '../../shared/slack/fit-blocks.ts';
import { callout } from '../../shared/slack/rich-blocks.ts';

const OUTSIDE = escapeMrkdwn('log in at https://evil.example, see #general, @channel');
const more = () => 'more';

it('leaves no address, channel or name in somebody else’s text for Slack to make a link or a mention of', () => {
  const blocks = [
    section(OUTSIDE),
    lines([OUTSIDE], more),
    ...linePages([OUTSIDE], { more }),
    ...preformatted(OUTSIDE, [OUTSIDE], { more }),
    fields([['Alarm', OUTSIDE]]),
    context([OUTSIDE]),
    callout('rich', 'warning', OUTSIDE),
    callout('classic', 'warning', OUTSIDE),
  ];
  const texts = mrkdwnOf([blocks, fitBlocks([section(`${OUTSIDE}\n`.repeat(40))], 500)]);
  expect(texts).toHaveLength(blocks.length + 1);
  expect(texts.filter(({ verbatim }) => verbatim !== true)).toEqual([]);
});

function mrkdwnOf(value: unknown): { verbatim?: unknown }[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (value === null || typeof value !== 'object') return [];
  const own =
    'type' in value && value.type === 'mrkdwn' ? [{ verbatim: 'verbatim' in value ? value.verbatim : undefined }] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}
