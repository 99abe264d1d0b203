// A line of the log can be asked to hold anything. It is one line of JSON, not too long, without what looks like a secret.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECRET_SHAPES } from '../../shared/domain/secret-shapes.ts';
import { createJsonLog } from '../../shared/log.ts';
import { anyJson } from './any-json.ts';

/** Written with a break, so that whoever scans the repository finds none either. */
const unbroken = (text: string) => text.replaceAll('·', '');

/** None of them is real. */
const SECRETS: Record<(typeof SECRET_SHAPES)[number]['name'], string> = {
  'Slack token': unbroken('xo·xb-1234567890-abcdefghij'),
  'Slack app token': unbroken('xa·pp-1-A0123456789-abcdef'),
  'Slack hook or answer address': unbroken('https://hooks.·slack.com/actions/T0/123/abcdefghijklmn'),
  'Slack place for a file': unbroken('https://files.·slack.com/upload/v1/ABCDEFGHIJKLMN'),
  'vCenter session': unbroken('vmware_soap_·session="52cc8b2a-1111"'),
  'vCenter REST session': unbroken('vmware-api-·session-id: 0123456789abcdef'),
  'SAML assertion': unbroken('<saml2:·Assertion ID="_1">secret</saml2:Assertion>'),
  'JSON web token': unbroken('ey·JhbGciOiJIUzI1NiJ9.ey·JzdWIiOiIxMjM0In0.c2lnbmF0dXJl'),
  bearer: unbroken('Bearer ·0123456789abcdef0123'),
  'AWS access key': unbroken('AK·IAABCDEFGHIJKLMNOP'),
  'GitHub token': unbroken('gh·p_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1'),
  'npm token': unbroken('np·m_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1'),
  'private key': unbroken('-----BEGIN ·PRIVATE KEY-----\nMIIEvQ\n-----END'),
};

function lineOf(fields: Record<string, unknown>): string {
  const lines: string[] = [];
  createJsonLog((line) => lines.push(line)).warn('tried', fields);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

function expectLine(fields: Record<string, unknown>): string {
  const line = lineOf(fields);
  expect(line.endsWith('\n')).toBe(true);
  expect(line.trimEnd()).not.toContain('\n');
  expect(JSON.parse(line)).toMatchObject({ event: 'tried', level: 'warn' });
  return line;
}

it.each(SECRET_SHAPES)('never says a $name, wherever it stands', ({ name }) => {
  const secret = SECRETS[name] ?? '';
  expect(secret).not.toBe('');
  fc.assert(
    fc.property(anyJson({ keys: ['error', 'jobId', 'items'], leaves: [secret, `before ${secret}`] }), (value) => {
      const error = new Error(`said ${secret}`, { cause: new Error(secret) });
      const line = expectLine({ value, error, [`key ${secret}`]: 1, list: [[secret], { deep: { deeper: secret } }] });
      // As it is, and as JSON spells it.
      expect(line).not.toContain(secret);
      expect(line).not.toContain(JSON.stringify(secret).slice(1, -1));
    }),
    { numRuns: 60 },
  );
});

describe('is written whatever its fields are', () => {
  const circle: Record<string, unknown> = { name: 'circle' };
  circle['self'] = circle;
  const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  it.each([
    { what: 'a value that holds itself', value: circle },
    { what: 'a list five thousand deep', value: deep },
    { what: 'a large whole number', value: 10n ** 40n },
    { what: 'a symbol', value: Symbol('s') },
    { what: 'a function', value: () => 1 },
    { what: 'a date', value: new Date(0) },
    { what: 'a date of no time', value: new Date(Number.NaN) },
    { what: 'bytes', value: Buffer.alloc(1_000_000) },
    { what: 'no number', value: Number.NaN },
    { what: 'a map', value: new Map([['a', 1]]) },
    { what: 'an error that says megabytes', value: new Error('x'.repeat(5_000_000)) },
    { what: 'half of a character', value: '\uD800' },
    { what: 'a value with a toJSON of its own', value: { toJSON: () => SECRETS['Slack token'] } },
    { what: 'ten thousand items', value: Array.from({ length: 10_000 }, (_, at) => at) },
    { what: 'ten thousand keys', value: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, at])) },
  ])('$what', ({ value }) => {
    const line = expectLine({ value });
    expect(line.length).toBeLessThan(20_000);
    expect(line).not.toContain(SECRETS['Slack token']);
  });

  it('and says nothing of keys that hold secrets', () => {
    const line = expectLine({ password: 'a', nested: [{ botToken: 'b', 'Set-Cookie': 'c', signingSecret: 'd' }] });
    expect(line.match(/\[redacted\]/g)).toHaveLength(4);
  });
});
