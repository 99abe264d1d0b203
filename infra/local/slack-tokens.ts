import { OpsError } from '../../shared/errors.ts';
import { readSecretVariable } from './environment-secrets.ts';

/** `appToken`: requests come by Socket Mode, and nothing is signed. `slackApiUrl`: Slack's own where absent. */
export type SlackTokens = {
  botToken: string;
  signingSecret?: string | undefined;
  appToken?: string | undefined;
  slackApiUrl?: string | undefined;
};

/** Slack's tokens of this machine, from the environment or files that it names. Throws `environment-invalid` where one
 * is missing or of the wrong kind, `secret-missing` for a file that can't be used. */
export function readSlackTokens(env: Record<string, string | undefined>): SlackTokens {
  const botToken = readSecretVariable(env, 'SLACK_BOT_TOKEN');
  const appToken = readSecretVariable(env, 'SLACK_APP_TOKEN');
  const signingSecret = readSecretVariable(env, 'SLACK_SIGNING_SECRET');
  const missing = [
    ...(botToken.startsWith('xoxb-') ? [] : ['SLACK_BOT_TOKEN (xoxb-...)']),
    ...(appToken === '' || appToken.startsWith('xapp-') ? [] : ['SLACK_APP_TOKEN (xapp-...)']),
    ...(appToken === '' && signingSecret === '' ? ['SLACK_APP_TOKEN (xapp-...) or SLACK_SIGNING_SECRET'] : []),
  ];
  if (missing.length > 0) throw missingTokens(missing);
  const slackApiUrl = readApiUrl(env['SLACK_API_URL']);
  return appToken === '' ? { botToken, signingSecret, slackApiUrl } : { botToken, appToken, slackApiUrl };
}

function missingTokens(names: string[]): OpsError {
  return new OpsError('environment-invalid', `Slack's tokens are not in the environment: ${names.join(', ')}.`, {
    retry: 'never',
    remedy:
      'Set them from your Slack app (Basic Information, OAuth & Permissions), or each name with _FILE to a file ' +
      'that holds it, or start without --config. SLACK_APP_TOKEN alone, without a signing secret, is Socket Mode.',
  });
}

/** SLACK_API_URL, set only where Slack's API stands elsewhere, as GovSlack's does. Tokens go there, so never without TLS
 * beyond this host. Throws `environment-invalid`. */
export function readApiUrl(text = ''): string | undefined {
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
  if (isSafe && text.endsWith('/')) return text;
  throw new OpsError('environment-invalid', `SLACK_API_URL is no https:// address with a / at its end: ${text}.`, {
    retry: 'never',
    remedy: 'Leave it out, or for GovSlack set https://slack-gov.com/api/.',
  });
}
