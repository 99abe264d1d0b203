// What a person does about one card: typed, or by its buttons.
import { meaningOf, MEANINGS } from '../domain/alarm-meaning.ts';
import { policyOf } from '../domain/alarm-defaults.ts';
import { NO_AUTOMATION } from '../domain/automation.ts';
import { type AlarmCard, isJobOpen } from '../domain/card.ts';
import type { CommandOf } from '../domain/command.ts';
import { explainPolicy } from '../domain/policy-explain.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import { placeOf } from './act-on-card.ts';
import { findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { moveCard } from './move-card.ts';
import type { EdgeParts } from './parts.ts';
import { readPolicyState } from './policy-state.ts';
import { startJob } from './start-job.ts';

const IGNORE_MINUTES = 60;
const IGNORE_MINUTES_MAX = 7 * 24 * 60;

/** What a person wants done about the card that is named. An unknown card is refused; one of no cluster can
 * only be explained. */
export async function alarmCommand(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'alarm'>,
): Promise<Reply> {
  const card = await parts.store.cards.find(command.id);
  if (card === undefined) return unknownCard(command.id);
  const cluster = card.cluster === undefined ? undefined : parts.settings.clusters[card.cluster];
  if (cluster === undefined) return command.action === 'explain' ? explain(parts, card) : notPlaced(card);
  switch (command.action) {
    case 'fix':
    case 'plan':
      return startFix(parts, request, card, command.action);
    case 'ignore': {
      const denial = await findDenial(parts, cluster, 'alarm', request);
      return denial ?? ignore(parts, request, card, command.forMinutes ?? IGNORE_MINUTES);
    }
    case 'explain': {
      const denial = await findDenial(parts, cluster, 'policy', request);
      return denial ?? explain(parts, card);
    }
    default:
      throw new Error(`unknown action ${command.action satisfies never}`);
  }
}

/** The same job as a person's command makes, approved as that is. However many press at the same moment, they ask for one
 * job: the one that follows the card's last. Its row can be made once, and names who was first. */
async function startFix(
  parts: EdgeParts,
  request: CommandRequest,
  card: AlarmCard,
  action: 'fix' | 'plan',
): Promise<Reply> {
  const { cluster = '', host } = card;
  if (isJobOpen(card)) return jobOpen(parts, card, card.job?.id ?? '');
  const meaning = meaningOf(card);
  if (!MEANINGS[meaning].isFixable) return notFixable(card);
  const change = card.action === 'enable' || meaning === 'host-added' ? 'enable' : 'repair';
  const reason = `alarm ${card.alarm} (${card.id})`;
  const asked = { ...request, requestId: `card-fix:${card.id}:${card.episode}:${card.job?.id ?? 'first'}` };
  const reply =
    action === 'plan'
      ? await startJob(parts, asked, { verb: 'plan', change, cluster, host: host?.name, reason }, cluster)
      : await startJob(parts, asked, { verb: change, cluster, host: host?.name, reason }, cluster);
  if (reply.kind !== 'queued') return reply;
  const { job } = reply;
  const started = { id: job.id, kind: job.kind, mode: 'ask', at: job.createdAt } as const;
  await moveCard(parts, card.id, { kind: 'started', job: started, by: job.requestedBy });
  return job.requestedBy === request.user ? reply : jobOpen(parts, card, job.id);
}

async function ignore(parts: EdgeParts, request: CommandRequest, card: AlarmCard, minutes: number): Promise<Reply> {
  const forMs = Math.min(minutes, IGNORE_MINUTES_MAX) * 60_000;
  const until = new Date(parts.clock.now().getTime() + forMs).toISOString();
  await moveCard(parts, card.id, { kind: 'ignore', by: request.user, until });
  return { kind: 'alarm-ignored', card: card.id, alarm: card.alarm, until };
}

async function explain(parts: EdgeParts, card: AlarmCard): Promise<Reply> {
  const policy = policyOf(parts.settings);
  const place = placeOf(card);
  const rule = policy.rules.find((one) => one.id === card.rule);
  const automation = (await parts.store.automation.find()) ?? NO_AUTOMATION;
  const state = { ...(await readPolicyState(parts, { place, rule, card })), automation };
  const { source, alarm, event, severity } = card;
  const answer = explainPolicy(
    { source, alarm, event, severity, state: 'raised' },
    place,
    policy,
    state,
    parts.clock.now(),
  );
  return { kind: 'policy-explained', alarm, host: card.host?.name ?? card.cluster ?? '', place, answer };
}

function unknownCard(id: string): Refusal {
  return refuse({
    code: 'card-not-found',
    what: `There is no alarm card ${id}.`,
    why: 'No card with that id is kept.',
    fix: '/vmotion alarms',
  });
}

function notPlaced({ id, unplaced }: AlarmCard): Refusal {
  return refuse({
    code: 'card-not-placed',
    what: `${id} belongs to no cluster.`,
    why: `${unplaced?.why ?? 'Its cluster is not in vmotion.yaml any more'}.`,
    fix: 'Act on the cluster itself: /vmotion status',
  });
}

async function jobOpen({ store }: EdgeParts, { id }: AlarmCard, jobId: string): Promise<Refusal> {
  const job = await store.jobs.find(jobId);
  const rule = job?.origin?.rule;
  const first = rule === undefined ? `<@${job?.requestedBy ?? ''}>` : `The rule "${rule}"`;
  return refuse({
    code: 'card-busy',
    what: `A job for ${id} is open already: ${jobId}.`,
    why: `${job === undefined ? 'Somebody else' : first} was first, and one job at a time is made for an alarm.`,
    fix: `/vmotion show ${jobId}`,
  });
}

function notFixable(card: AlarmCard): Refusal {
  return refuse({
    code: 'not-fixable',
    what: `No configuration mends "${card.alarm}".`,
    why: MEANINGS[meaningOf(card)].says,
    fix: `/vmotion test ${card.cluster ?? ''}`,
  });
}

function refuse(refusal: Omit<Refusal, 'kind' | 'exitCode'>): Refusal {
  return { kind: 'refused', ...refusal, exitCode: 2 };
}
