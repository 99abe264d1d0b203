// Private answers about alarms and the rules for them.
import type { KnownBlock } from '@slack/types';
import type { BreakerState } from '../../domain/breaker.ts';
import type { AlarmRule } from '../../domain/alarm-policy.ts';
import type { PolicyVerdict } from '../../domain/policy-verdict.ts';
import type { Reply } from '../../domain/reply.ts';
import { context, header, lines, section } from '../blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { dateText } from '../time-text.ts';
import { cardHeadline } from './card.ts';

type ReplyOf<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** The answer to `alarms`: one line a card. */
export function alarmsBlocks({ cluster, cards }: ReplyOf<'alarms'>): KnownBlock[] {
  const about = cluster === undefined ? 'the clusters of this channel' : cluster;
  if (cards.length === 0) return [section(`No open alarms of ${escapeMrkdwn(cutPlain(about, 80))}.`)];
  const rows = cards.map(
    (card) => `${code(card.id)} ${escapeMrkdwn(cutPlain(cardHeadline(card), 160))} · ${dateText(card.lastSeenAt)}`,
  );
  return [
    header(`Alarms of ${about}`),
    lines(rows, (left) => `... and ${left} more`),
    context([`Why nothing or something is done: ${code('/vmotion alarm explain a-...')}`]),
  ];
}

const VERDICTS: Record<PolicyVerdict, string> = {
  act: 'ACTS',
  ask: 'ASKS',
  'test-first': 'TESTS FIRST',
  notify: 'SHOWS IT',
  ignore: 'IGNORES IT',
  unplaced: 'SHOWS IT, NOT PLACED',
  ignored: 'NOTHING: IGNORED',
  suppressed: 'NOTHING: FLAPPING',
  frozen: 'NOTHING: FROZEN',
  'outside-window': 'NOTHING: OUTSIDE ITS WINDOWS',
  'breaker-open': 'NOTHING: BREAKER OPEN',
  cooling: 'NOTHING: COOLING DOWN',
  limited: 'NOTHING: LIMIT USED UP',
  'not-enabled': 'NOTHING: NEVER ENABLED',
  'test-failed': 'NOTHING: LAST TEST FAILED',
};

/** "ACTS: repair". Plain text. */
export function explainedText({ answer }: ReplyOf<'policy-explained'>): string {
  const { verdict, action } = answer;
  const isDoing = verdict === 'act' || verdict === 'ask';
  return isDoing ? `${VERDICTS[verdict]}: ${action}` : VERDICTS[verdict];
}

/** The answer to `policy explain` and `alarm explain`: what would be done, and each reason. */
export function explainedBlocks(reply: ReplyOf<'policy-explained'>): KnownBlock[] {
  const { alarm, host, place, answer } = reply;
  const where = place.kind === 'placed' ? ` (${place.cluster})` : '';
  const about = `${escapeMrkdwn(cutPlain(alarm, 200))} on ${code(cutPlain(host, 100))}${escapeMrkdwn(where)}`;
  const why = answer.why.map((line) => `• ${escapeMrkdwn(cutPlain(line, 400))}`).join('\n');
  return [section(`*${explainedText(reply)}* - ${about}\n${why}`)];
}

const BREAKERS: Record<BreakerState, string> = {
  closed: 'closed',
  open: 'OPEN',
  'half-open': 'HALF OPEN, asks once',
  probing: 'HALF OPEN, its one job is under way',
};

/** The answer to `policy show`: the rules in their order, with how much of their limits is used. */
export function policyBlocks({ policy, rules, startsLastHour }: ReplyOf<'policy'>): KnownBlock[] {
  if (rules.length === 0) return [section('vmotion.yaml has no rules for alarms: each is shown, nothing is done.')];
  const rows = rules.map(({ rule, breaker, startsLastHour: starts }, index) => {
    const limits = `${starts} of ${rule.limits.total} an hour · breaker ${BREAKERS[breaker]}`;
    return `${index + 1}. ${code(rule.id)}: *${rule.action}*${modeText(rule)}, for ${matchText(rule)} · ${limits}`;
  });
  const { flap, limits } = policy;
  return [
    header('Rules for alarms'),
    lines(rows, (left) => `... and ${left} more rules`),
    context([
      `The first that fits wins; without one an alarm is shown. All rules: ${startsLastHour} of ${limits.total} an hour. ` +
        `Flapping: ${flap.transitions} changes in ${flap.minutes} minutes.`,
    ]),
  ];
}

function modeText({ action, mode }: AlarmRule): string {
  return action === 'repair' || action === 'enable' ? `, ${mode}` : '';
}

function matchText({ match }: AlarmRule): string {
  const parts = Object.entries(match).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${code(cutPlain(value.join(', '), 120))}`],
  );
  return parts.length === 0 ? 'every alarm' : parts.join(', ');
}

/** The answer to `subscribe` and `unsubscribe`: what the channel hears from now on. */
export function subscribedText({ cluster, topics }: ReplyOf<'subscribed'>): string {
  return topics.length === 0
    ? `This channel hears nothing of ${cluster} any more.`
    : `This channel hears of ${topics.join(' and ')} of ${cluster}.`;
}
