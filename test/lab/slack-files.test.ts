// Uploads as the real client makes them, and what Slack does with a file meanwhile.
import type { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import type { LabSlack } from '../../infra/lab/slack/workspace.ts';
import { aLab, call } from './slack-lab.ts';

const CHANNEL = 'C0VSPHERE';
// One transparent pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(
  client: WebClient,
  file: { name?: string; bytes?: Buffer; altText?: string; to?: object } = {},
): Promise<string> {
  const { name = 'heat-map.png', bytes = PNG, altText, to = { channel_id: CHANNEL } } = file;
  const begun = await client.apiCall('files.getUploadURLExternal', {
    filename: name,
    length: bytes.length,
    ...(altText === undefined ? {} : { alt_txt: altText }),
  });
  const { upload_url: url, file_id: id } = begun as unknown as { upload_url: string; file_id: string };
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
  expect(response.status).toBe(200);
  await client.apiCall('files.completeUploadExternal', { files: [{ id, title: 'A map' }], ...to });
  return id;
}

const imageOf = (id: string) => [{ type: 'image', slack_file: { id }, alt_text: 'all well' }];
const show = (client: WebClient, id: string) =>
  client.apiCall('chat.postMessage', { channel: CHANNEL, text: 'x', blocks: imageOf(id) });
const shared = (lab: LabSlack) =>
  new Promise<void>((resolve) => {
    lab.onChange((message) => message.files !== undefined && resolve());
  });

it('takes what the real client uploads, and shares it once it was processed', async () => {
  const { lab, client } = await aLab();
  const arrived = shared(lab);
  await client.files.uploadV2({ channel_id: CHANNEL, filename: 'plan.json', file: Buffer.from('{}') });
  await arrived;
  const [message] = lab.messages(CHANNEL);
  expect(message?.files).toMatchObject([{ name: 'plan.json', mimetype: 'application/json', size: 2 }]);
  const served = await fetch(`${lab.url}${message?.files?.[0]?.url}`);
  expect(await served.text()).toBe('{}');
  expect(served.headers.get('content-disposition')).toContain('attachment');
});

it('refuses an image block until its file was processed, and shows it then', async () => {
  const { lab, client } = await aLab();
  Object.assign(lab.faults, { fileReadyAfterMs: 0, fileReadyAfterCalls: 2 });
  const id = await upload(client);
  await expect(show(client, id)).rejects.toThrow('invalid_blocks');
  expect(await client.files.info({ file: id })).toMatchObject({ file: { mimetype: '', shares: {} } });
  expect(await client.files.info({ file: id })).toMatchObject({
    file: { mimetype: 'image/png', original_w: 1, original_h: 1, shares: { public: { [CHANNEL]: [{}] } } },
  });
  expect(await show(client, id)).toMatchObject({ ok: true });
});

it('keeps the description that comes as alt_txt', async () => {
  const { lab, client } = await aLab();
  lab.faults.fileReadyAfterMs = 0;
  const id = await upload(client, { altText: '24 of 24 paths answer' });
  expect(await client.files.info({ file: id })).toMatchObject({ file: { alt_txt: '24 of 24 paths answer' } });
  expect(lab.messages(CHANNEL)[0]?.files).toMatchObject([{ altText: '24 of 24 paths answer', title: 'A map' }]);
});

it('shares a file as a reply, with a comment', async () => {
  const { lab, client } = await aLab();
  lab.faults.fileReadyAfterMs = 0;
  const { ts } = await call(client, 'chat.postMessage', { channel: CHANNEL, text: 'WAITING' });
  await upload(client, { to: { channel_id: CHANNEL, thread_ts: ts, initial_comment: 'The whole plan' } });
  expect(lab.messages(CHANNEL)).toHaveLength(1);
  expect(lab.replies(CHANNEL, ts)).toMatchObject([{ text: 'The whole plan', files: [{ title: 'A map' }] }]);
});

it('shows a file that was shared nowhere', async () => {
  const { lab, client } = await aLab();
  lab.faults.fileReadyAfterMs = 0;
  const id = await upload(client, { to: {} });
  expect(lab.messages()).toEqual([]);
  expect(await show(client, id)).toMatchObject({ ok: true });
});

it('answers ok and shares nothing, when told to', async () => {
  const { lab, client } = await aLab();
  Object.assign(lab.faults, { fileReadyAfterMs: 0, filesNotShared: 1 });
  const id = await upload(client);
  expect(lab.messages()).toEqual([]);
  expect(await client.files.info({ file: id })).toMatchObject({ file: { mimetype: 'image/png', shares: {} } });
});

it('shows no image that is none', async () => {
  const { lab, client } = await aLab();
  lab.faults.fileReadyAfterMs = 0;
  const id = await upload(client, { bytes: Buffer.from('not a picture') });
  await expect(show(client, id)).rejects.toThrow('invalid_blocks');
});

it.each([
  { what: 'no length', more: { filename: 'a.png', length: 0 }, word: 'missing_argument' },
  { what: 'no name', more: { filename: '', length: 1 }, word: 'invalid_arguments' },
  {
    what: 'a long description',
    more: { filename: 'a.png', length: 1, alt_txt: 'x'.repeat(1001) },
    word: 'alt_txt_too_large',
  },
  {
    what: 'a file that is too large',
    more: { filename: 'a.png', length: 2 ** 30 },
    word: 'file_upload_size_restricted',
  },
])('refuses $what', async ({ more, word }) => {
  const { client } = await aLab();
  await expect(client.apiCall('files.getUploadURLExternal', more)).rejects.toThrow(word);
});

it('refuses bytes that are not as many as was said, and a file without bytes', async () => {
  const { client } = await aLab();
  const begun = await client.apiCall('files.getUploadURLExternal', { filename: 'a.png', length: 5 });
  const { upload_url: url, file_id: id } = begun as unknown as { upload_url: string; file_id: string };
  expect((await fetch(url, { method: 'POST', body: 'four' })).status).toBe(400);
  const complete = (file: string, to: object = {}) =>
    client.apiCall('files.completeUploadExternal', { files: [{ id: file }], ...to });
  await expect(complete(id)).rejects.toThrow('file_update_failed');
  await expect(complete('F0NONE')).rejects.toThrow('file_not_found');
  await expect(complete(id, { channel_id: 'C0NONE' })).rejects.toThrow('invalid_channel');
  await expect(client.files.info({ file: 'F0NONE' })).rejects.toThrow('file_not_found');
});
