import { describe, expect, it } from 'vitest';
import { isGroup, isReading, ruleFor } from '../../shared/domain/access.ts';
import { VERBS, type Verb } from '../../shared/domain/command.ts';
import { declaredApproval } from '../../shared/domain/declared-approval.ts';
import { groupApprovals, groupVerbs } from '../../shared/domain/rights.ts';
import type { AccessPolicy, ApprovalPolicy, ClusterSettings } from '../../shared/domain/settings.ts';
import { labSettings } from '../support/world.ts';

const ACCESS: AccessPolicy = { operators: ['U0OPS'], approvers: ['U0APP'], admins: ['S0ADM'] };

function clusterWith(access: Partial<AccessPolicy> = {}, approval: Partial<ApprovalPolicy> = {}): ClusterSettings {
  const cluster = labSettings().clusters['cluster-a'];
  if (cluster === undefined) throw new Error('the lab has no cluster-a');
  return {
    ...cluster,
    access: { ...ACCESS, ...access },
    approval: { required: 2, expiresMinutes: 60, ...approval },
    windows: undefined,
  };
}

const verbsOf = (people: AccessPolicy['operators']) =>
  VERBS.filter((verb) => ruleFor(clusterWith(), verb).people === people);

describe('who may use a verb', () => {
  it('is the operators for whatever starts, steers or silences a change or a test', () => {
    expect(verbsOf(ACCESS.operators).toSorted()).toEqual([
      'abort',
      'alarm',
      'apply',
      'cancel',
      'enable',
      'pause',
      'repair',
      'resume',
      'retry',
      'revert',
      'subscribe',
      'test',
      'trial',
      'unsubscribe',
    ]);
    expect(ruleFor(clusterWith(), 'enable')).toEqual({
      path: 'clusters.cluster-a.access.operators',
      people: ['U0OPS'],
      role: 'operators',
    });
  });

  it('is the approvers for a yes and a no', () => {
    expect(verbsOf(ACCESS.approvers).toSorted()).toEqual(['approve', 'reject']);
  });

  it('is the admins for what holds a whole channel, and nobody where none are named', () => {
    expect(VERBS.filter((verb) => ruleFor(clusterWith(), verb).role === 'admins').toSorted()).toEqual([
      'dlq',
      'freeze',
      'unfreeze',
    ]);
    expect(ruleFor(clusterWith({ admins: undefined }), 'freeze')).toEqual({
      path: 'clusters.cluster-a.access.admins',
      people: [],
      role: 'admins',
    });
  });

  it('is everybody in the channel for whatever only looks', () => {
    expect(ruleFor(clusterWith(), 'status')).toEqual({ path: 'clusters.cluster-a.channel', people: 'any' });
    expect(isReading('status')).toBe(true);
    expect(VERBS.filter((verb) => ruleFor(clusterWith(), verb).people === 'any' && !isReading(verb))).toEqual([
      'withdraw',
    ]);
    expect(VERBS.filter((verb) => isReading(verb) && ruleFor(clusterWith(), verb).people !== 'any')).toEqual([]);
  });

  it('is whom the file names for the single verb, before any role', () => {
    const cluster = clusterWith({ verbs: { test: 'any', status: ['U0EVE'] } });
    expect(ruleFor(cluster, 'test')).toEqual({ path: 'clusters.cluster-a.access.verbs.test', people: 'any' });
    expect(ruleFor(cluster, 'status').people).toEqual(['U0EVE']);
    expect(ruleFor(cluster, 'enable').people).toEqual(['U0OPS']);
  });

  it.each(['help', 'version', 'whoami', 'list'] as const)('of %s is everybody, whatever the file says', (verb) => {
    expect(ruleFor(clusterWith({ verbs: { [verb]: [] } }), verb).people).toBe('any');
  });

  it('is the approvers of that kind of change, for their yes and their no alone', () => {
    const cluster = clusterWith(
      { verbs: { approve: ['U0ALL'] } },
      { kinds: { revert: { approvers: ['U0REV'] }, enable: { required: 3 } } },
    );
    const special = { path: 'clusters.cluster-a.approval.kinds.revert.approvers', people: ['U0REV'] };
    expect(ruleFor(cluster, 'approve', 'revert')).toEqual(special);
    expect(ruleFor(cluster, 'reject', 'revert')).toEqual(special);
    expect(ruleFor(cluster, 'revert', 'revert').people).toEqual(['U0OPS']);
    expect(ruleFor(cluster, 'approve', 'enable').people).toEqual(['U0ALL']);
    expect(ruleFor(cluster, 'approve').people).toEqual(['U0ALL']);
    expect(ruleFor(cluster, 'approve', 'audit').people).toEqual(['U0ALL']);
  });
});

it('a user group is told from a member by its first letter', () => {
  expect(['S0TEAM', 'U0TEAMS', 'W0SEAS'].map(isGroup)).toEqual([true, false, false]);
});

describe('what whoami lists', () => {
  const named = (cluster: ClusterSettings, channel: string) =>
    groupVerbs(cluster, channel).map(({ rule, people, verbs }) => ({ rule, people, verbs: verbs.toSorted() }));

  it('has each verb of a cluster once, with the rule that decides it', () => {
    const cluster = clusterWith({ verbs: { test: 'any' } });
    const groups = named(cluster, cluster.channel);
    const all = groups.flatMap(({ verbs }) => verbs);
    expect(new Set(all).size).toBe(all.length);
    const left: Verb[] = ['approve', 'help', 'list', 'reject', 'version', 'whoami', 'withdraw'];
    expect(VERBS.filter((verb) => !all.includes(verb)).toSorted()).toEqual(left);
    for (const { rule, people, verbs } of groups)
      for (const verb of verbs) expect(ruleFor(cluster, verb)).toMatchObject({ path: rule, people });
  });

  it('in a channel that may only read, is reading and nothing else', () => {
    const cluster = clusterWith({ readChannels: ['C0READ'], verbs: { check: ['U0EVE'] } });
    const groups = named(cluster, 'C0READ');
    const reading = groups.find(({ rule }) => rule === 'clusters.cluster-a.access.readChannels');
    expect(reading?.people).toBe('any');
    expect(reading?.verbs).toContain('status');
    expect(groups.find(({ rule }) => rule === 'clusters.cluster-a.access.verbs.check')).toMatchObject({
      people: ['U0EVE'],
      verbs: ['check'],
    });
    const nobody = groups.find(({ rule }) => rule === 'clusters.cluster-a.channel');
    expect(nobody?.people).toEqual([]);
    expect(nobody?.verbs).toContain('enable');
    expect(reading?.verbs).not.toContain('enable');
  });

  it('has the kinds of change together that need the same people, and as many', () => {
    const kinds = { revert: { required: 3 }, trial: { approvers: ['U0TRY'] } };
    expect(groupApprovals(clusterWith())).toMatchObject([
      { kinds: ['enable', 'repair', 'revert', 'trial'], required: 2 },
    ]);
    expect(groupApprovals(clusterWith({}, { kinds }))).toEqual([
      { kinds: ['enable', 'repair'], people: ['U0APP'], rule: 'clusters.cluster-a.access.approvers', required: 2 },
      { kinds: ['revert'], people: ['U0APP'], rule: 'clusters.cluster-a.access.approvers', required: 3 },
      {
        kinds: ['trial'],
        people: ['U0TRY'],
        rule: 'clusters.cluster-a.approval.kinds.trial.approvers',
        required: 2,
      },
    ]);
  });
});

describe('what a request for approval shows', () => {
  it('is who may approve this kind, and the windows where there are any', () => {
    const cluster = clusterWith({}, { kinds: { revert: { approvers: ['U0REV'] } } });
    expect(declaredApproval(cluster, 'revert')).toStrictEqual({ approvers: ['U0REV'] });
    const windows = [{ days: ['sat' as const], from: '22:00', to: '05:00', timeZone: 'UTC' }];
    expect(declaredApproval({ ...cluster, windows }, 'enable')).toEqual({
      approvers: ['U0APP'],
      windows: ['sat 22:00 to 05:00 UTC'],
    });
  });
});
