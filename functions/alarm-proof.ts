// How each way in proves who sends. None of vCenter's own products signs, so most carry a secret in a header.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type ProofRequest = { headers: Record<string, string | undefined>; body: Buffer };

/** `signature`: stands for this very request, so that a copy of it can be told. */
export type ProofVerdict =
  | { kind: 'proven'; signature?: string | undefined }
  | { kind: 'rejected'; reason: 'unsigned' | 'stale' | 'wrong' };

/** How far the sender's clock may be away, either way. */
export const SKEW_SECONDS = 300;

/** `X-Vmotion-Signature: v1=<hex>`: HMAC-SHA256 of `v1:<timestamp>:<raw body>`, with `X-Vmotion-Timestamp` in seconds. */
export function verifySigned({ headers, body }: ProofRequest, secret: string, now: Date): ProofVerdict {
  const timestamp = headers['x-vmotion-timestamp'] ?? '';
  const given = headers['x-vmotion-signature'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v1=[0-9a-f]{64}$/i.test(given))
    return { kind: 'rejected', reason: 'unsigned' };
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > SKEW_SECONDS) return { kind: 'rejected', reason: 'stale' };
  const expected = createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest();
  const bytes = Buffer.from(given.slice('v1='.length), 'hex');
  if (!timingSafeEqual(bytes, expected)) return { kind: 'rejected', reason: 'wrong' };
  return { kind: 'proven', signature: expected.toString('hex') };
}

/** The secret itself, as `Authorization: Bearer`, as `Authorization: Basic` where it is "user:password", or as
 * `X-Vmotion-Secret`. */
export function verifyShared({ headers }: ProofRequest, secret: string): ProofVerdict {
  const given = sharedSecretOf(headers);
  if (given === undefined) return { kind: 'rejected', reason: 'unsigned' };
  // Digests have one length, so that comparing them tells nothing about the secret's.
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(secret)) ? { kind: 'proven' } : { kind: 'rejected', reason: 'wrong' };
}

function sharedSecretOf(headers: ProofRequest['headers']): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)\s*$/.exec(headers['authorization'] ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return Buffer.from(value, 'base64').toString('utf8');
    default:
      return headers['x-vmotion-secret'];
  }
}
