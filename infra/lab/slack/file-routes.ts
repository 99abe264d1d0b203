// Where an app's bytes go, and where the page has them from.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileStore } from './file-store.ts';
import { readBytes } from './http-body.ts';
import { FILE_BYTES_MAX } from './methods/files.ts';

// A multipart form has some lines around the file.
const FORM_BYTES = 64 * 1024;

/** Answers false when the path is neither. */
export async function routeFiles(
  files: FileStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  const [, folder, id = ''] = pathname.split('/');
  if (request.method === 'POST' && folder === 'upload') {
    const bytes = await readFile(request);
    const isTaken = bytes !== undefined && files.receive(id, bytes);
    const text = isTaken ? `OK - ${bytes.length}` : 'upload failed';
    response.writeHead(isTaken ? 200 : 400, { 'content-type': 'text/plain' }).end(text);
    return true;
  }
  if (request.method !== 'GET' || folder !== 'files') return false;
  const file = files.find(id);
  if (file === undefined || file.mimetype === '') response.writeHead(404).end();
  else sendFile(response, file);
  return true;
}

/** Raw bytes, or the file of a form: Slack takes both. */
async function readFile(request: IncomingMessage): Promise<Buffer | undefined> {
  const bytes = await readBytes(request, FILE_BYTES_MAX + FORM_BYTES);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file === undefined ? undefined : Buffer.from(await file.arrayBuffer());
}

// Only images are shown; whatever else an app uploads is saved, never run.
function sendFile(response: ServerResponse, file: { name: string; mimetype: string; bytes: Buffer }): void {
  const isImage = file.mimetype.startsWith('image/');
  response.writeHead(200, {
    'content-type': isImage ? file.mimetype : `${file.mimetype}; charset=utf-8`,
    'content-disposition': `${isImage ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=3600',
  });
  response.end(file.bytes);
}
