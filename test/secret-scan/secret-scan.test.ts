import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isExpected } from './expected.ts';
import { findSecrets } from './find-secrets.ts';
import { listFiles } from './list-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Written with a break, so that whoever scans the repository finds none either. */
const unbroken = (text: string) => text.replaceAll('·', '');

/** As random as a key, and the same each time. */
const digest = (text: string) => createHash('sha512').update(text).digest('base64url');

describe('the search for secrets', () => {
  it.each([
    { what: 'Slack token', text: unbroken('token: xo·xb-123456789012-abcdef') },
    { what: 'vCenter session', text: unbroken('Cookie: vmware_soap_·session="52c1"') },
    { what: 'AWS access key', text: unbroken('AK·IAABCDEFGHIJKLMNOP') },
    { what: 'random text', text: `const key = '${digest('a').slice(0, 40)}';` },
    { what: 'random text', text: `{"secret":"${digest('b').replace(/[-_]/g, 'x').slice(0, 24)}"}` },
    { what: 'a known secret', text: 'the password is hunter2' },
  ])('finds a $what', ({ what, text }) => {
    expect(findSecrets(`first line\n${text}\n`, ['hunter2'])).toMatchObject([{ what, line: 2 }]);
  });

  it.each([
    { what: 'a sentence', text: 'What could go wrong at each border, what keeps it from going wrong.' },
    { what: 'a path', text: "import { x } from '../../shared/contracts/config-adapter-schema.ts';" },
    { what: 'a hash in hexadecimal digits', text: createHash('sha256').update('a').digest('hex') },
    { what: 'an id', text: '50112b6e-7f1c-4d3a-910c-5e2f88b46a17' },
    { what: 'a name with capitals', text: 'DistributedVirtualSwitchHostMemberPnicBacking2' },
  ])('takes $what for none', ({ text }) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('finds none in the repository', () => {
    const files = listFiles(ROOT);
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      findSecrets(readFileSync(file, 'utf8'))
        .filter(({ what }) => !isExpected(file, what))
        .map(({ what, line }) => `${file}:${line} ${what}`),
    );
    expect(found).toEqual([]);
  });
});
