// Decides whether a request is Slack's, before anything of it is parsed.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const TOLERANCE_SECONDS = 300;
/** Longer than the time in which a timestamp is accepted, in the past and in the future together. */
export const REPLAY_SECONDS = 900;
/** Slack's own payloads stay far below: a slash command has at most 4,000 characters of text. */
export const BODY_BYTES_MAX = 256 * 1024;

export type RawRequest = {
  headers: Record<string, string | undefined>;
  body: string | undefined;
  isBase64Encoded: boolean;
};

export type ContentType = 'application/x-www-form-urlencoded' | 'application/json';

export type RejectReason =
  | 'no-body'
  | 'too-large'
  | 'content-type'
  | 'no-timestamp'
  | 'timestamp-too-old'
  | 'timestamp-in-future'
  | 'no-signature'
  | 'signature-version'
  | 'signature-differs'
  | 'replayed';

/** `replayKey`: the same for every copy of one signed request and for no other. */
export type Verdict =
  | { kind: 'signed'; body: string; contentType: ContentType; replayKey: string }
  | { kind: 'rejected'; reason: RejectReason };

/** Checks the signature over the raw bytes as they came. Pure: whether it was seen before is the caller's question. */
export function verifyRequest(request: RawRequest, signingSecret: string, now: Date): Verdict {
  const headers = lowerCased(request.headers);
  const { body } = request;
  if (body === undefined || body === '') return reject('no-body');
  // Base64 is a third longer than what it holds; a longer text cannot be a body that fits.
  if (body.length > BODY_BYTES_MAX * 1.4) return reject('too-large');
  const bytes = Buffer.from(body, request.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES_MAX) return reject('too-large');
  const contentType = toContentType(headers.get('content-type'));
  if (contentType === undefined) return reject('content-type');
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  const reason = judgeTimestamp(timestamp, now) ?? judgeSignature({ headers, bytes, timestamp, signingSecret });
  if (reason !== undefined) return reject(reason);
  const replayKey = createHash('sha256')
    .update(headers.get('x-slack-signature') ?? '')
    .digest('hex');
  return { kind: 'signed', body: bytes.toString('utf8'), contentType, replayKey };
}

function reject(reason: RejectReason): Verdict {
  return { kind: 'rejected', reason };
}

function judgeTimestamp(timestamp: string, now: Date): RejectReason | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'no-timestamp';
  const ageSeconds = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (ageSeconds > TOLERANCE_SECONDS) return 'timestamp-too-old';
  return ageSeconds < -TOLERANCE_SECONDS ? 'timestamp-in-future' : undefined;
}

type Signed = { headers: Map<string, string>; bytes: Buffer; timestamp: string; signingSecret: string };

function judgeSignature({ headers, bytes, timestamp, signingSecret }: Signed): RejectReason | undefined {
  const signature = headers.get('x-slack-signature');
  if (signature === undefined || signature === '') return 'no-signature';
  // Only the version that we know how to check: another one would be checked as if it were this one.
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'signature-version';
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(bytes).digest();
  const given = Buffer.from(signature.slice('v0='.length), 'hex');
  return timingSafeEqual(expected, given) ? undefined : 'signature-differs';
}

function toContentType(header: string | undefined): ContentType | undefined {
  const mediaType = header?.split(';')[0]?.trim().toLowerCase();
  return mediaType === 'application/x-www-form-urlencoded' || mediaType === 'application/json' ? mediaType : undefined;
}

function lowerCased(headers: Record<string, string | undefined>): Map<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  return new Map(entries);
}
