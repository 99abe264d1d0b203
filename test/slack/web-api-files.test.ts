// Replies and files through Slack's real client, against the lab's workspace.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createLabSlack, type LabSlack } from '../../infra/lab/slack/workspace.ts';
import type { Chat } from '../../shared/ports.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';

const CHANNEL = 'C0VSPHERE';
// One white pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
  'base64',
);

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aLab(): Promise<LabSlack> {
  const lab = await createLabSlack({
    signingSecret: 's',
    botToken: 'xoxb-lab',
    commandUrl: () => 'http://127.0.0.1:1/',
  });
  lab.faults.fileReadyAfterMs = 0;
  open.push(lab);
  return lab;
}

const chatAt = (slackApiUrl: string): Chat => createWebApiChat({ token: async () => 'xoxb-lab', slackApiUrl });
const message = (text: string) => ({ channel: CHANNEL, text, blocks: [] });
const repliesIn = (lab: LabSlack, ts: string) => lab.replies(CHANNEL, ts);

async function aThread() {
  const lab = await aLab();
  const chat = chatAt(lab.apiUrl);
  const { ts } = await chat.post(message('WAITING'));
  return { lab, chat, ts };
}

it('replies in a thread, and in the channel too when it is told to', async () => {
  const { lab, chat, ts } = await aThread();
  await chat.post({ ...message('quietly'), threadTs: ts });
  await chat.post({ ...message('for all'), threadTs: ts, isBroadcast: true });
  expect(repliesIn(lab, ts).map((one) => [one.text, one.isBroadcast === true])).toEqual([
    ['quietly', false],
    ['for all', true],
  ]);
});

it('shares a file in the thread with its name, title and bytes', async () => {
  const { lab, chat, ts } = await aThread();
  const bytes = new TextEncoder().encode('+ vmk2 🐝\n');
  const { fileId } = await chat.upload({ channel: CHANNEL, threadTs: ts, name: 'plan.diff', title: 'The plan', bytes });
  expect(await chat.fileState(fileId)).toBe('ready');
  const [reply] = repliesIn(lab, ts);
  expect(reply?.files).toMatchObject([{ id: fileId, name: 'plan.diff', title: 'The plan', size: bytes.length }]);
});

it('shows a picture in a message once Slack is ready for it, and not before', async () => {
  const { lab, chat, ts } = await aThread();
  lab.faults.fileReadyAfterCalls = 3;
  const altText = 'OK: 12 of 12 paths '.repeat(100);
  const picture = { channel: CHANNEL, threadTs: ts, name: 'heat-map.png', title: 'Map', altText, bytes: PNG };
  const { fileId } = await chat.upload(picture);
  const shown = { ...message('OK'), blocks: [{ type: 'image', slack_file: { id: fileId }, alt_text: 'OK' }] };
  expect(await chat.fileState(fileId)).toBe('pending');
  await expect(chat.update(ts, shown)).rejects.toMatchObject({ code: 'slack-refused', fault: 'invalid_blocks' });
  expect(await chat.fileState(fileId)).toBe('pending');
  expect(await chat.fileState(fileId)).toBe('ready');
  expect(await chat.update(ts, shown)).toEqual({ kind: 'updated' });
  expect(repliesIn(lab, ts)[0]?.files?.[0]?.altText).toBe(altText.slice(0, 1000));
});

it('notices a file that Slack took and shared nowhere', async () => {
  const { lab, chat, ts } = await aThread();
  lab.faults.filesNotShared = 1;
  const bytes = new TextEncoder().encode('{}');
  const { fileId } = await chat.upload({ channel: CHANNEL, threadTs: ts, name: 'report.json', title: 'r', bytes });
  expect(await chat.fileState(fileId)).toBe('unshared');
});

it('throws at once, with the time to wait, when Slack takes no more', async () => {
  const { lab, chat, ts } = await aThread();
  lab.faults.rateLimited = 1;
  lab.faults.retryAfterSeconds = 7;
  const file = { channel: CHANNEL, threadTs: ts, name: 'a.txt', title: 'a', bytes: new Uint8Array([65]) };
  await expect(chat.upload(file)).rejects.toMatchObject({ code: 'slack-rate-limited', retryAfterMs: 7000 });
  expect(repliesIn(lab, ts)).toEqual([]);
});

type Answer = { status: number; body: object };

/** Slack's API with answers of our own, and what it was sent. */
async function aSlackThat(answer: (url: string) => Answer) {
  const seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      seen.push({ url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const { status, body } = answer(url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return { chat: chatAt(`${url}/api/`), seen, url };
}

const FILE = { channel: CHANNEL, threadTs: '1.2', name: 'a.png', title: 'a', altText: 'a picture', bytes: PNG };

it('asks for the place with alt_txt, as the method is documented, and sends the bytes without the token', async () => {
  let base = '';
  const { chat, seen, url } = await aSlackThat((path) => {
    const body = path.includes('getUpload')
      ? { ok: true, upload_url: `${base}/upload/x`, file_id: 'F1' }
      : { ok: true };
    return { status: 200, body };
  });
  base = url;
  expect(await chat.upload(FILE)).toEqual({ fileId: 'F1' });
  const [place, bytes, share] = seen;
  expect(Object.fromEntries(new URLSearchParams(place?.body))).toMatchObject({
    filename: 'a.png',
    length: String(PNG.length),
    alt_txt: 'a picture',
  });
  expect(bytes?.headers.authorization).toBeUndefined();
  expect(bytes?.headers['content-length']).toBe(String(PNG.length));
  expect(Object.fromEntries(new URLSearchParams(share?.body))).toMatchObject({
    channel_id: CHANNEL,
    thread_ts: '1.2',
    files: JSON.stringify([{ id: 'F1', title: 'a' }]),
  });
});

it.each([
  { status: 503, code: 'slack-unreachable' },
  { status: 429, code: 'slack-unreachable' },
  { status: 403, code: 'slack-refused' },
])('says $code when the place for the bytes answers $status', async ({ status, code }) => {
  let base = '';
  const { chat, seen, url } = await aSlackThat((path) =>
    path.includes('getUpload')
      ? { status: 200, body: { ok: true, upload_url: `${base}/upload/x`, file_id: 'F1' } }
      : { status, body: {} },
  );
  base = url;
  await expect(chat.upload(FILE)).rejects.toMatchObject({ code });
  // Nothing is shared of which the bytes never came.
  expect(seen.some((one) => one.url.includes('completeUpload'))).toBe(false);
});

it('does not know of a file when the workspace is gone', async () => {
  const { lab, chat } = await aThread();
  await lab.close();
  await expect(chat.upload(FILE)).rejects.toMatchObject({ code: 'slack-unreachable' });
});

it('takes a message that is too old to be edited for gone', async () => {
  const { chat } = await aSlackThat(() => ({ status: 200, body: { ok: false, error: 'edit_window_closed' } }));
  expect(await chat.update('1.2', message('OK'))).toEqual({ kind: 'gone' });
});
