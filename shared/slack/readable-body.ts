import { parse } from 'node:querystring';
import type { ContentType } from './verify-request.ts';

/** Whether the body is what Slack sends: a form, or a JSON object, perhaps in a form's one `payload`. Bolt would throw an
 * error that quotes what it can't read. */
export function isReadable(body: string, contentType: ContentType): boolean {
  if (contentType === 'application/json') return isJsonObject(body);
  const { payload } = parse(body);
  return payload === undefined || (typeof payload === 'string' && isJsonObject(payload));
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
