import { afterEach, expect, it } from 'vitest';
import { createLabSlack, type LabSlack, type LabSlackOptions } from '../../infra/lab/slack/workspace.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';

const open: LabSlack[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((lab) => lab.close()));
});

async function aLab(options: Partial<LabSlackOptions> = {}): Promise<LabSlack> {
  const lab = await createLabSlack({
    signingSecret: 's',
    botToken: 'xoxb-lab',
    commandUrl: () => 'http://127.0.0.1:1/',
    ...options,
  });
  open.push(lab);
  return lab;
}

const chatOf = (lab: LabSlack, token = 'xoxb-lab') =>
  createWebApiChat({ token: async () => token, slackApiUrl: lab.apiUrl });
const message = (text: string, channel = 'C0VSPHERE') => ({
  channel,
  text,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
});

it('posts a message and updates it in place', async () => {
  const lab = await aLab();
  const chat = chatOf(lab);
  const { ts } = await chat.post(message('RUNNING 🐝'));
  expect(await chat.update(ts, message('OK'))).toEqual({ kind: 'updated' });
  expect(lab.messages()).toMatchObject([
    { ts, channel: 'C0VSPHERE', text: 'OK', blocks: message('OK').blocks, edited: 1 },
  ]);
});

it('says that a deleted message is gone', async () => {
  const lab = await aLab();
  const chat = chatOf(lab);
  const { ts } = await chat.post(message('RUNNING'));
  lab.remove({ channel: 'C0VSPHERE', ts });
  expect(await chat.update(ts, message('OK'))).toEqual({ kind: 'gone' });
});

it('throws at once, to come again later, when Slack asks to wait', async () => {
  const lab = await aLab();
  lab.faults.rateLimited = 1;
  lab.faults.retryAfterSeconds = 30;
  await expect(chatOf(lab).post(message('OK'))).rejects.toMatchObject({ code: 'slack-rate-limited', retry: 'later' });
  expect(lab.messages()).toEqual([]);
});

it.each([
  {
    what: "a token that is not the app's",
    token: 'xoxb-other',
    channel: 'C0VSPHERE',
    word: 'invalid_auth',
    remedy: /bot token/,
  },
  {
    what: 'a channel it is not in',
    token: 'xoxb-lab',
    channel: 'C0NONE',
    word: 'channel_not_found',
    remedy: /vmotion\.yaml/,
  },
])('names the remedy for $what and does not repeat it', async ({ token, channel, word, remedy }) => {
  const lab = await aLab();
  await expect(chatOf(lab, token).post(message('OK', channel))).rejects.toMatchObject({
    code: 'slack-refused',
    retry: 'never',
    fault: word,
    remedy: expect.stringMatching(remedy),
  });
});

it('repeats what Slack says about blocks that it refuses, and never the token', async () => {
  const lab = await aLab();
  const post = chatOf(lab).post({
    ...message('x'),
    blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
  });
  const error = await post.then(
    () => new Error('Slack took it'),
    (one: unknown) => one as Error,
  );
  expect(error.message).toContain('/blocks/0/text/text');
  expect(JSON.stringify(error)).not.toContain('xoxb-lab');
});

it('does not know whether a message arrived when the answer is lost', async () => {
  const lab = await aLab();
  const chat = chatOf(lab);
  await lab.close();
  await expect(chat.post(message('OK'))).rejects.toMatchObject({ code: 'slack-unreachable', retry: 'outcome-unknown' });
});
