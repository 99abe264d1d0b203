// Answers about rights, lists and freezes: what they say, and that Slack takes them whatever the names are.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import { areBlocksTooLong, validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import { VERBS } from '../../shared/domain/command.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { ClusterRights } from '../../shared/domain/rights.ts';
import { examplesOf } from '../../shared/slack/views/help.ts';
import { renderReply } from '../../shared/slack/views/reply.ts';
import { ANN, BOB, createWorld, EVE } from '../support/world.ts';
import { aJob } from './a-job.ts';

const read = (reply: Reply) => renderText(renderReply(reply));

describe('help', () => {
  it.each(VERBS)('of %s has examples first, and each of them can be typed', (verb) => {
    for (const example of examplesOf(verb, 'cluster-a')) {
      expect(parseCommand(example, { clusters: ['cluster-a'] })).toMatchObject({ verb });
      expect(example.startsWith(verb)).toBe(true);
    }
    const text = read({ kind: 'help', verb, clusters: ['cluster-x'] });
    expect(text.indexOf('/vmotion')).toBeLessThan(text.indexOf('Usage'));
    expect(text).not.toContain('{cluster}');
  });
});

describe('whoami', () => {
  it('says yes, no, for whom, and by which rule', async () => {
    const world = createWorld();
    const ann = read(await world.type('whoami cluster-a', ANN));
    expect(ann).toMatch(/You may: .*enable.*\(rule clusters\.cluster-a\.access\.operators\)/);
    const eve = read(await world.type('whoami cluster-a', EVE));
    expect(eve).toMatch(
      /You may not: .*enable.*; it is for @ann, @bob \(rule clusters\.cluster-a\.access\.operators\)/,
    );
    expect(eve).toContain('You may not approve or reject: enable repair revert trial, which need 1 approval');
  });

  it('says when a cluster is frozen, and when its windows are open', async () => {
    const world = createWorld();
    await world.type('freeze cluster-v6 --reason "quarter end" --until 4h');
    const text = read(await world.type('whoami cluster-v6', BOB));
    expect(text).toContain('FROZEN until 2026-01-02 07:04 UTC: quarter end (cluster-v6, f-');
    expect(text).toContain('OPEN Changes may start. Windows: every day at any hour (Europe/Zurich)');
  });
});

it('lists say that there is nothing, or what to type next', async () => {
  const world = createWorld();
  expect(read(await world.type('list jobs'))).toContain('No open job here.');
  expect(read(await world.type('list locks'))).toContain('No lock here.');
  expect(read(await world.type('list freezes'))).toContain('No freeze here.');
  expect(read(await world.type('list'))).toContain('cluster-dvs on vCenter lab, /DC1/host/cluster-dvs');
  await world.type('freeze all --reason "quarter end"');
  expect(read(await world.type('list freezes'))).toContain(
    'FROZEN until somebody lifts it: quarter end (every cluster',
  );
});

it('an approval that is not enough says from whom another one must come', () => {
  const approval = {
    digest: 'a'.repeat(64),
    required: 2,
    requestedBy: 'U0ANN',
    expiresAt: '2026-01-05T12:00:00.000Z',
    approvedBy: [{ user: 'U0BOB', at: '2026-01-05T08:00:00.000Z' }],
    extra: [{ name: 'net-oncall', why: '', from: ['S0NETONCALL'] }],
  };
  const text = JSON.stringify(
    renderReply({ kind: 'decided', job: aJob({ approval }), decision: 'approved', remaining: 1 }),
  );
  expect(text).toContain('1 approval still needed, from somebody else. One of them from <!subteam^S0NETONCALL>.');
});

it('a freeze, and its end, is told to the whole channel with who, why and until when; a refusal only to one', async () => {
  const world = createWorld();
  const frozen = renderReply(await world.type('freeze cluster-a --reason "storage migration" --until 4h', BOB));
  expect(frozen.response_type).toBe('in_channel');
  expect(read(await world.type('list freezes'))).toContain('storage migration');
  expect(renderText(frozen)).toMatch(/FROZEN until .*: storage migration \(cluster-a, f-\w{6}, by @bob\)/);
  const lifted = renderReply(await world.type('unfreeze cluster-a', BOB));
  expect(lifted.response_type).toBe('in_channel');
  expect(renderText(lifted)).toMatch(
    /LIFTED by @bob: f-\w{6} \(storage migration\)\. Changes of cluster-a may start again/,
  );
  expect(renderReply(await world.type('unfreeze cluster-a', BOB))).not.toHaveProperty('response_type');
  expect(renderReply(await world.type('freeze cluster-a --reason x', EVE))).not.toHaveProperty('response_type');
});

it('moments in a refusal stand in the reader’s own time zone', () => {
  const refusal = {
    kind: 'refused',
    code: 'frozen',
    what: 'Frozen until 2026-01-05T12:00:00.000Z: x',
    why: 'y',
    fix: 'z',
    exitCode: 3,
  } as const;
  expect(JSON.stringify(renderReply(refusal).blocks)).toContain('<!date^1767614400^');
});

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80 }),
  fc.constantFrom(
    '🐝'.repeat(400),
    '<!channel> & <@U1>'.repeat(60),
    'مضيف'.repeat(200),
    '`*_~'.repeat(200),
    '\u202Eevil\n\n'.repeat(90),
  ),
);
const people = fc.oneof(
  fc.constant('any' as const),
  fc.array(fc.constantFrom('U0ANN', 'S0VSPHERE'), { maxLength: 300 }),
);
const may = fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const);
const freeze: fc.Arbitrary<Freeze> = fc.record({
  id: fc.constant('f-123456'),
  scope: fc.oneof(fc.constant('all'), name),
  channel: fc.constant('C0VSPHERE'),
  reason: name,
  by: fc.oneof(fc.constant('U0ANN'), name),
  at: fc.constant('2026-01-05T08:00:00.000Z'),
  until: fc.constantFrom(undefined, '2026-01-05T12:00:00.000Z'),
});
const hours = fc.record({
  isOpen: fc.boolean(),
  windows: fc.array(name, { maxLength: 30 }),
  turnsAt: fc.constantFrom(undefined, '2026-01-05T12:00:00.000Z'),
});
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const rights: fc.Arbitrary<ClusterRights> = fc.record({
  cluster: name,
  rights: fc.array(fc.record({ verbs: fc.subarray([...VERBS]), people, rule: name, may }), { maxLength: 30 }),
  approvals: fc.array(
    fc.record({
      kinds: fc.subarray(['enable' as const, 'trial' as const]),
      people,
      rule: name,
      required: fc.integer({ min: 1, max: 10 }),
      may,
    }),
    { maxLength: 4 },
  ),
  extra: fc.array(fc.record({ name, people, may }), { maxLength: 20 }),
  selfApproval: fc.boolean(),
  freeze: optional(freeze),
  hours: optional(hours),
});
const job = name.map((cluster) => aJob({ cluster }));
const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({
    kind: fc.constant('whoami' as const),
    user: name,
    channel: name,
    clusters: fc.array(rights, { maxLength: 60 }),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    what: fc.constant('clusters' as const),
    clusters: fc.array(
      fc.record({
        cluster: name,
        vcenter: name,
        path: name,
        isReadOnly: fc.boolean(),
        heldBy: optional(job),
        freeze: optional(freeze),
        hours: optional(hours),
      }),
      { maxLength: 120 },
    ),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    what: fc.constant('jobs' as const),
    jobs: fc.array(job, { maxLength: 120 }),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    what: fc.constant('freezes' as const),
    freezes: fc.array(freeze, { maxLength: 120 }),
  }),
  fc.record({
    kind: fc.constant('frozen' as const),
    freeze,
    clusters: fc.array(name, { maxLength: 60 }),
    running: fc.array(job, { maxLength: 60 }),
  }),
  fc.record({
    kind: fc.constant('unfrozen' as const),
    lifted: fc.array(freeze, { maxLength: 60 }),
    left: fc.array(freeze, { maxLength: 60 }),
    clusters: fc.array(name, { maxLength: 60 }),
    channel: name,
    by: name,
  }),
);

it('every answer is within Slack’s limits, for any names and any number of clusters', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(reply, (one) => {
      const { text, blocks } = renderReply(one);
      expect(validateBlocks(blocks)).toEqual([]);
      expect(areBlocksTooLong(blocks)).toBe(false);
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(3000);
      expect(JSON.stringify(blocks)).not.toContain('<!channel>');
    }),
    { numRuns: 200 },
  );
});
