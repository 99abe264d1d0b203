// What a campaign has reached of all there is, as a table: `npm run simulate -- --seeds N --coverage`.
import { readFileSync } from 'node:fs';
import { LIVE_SCENARIO_NAMES, SCENARIO_NAMES } from '../../infra/lab/vcenter/scenarios.ts';
import { ALLOWED } from '../../shared/domain/decide.ts';
import { CARD_STATES } from '../../shared/domain/card.ts';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import type { HostOutcome, JobKind, OpenState } from '../../shared/domain/job.ts';
import { POLICY_VERDICTS } from '../../shared/domain/policy-verdict.ts';
import { HAPPENINGS } from './chances.ts';
import { DRAWN_FAULTS } from './fault-types.ts';
import { SLACK_REFUSALS } from './service-faults.ts';
import type { Outcome } from './simulate.ts';
import { BAD_REPLIES } from './vcenter-faults.ts';

// Spelled as keys, so that the compiler misses none that is new.
const OPEN_STATES = {
  queued: true,
  planning: true,
  planned: true,
  'awaiting-approval': true,
  approved: true,
  applying: true,
  paused: true,
  verifying: true,
} satisfies Record<OpenState, true>;
const OUTCOMES = {
  pending: true,
  applying: true,
  applied: true,
  'in-place': true,
  kept: true,
  'put-back': true,
  untouched: true,
  skipped: true,
  'needs-hands': true,
} satisfies Record<HostOutcome, true>;
const KINDS = {
  status: true,
  check: true,
  enable: true,
  repair: true,
  test: true,
  trial: true,
  evidence: true,
  audit: true,
  revert: true,
} satisfies Record<JobKind, true>;

type Group = { title: string; names: string[] };

export type Coverage = { add(outcome: Outcome): void; table(): string };

export function createCoverage(): Coverage {
  const seeds = new Map<string, number>();
  let played = 0;
  return {
    add({ reached }) {
      played += 1;
      for (const name of reached) seeds.set(name, (seeds.get(name) ?? 0) + 1);
    },
    table: () =>
      [...groups(), eventsOf(seeds), movesOf(seeds)].map((group) => textOf(group, seeds, played)).join('\n\n'),
  };
}

function groups(): Group[] {
  const named = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}:${name}`);
  const live: ReadonlySet<string> = new Set(LIVE_SCENARIO_NAMES);
  return [
    { title: 'Kinds of jobs', names: named('kind', Object.keys(KINDS)) },
    { title: 'Who asked', names: named('by', ['person', 'rule', 'schedule']) },
    { title: 'States of jobs', names: named('state', [...Object.keys(OPEN_STATES), ...END_STATES, 'stalled']) },
    { title: 'What became of hosts', names: named('outcome', Object.keys(OUTCOMES)) },
    { title: 'States of alarm cards', names: named('card', CARD_STATES) },
    { title: 'What rules said', names: named('verdict', POLICY_VERDICTS) },
    { title: 'What happened to the product', names: named('happening', HAPPENINGS) },
    // What happens while people look on has tests of its own (test/lab).
    {
      title: 'Scenarios of the lab',
      names: named(
        'scenario',
        SCENARIO_NAMES.filter((name) => !live.has(name)),
      ),
    },
    { title: 'Faults that vCenter answered', names: named('fault', DRAWN_FAULTS) },
    { title: 'Answers that are none', names: named('reply', BAD_REPLIES) },
    { title: 'What Slack refused', names: named('slack', SLACK_REFUSALS) },
    ...codesByHeading(),
  ];
}

/** docs/errors.md has every code, a row each, under what it is about. */
function codesByHeading(): Group[] {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  return text
    .split(/^#{2,3} /m)
    .map((part) => ({
      title: `Codes: ${part.slice(0, part.indexOf('\n'))}`,
      names: [...part.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => `code:${code}`),
    }))
    .filter(({ title, names }) => names.length > 0 && !title.includes('Exit codes'));
}

/** Every event in every state that it may happen in, and the states that it led to. */
function eventsOf(seeds: ReadonlyMap<string, number>): Group {
  const reached = [...seeds.keys()].filter((name) => name.startsWith('event:')).toSorted();
  const never = Object.entries(ALLOWED)
    .flatMap(([on, states]) => states.map((state) => `event:${on} at ${state}`))
    .filter((name) => !reached.some((one) => one.startsWith(`${name} >`)));
  return { title: 'Events of jobs, and where they led', names: [...reached, ...never] };
}

function movesOf(seeds: ReadonlyMap<string, number>): Group {
  const names = [...seeds.keys()].filter((name) => name.startsWith('move:')).toSorted();
  return { title: 'Moves from state to state', names };
}

function textOf({ title, names }: Group, seeds: ReadonlyMap<string, number>, played: number): string {
  const bare = (name: string) => name.slice(name.indexOf(':') + 1);
  const reached = names.filter((name) => seeds.has(name));
  const never = names.filter((name) => !seeds.has(name));
  const lines = [`${title}: ${reached.length} of ${names.length} in ${played} seeds`];
  for (const name of reached) lines.push(`  ${String(seeds.get(name)).padStart(7)}  ${bare(name)}`);
  if (never.length > 0) lines.push(`    never  ${never.map(bare).join(', ')}`);
  return lines.join('\n');
}
