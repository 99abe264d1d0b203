/** What looks like a secret and is none: which files, which kind, and why. */
const EXPECTED: readonly { file: RegExp; what: string; why: string }[] = [
  { file: /(^|\/)package-lock\.json$/, what: 'random text', why: 'hashes of packages' },
  { file: /(^|\/)go\.sum$/, what: 'random text', why: 'hashes of modules' },
  { file: /(^|\/)test\/.*\.ts$/, what: 'vCenter session', why: 'cookies that tests make up' },
  {
    file: /(^|\/)test\/contracts\/config-file\.test\.ts$/,
    what: 'private key',
    why: 'the heading of one, without a key',
  },
];

/** Whether such a finding in that file is known to be none. */
export const isExpected = (file: string, what: string): boolean =>
  EXPECTED.some((one) => one.file.test(file) && one.what === what);
