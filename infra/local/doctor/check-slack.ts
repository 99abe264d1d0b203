import type { ClusterSettings, People, Settings } from '../../../shared/domain/settings.ts';
import { BOT_SCOPES } from '../../../shared/slack/manifest.ts';
import { createWebClient, translated } from '../../../shared/slack/web-api-call.ts';
import type { SlackTokens } from '../slack-tokens.ts';
import { type Check, checked, checkSkew, fail, ok, warn } from './check.ts';

type Client = ReturnType<typeof createWebClient>;

/** The tokens, what they may do, and whether the app is where its clusters are. Posts nothing. */
export async function checkSlack(tokens: SlackTokens, settings: Settings): Promise<Check[]> {
  const client = createWebClient({ slackApiUrl: tokens.slackApiUrl });
  const token = await checked('Slack bot token', () => checkBotToken(client, tokens.botToken));
  const clock = await checked('clock, against Slack', () => checkClock(tokens.slackApiUrl));
  const way = await checked('Slack requests', () => checkWay(client, tokens));
  // Without a token that works every further line would say the same.
  if (token.some((one) => one.about === 'Slack bot token' && one.state === 'fail')) return [...token, ...way, ...clock];
  const channels = await checkChannels(client, tokens.botToken, settings);
  const groups = await checkGroups(client, tokens.botToken, settings);
  return [...token, ...way, ...channels, ...groups, ...clock];
}

async function checkBotToken(client: Client, token: string): Promise<Check[]> {
  const answer = await translated(() => client.auth.test({ token }), token);
  const granted = answer.response_metadata?.scopes ?? [];
  const missing = BOT_SCOPES.filter((scope) => !granted.includes(scope));
  const surplus = granted.filter((scope) => !BOT_SCOPES.some((one) => one === scope));
  const who = ok('Slack bot token', `${answer.user ?? 'The app'} in the workspace ${answer.team ?? '?'}.`);
  const about = 'Slack scopes';
  if (missing.length > 0) {
    const remedy = 'Paste the manifest (npm run manifest) into the app and reinstall it.';
    return [who, fail(about, `Missing: ${missing.join(', ')}.`, remedy)];
  }
  if (surplus.length > 0) {
    return [who, warn(about, `More than is needed: ${surplus.join(', ')}.`, 'Take them away; nothing calls for them.')];
  }
  return [who, ok(about, granted.join(', '))];
}

/** A signing secret is 32 hexadecimal digits; an app token opens a connection. */
async function checkWay(client: Client, { signingSecret, appToken }: SlackTokens): Promise<Check[]> {
  if (appToken !== undefined) {
    await translated(() => client.apps.connections.open({ token: appToken }), appToken);
    return [ok('Slack requests', 'By Socket Mode; the app token opens connections.')];
  }
  const about = 'Slack signing secret';
  const secret = signingSecret ?? '';
  if (secret === '') return [fail(about, 'It is missing.', 'Set SLACK_SIGNING_SECRET (Basic Information of the app).')];
  if (/^[0-9a-f]{32}$/.test(secret)) return [ok(about, 'It is there and has the form of one.')];
  const what = `It has ${secret.length} characters; Slack's has 32 hexadecimal digits.`;
  return [warn(about, what, 'Copy it anew from Basic Information of the app, without spaces.')];
}

async function checkClock(slackApiUrl = 'https://slack.com/api/'): Promise<Check[]> {
  const about = 'clock, against Slack';
  const startedAt = performance.now();
  const answer = await fetch(new URL('api.test', slackApiUrl), { signal: AbortSignal.timeout(8000) }).catch(() => null);
  if (answer === null) return [warn(about, 'Slack was not reached.', 'Check that https://slack.com can be reached.')];
  await answer.arrayBuffer();
  const tookMs = performance.now() - startedAt;
  return [checkSkew(about, { date: answer.headers.get('date') ?? undefined, now: new Date(), tookMs })];
}

async function checkChannels(client: Client, token: string, { clusters, alarms }: Settings): Promise<Check[]> {
  const cards = alarms?.channel === undefined ? [] : [{ name: 'alarms', channel: alarms.channel }];
  const byChannel = Map.groupBy([...Object.values(clusters), ...cards], ({ channel }) => channel);
  const looks = [...byChannel].map(([channel, own]) => {
    const more = own.length > 1 ? ` and ${own.length - 1} more` : '';
    const about = `channel of ${own[0]?.name ?? ''}${more}`;
    return checked(about, async () => {
      const answer = await translated(() => client.conversations.info({ token, channel }), token);
      const name = `#${answer.channel?.name ?? '?'} (${channel})`;
      if (answer.channel?.is_archived === true) {
        return [fail(about, `${name} is archived.`, 'Choose another channel for the cluster in vmotion.yaml.')];
      }
      if (answer.channel?.is_member === true) return [ok(about, `The app is in ${name}.`)];
      return [fail(about, `The app is not in ${name}.`, `Type there: /invite @vmotion-ops`)];
    });
  });
  return (await Promise.all(looks)).flat();
}

async function checkGroups(client: Client, token: string, { clusters }: Settings): Promise<Check[]> {
  const groups = new Set(Object.values(clusters).flatMap(groupsOf));
  const looks = [...groups].map((group) => {
    const about = `user group ${group}`;
    return checked(about, async () => {
      const { users = [] } = await translated(() => client.usergroups.users.list({ token, usergroup: group }), token);
      if (users.length > 0) return [ok(about, `${users.length} ${users.length === 1 ? 'person' : 'people'}.`)];
      return [warn(about, 'Nobody is in it.', 'Add people in Slack, or name others in vmotion.yaml.')];
    });
  });
  return (await Promise.all(looks)).flat();
}

/** Every user group that a cluster's rules name. */
function groupsOf({ access, approval }: ClusterSettings): string[] {
  const all: (People | undefined)[] = [
    access.operators,
    access.approvers,
    access.admins,
    ...Object.values(access.verbs ?? {}),
    ...Object.values(approval.kinds ?? {}).map((kind) => kind?.approvers),
    ...(approval.extra ?? []).map((extra) => extra.from),
  ];
  return all.flatMap((people) => (people === undefined || people === 'any' ? [] : people.filter(isGroup)));
}

const isGroup = (id: string) => id.startsWith('S');
