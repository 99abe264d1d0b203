// A row's content as one attribute. DynamoDB takes 400 KB an item; what a host with many port groups says of itself
// can be larger than that, and is so repetitive that gzip makes a tenth of it.
import { gunzipSync, gzipSync } from 'node:zlib';
import { OpsError } from '../errors.ts';

const PLAIN_BYTES_MAX = 64 * 1024;
const PACKED_BYTES_MAX = 390 * 1024;
/** Far above what a row of the largest host unpacks to, and far below what a function has memory for. */
const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

/** JSON text, or the gzip of it when it is long. Equal values give equal bodies. */
export function packBody(value: unknown, origin: string): string | Uint8Array {
  const json = JSON.stringify(value);
  if (json.length <= PLAIN_BYTES_MAX) return json;
  const packed = gzipSync(json);
  // What could not be read again is not written.
  if (packed.length <= PACKED_BYTES_MAX && Buffer.byteLength(json) <= UNPACKED_BYTES_MAX) return packed;
  throw new OpsError('table-failed', `The row ${origin} is ${packed.length} bytes packed; the table takes 400 KB.`, {
    retry: 'never',
    remedy: 'Declare the hosts as two clusters in vmotion.yaml, or report how many port groups and hosts there are.',
  });
}

/** What `packBody` was given. Throws `row-invalid` on anything else. */
export function unpackBody(body: unknown, origin: string): unknown {
  try {
    if (typeof body === 'string') return JSON.parse(body);
    if (body instanceof Uint8Array) return parseGzip(body);
  } catch (cause) {
    throw damaged(origin, cause);
  }
  throw damaged(origin, undefined);
}

function parseGzip(body: Uint8Array): unknown {
  return JSON.parse(gunzipSync(body, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8'));
}

function damaged(origin: string, cause: unknown): OpsError {
  return new OpsError('row-invalid', `The row ${origin} has no readable body.`, {
    retry: 'never',
    remedy: 'Restore the row from the table’s backup, or delete it if its job is over.',
    cause,
  });
}

/** Whether two bodies are the same, byte for byte. */
export function isSameBody(a: unknown, b: string | Uint8Array): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a instanceof Uint8Array && Buffer.compare(a, b) === 0;
}
