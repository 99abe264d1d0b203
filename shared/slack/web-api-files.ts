import type { WebClient } from '@slack/web-api';
import { parseFileInfo, parseUploadPlace } from '../contracts/slack-answers.ts';
import { OpsError } from '../errors.ts';
import type { Chat, ChatFile } from '../ports.ts';
import { refused, translated, type WebApiOptions } from './web-api-call.ts';

const UPLOAD_TIMEOUT_MS = 5000;
/** Slack answers alt_txt_too_large beyond it. */
const ALT_TEXT_CHARS = 1000;

/**
 * Files in Slack's three calls: ask for a place, send the bytes there, and share what came of it. Slack then works on
 * the file for some seconds (files.info has no `mimetype` before), and answers invalid_blocks to a message that shows
 * it too early. An upload that was taken may still end up nowhere: `shares` then stay empty. https://docs.slack.dev/messaging/working-with-files
 */
export function createWebApiFiles(client: WebClient, options: WebApiOptions): Pick<Chat, 'upload' | 'fileState'> {
  return {
    async upload(file) {
      const token = await options.token();
      const place = { token, ...toPlace(file) };
      const { url, fileId } = parseUploadPlace(await translated(() => client.files.getUploadURLExternal(place), token));
      await sendBytes(url, file.bytes);
      await translated(() => client.files.completeUploadExternal({ token, ...toShare(file, fileId) }), token);
      return { fileId };
    },
    async fileState(fileId) {
      const token = await options.token();
      const file = parseFileInfo(await translated(() => client.files.info({ token, file: fileId }), token));
      if (!file.isTyped) return 'pending';
      return file.isShared ? 'ready' : 'unshared';
    },
  };
}

/** The client's type calls it alt_text, the method alt_txt. With one, a file that is no picture is never shared. */
function toPlace({ name, bytes, altText }: ChatFile) {
  const alt = altText === undefined ? {} : { alt_txt: altText.slice(0, ALT_TEXT_CHARS) };
  return { filename: name, length: bytes.byteLength, ...alt };
}

function toShare({ channel, threadTs, title }: ChatFile, fileId: string) {
  const files: [{ id: string; title: string }] = [{ id: fileId, title }];
  const shared = { files, channel_id: channel };
  return threadTs === undefined ? shared : { ...shared, thread_ts: threadTs };
}

/** The place is good for one file and needs no token. */
async function sendBytes(url: string, bytes: Uint8Array): Promise<void> {
  const answer = await send(url, bytes);
  if (answer.ok) return;
  if (answer.status >= 500 || answer.status === 429) throw unreachable(`answered HTTP ${answer.status}`);
  throw refused(`upload_http_${answer.status}`);
}

async function send(url: string, bytes: Uint8Array): Promise<Response> {
  try {
    const body = new Uint8Array(bytes);
    const headers = { 'content-type': 'application/octet-stream' };
    const signal = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
    return await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal });
  } catch (cause) {
    throw unreachable('did not answer', cause);
  }
}

function unreachable(what: string, cause?: unknown): OpsError {
  return new OpsError('slack-unreachable', `Slack's place for files ${what}.`, {
    retry: 'outcome-unknown',
    remedy: 'Check that this function can reach https://files.slack.com, and https://status.slack.com.',
    cause,
  });
}
