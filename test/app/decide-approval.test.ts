import { expect, it } from 'vitest';
import { createDecideApproval, type DecisionRequest } from '../../shared/app/decide-approval.ts';
import { ANN, BOB, createWorld, EVE } from '../support/world.ts';

/** A plan that waits, and a decision about it from a channel that is not its cluster's. */
async function decideFrom(channel: string, decision: DecisionRequest['decision'], user: string) {
  const world = createWorld({
    settings: (settings) => {
      for (const cluster of Object.values(settings.clusters)) cluster.access.readChannels = ['C0READ'];
    },
  });
  const queued = await world.type('plan enable cluster-a');
  if (queued.kind !== 'queued') throw new Error('not queued');
  await world.settle();
  if (decision === 'withdraw') {
    const digest = (await world.job(queued.job.id)).plan?.digest;
    await world.press({ jobId: queued.job.id, decision: 'approve', user, digest });
  }
  const before = await world.job(queued.job.id);
  const request = { requestId: 'r1', jobId: before.id, digest: before.plan?.digest, reason: 'no', user };
  const reply = await createDecideApproval(world.parts)({ ...request, channel, decision });
  return { reply, before, after: await world.job(before.id) };
}

it.each([
  { decision: 'approve', user: BOB },
  { decision: 'reject', user: BOB },
  { decision: 'withdraw', user: BOB },
  { decision: 'apply', user: ANN },
] as const)('to $decision counts nowhere but in the cluster’s own channel', async ({ decision, user }) => {
  for (const channel of ['C0ELSEWHERE', 'C0READ']) {
    const { reply, before, after } = await decideFrom(channel, decision, user);
    expect(reply).toMatchObject({ kind: 'refused', code: 'denied', exitCode: 3 });
    expect(after).toEqual(before);
  }
});

it.each(['j-zzzzzz', ''])('about the job "%s", which is not there, is answered and changes nothing', async (jobId) => {
  const world = createWorld();
  const decide = createDecideApproval(world.parts);
  const reply = await decide({ requestId: 'r1', jobId, decision: 'approve', user: BOB, channel: 'C0VSPHERE' });
  expect(reply).toMatchObject({ kind: 'refused', code: 'job-not-found' });
});

it.each([
  { decision: 'apply', rule: 'operators' },
  { decision: 'reject', rule: 'approvers' },
  { decision: 'approve', rule: 'approvers' },
] as const)('to $decision is for its $rule, and for nobody else in the channel', async ({ decision, rule }) => {
  const { reply, before, after } = await decideFrom('C0VSPHERE', decision, EVE);
  expect(reply).toMatchObject({ kind: 'refused', code: 'denied', exitCode: 3 });
  expect(reply).toMatchObject({ why: expect.stringContaining(`rule clusters.cluster-a.access.${rule}`) });
  expect(after).toEqual(before);
});

it('a rejection is answered as one, with the job at its end', async () => {
  const { reply, after } = await decideFrom('C0VSPHERE', 'reject', BOB);
  expect(reply).toMatchObject({ kind: 'decided', decision: 'rejected', remaining: 0, job: { state: 'rejected' } });
  expect(after.failure?.what).toBe(`<@${BOB}> rejected the plan: no`);
});
