// Carries out what a card's row wants: asks the policy, takes a place within its limits, makes the job. Each part may
// happen twice without harm, since all of them know the request by its id.
import { policyOf } from '../domain/alarm-defaults.ts';
import type { AlarmRule } from '../domain/alarm-policy.ts';
import type { AlarmPlace } from '../domain/alarm-place.ts';
import { type Automation, NO_AUTOMATION, withStart } from '../domain/automation.ts';
import type { AlarmCard, CardJob } from '../domain/card.ts';
import type { Job } from '../domain/job.ts';
import { explainPolicy, objectOf, type PolicyAnswer } from '../domain/policy-explain.ts';
import { createJob } from './create-job.ts';
import { moveCard } from './move-card.ts';
import type { EdgeParts } from './parts.ts';
import { readPolicyState } from './policy-state.ts';
import { retryConflict } from './retry-conflict.ts';

/** No effect on a card that wants nothing. */
export async function actOnCard(parts: EdgeParts, id: string): Promise<void> {
  const card = await parts.store.cards.find(id);
  if (card?.wanted === undefined) return;
  const place = placeOf(card);
  const request = `card:${card.wanted.request}`;
  const answer = await decideAndCount(parts, card, place, request);
  const { verdict, rule, why } = answer;
  const isGoing = verdict === 'act' || verdict === 'ask' || verdict === 'test-first';
  if (!isGoing || rule === undefined || place.kind === 'unplaced') {
    parts.log.info('alarm-held', { card: id, rule: rule?.id, verdict });
    await moveCard(parts, id, { kind: 'held', verdict, why });
    return;
  }
  const job = await startJob(parts, { card, place, request, answer, rule });
  parts.log.info('alarm-acted', { card: id, rule: rule.id, verdict, jobId: job.id, kind: job.kind });
  const cardJob: CardJob = {
    id: job.id,
    kind: job.kind,
    mode: verdict === 'ask' ? 'ask' : 'auto',
    at: job.createdAt,
    ...(verdict === 'test-first' ? { isFirst: true } : {}),
  };
  await moveCard(parts, id, { kind: 'started', job: cardJob, by: `policy:${rule.id}` });
}

/** The place that the card's row names. */
export function placeOf({ cluster, vcenter, host, unplaced }: AlarmCard): AlarmPlace {
  if (cluster === undefined || vcenter === undefined) return { kind: 'unplaced', why: unplaced?.why ?? 'no cluster' };
  return { kind: 'placed', cluster, vcenter, host };
}

/** Decides on the automation's row as it is, and counts the start in the same version of it. */
async function decideAndCount(
  parts: EdgeParts,
  card: AlarmCard,
  place: AlarmPlace,
  request: string,
): Promise<PolicyAnswer> {
  const policy = policyOf(parts.settings);
  const rule = policy.rules.find((one) => one.id === card.rule);
  const state = await readPolicyState(parts, { place, rule, card });
  const signal = { source: card.source, alarm: card.alarm, event: card.event, severity: card.severity };
  return retryConflict(parts, async () => {
    const now = parts.clock.now();
    const automation = (await parts.store.automation.find()) ?? NO_AUTOMATION;
    const others = withoutOwn(automation, request);
    const answer = explainPolicy({ ...signal, state: 'raised' }, place, policy, { ...state, automation: others }, now);
    const isCounted = answer.verdict === 'act' || answer.verdict === 'ask';
    if (!isCounted || answer.rule === undefined || place.kind === 'unplaced') return answer;
    const start = {
      request,
      rule: answer.rule.id,
      cluster: place.cluster,
      object: objectOf(place),
      at: now.toISOString(),
    };
    const next = withStart(automation, start, answer.isProbe, now);
    if (next !== automation) await parts.store.automation.save(next);
    return answer;
  });
}

/** An earlier attempt may have counted this very request: that must not stand in its own way. */
function withoutOwn(automation: Automation, request: string): Automation {
  const breakers = Object.entries(automation.breakers).map(([rule, breaker]) => {
    return [rule, breaker.probe === request ? { ...breaker, probe: undefined } : breaker] as const;
  });
  return {
    ...automation,
    starts: automation.starts.filter((one) => one.request !== request),
    breakers: Object.fromEntries(breakers),
  };
}

type Starting = {
  card: AlarmCard;
  place: Extract<AlarmPlace, { kind: 'placed' }>;
  request: string;
  answer: PolicyAnswer;
  rule: AlarmRule;
};

const TEST_SLOT_MS = 10 * 60_000;

async function startJob(parts: EdgeParts, { card, place, request, answer, rule }: Starting): Promise<Job> {
  const cluster = parts.settings.clusters[place.cluster];
  if (cluster === undefined) throw new Error(`no settings of ${place.cluster}`);
  const user = `policy:${rule.id}`;
  const reason = `alarm ${card.alarm} (${card.id})`;
  const origin = {
    rule: rule.id,
    card: card.id,
    mode: answer.verdict === 'ask' ? 'ask' : 'auto',
    maxHosts: rule.maxHosts,
  } as const;
  if (answer.verdict === 'test-first') {
    // However many hosts of a cluster raise alarms at once, one test answers for all of them.
    const slot = Math.floor(parts.clock.now().getTime() / TEST_SLOT_MS);
    const requestId = `card-test:${place.cluster}:${slot}`;
    return createJob(parts, { requestId, user }, { cluster, kind: 'test', start: 'on-approval', reason, origin });
  }
  const kind = answer.action === 'enable' ? 'enable' : answer.action === 'repair' ? 'repair' : 'test';
  const onlyHost = kind === 'test' ? undefined : place.host?.name;
  return createJob(
    parts,
    { requestId: request, user },
    { cluster, kind, start: 'on-approval', reason, onlyHost, origin },
  );
}
