import type { IncomingMessage, ServerResponse } from 'node:http';

const TEXT_BYTES_MAX = 1024 * 1024;

/** The whole body. Throws when it is larger than that. */
export async function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The whole body as text. Throws when it is larger than any client of the lab sends. */
export async function readText(request: IncomingMessage): Promise<string> {
  return (await readBytes(request, TEXT_BYTES_MAX)).toString('utf8');
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
