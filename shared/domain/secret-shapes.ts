/** What secrets look like that nobody told us of. Each has a beginning or a form that other text has not. */
export const SECRET_SHAPES: readonly { name: string; pattern: RegExp }[] = [
  { name: 'Slack token', pattern: /\bxox[a-z](?:\.xox[a-z])?-[\w-]{10,}/ },
  { name: 'Slack app token', pattern: /\bxapp-\d-[\w-]{10,}/ },
  { name: 'Slack hook or answer address', pattern: /\bhooks\.slack\.com\/[a-z]+\/[\w/-]{10,}/ },
  { name: 'Slack place for a file', pattern: /\bfiles\.slack\.com\/upload\/v\d\/[\w-]{10,}/ },
  { name: 'vCenter session', pattern: /\bvmware_soap_session=(?:"[^"]+"|[^\s;,"'\\]+)/ },
  { name: 'vCenter REST session', pattern: /\bvmware-api-session-id: ?[\w-]{10,}/i },
  { name: 'SAML assertion', pattern: /<(?:\w+:)?Assertion\b[\s\S]*/ },
  { name: 'JSON web token', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/ },
  { name: 'bearer', pattern: /\b(?:Bearer|Basic) [A-Za-z0-9._~+/-]{16,}=*/ },
  { name: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { name: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})/ },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { name: 'private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/ },
];

const ANY = new RegExp(SECRET_SHAPES.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'g');

/** The text without whatever looks like a secret. For places that know no secret by itself, such as the log. */
export const hideSecretShapes = (text: string): string => text.replace(ANY, '[redacted]');
