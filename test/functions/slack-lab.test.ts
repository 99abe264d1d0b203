// The Slack function with the product's own use cases, driven by the lab's workspace: what Slack does to requests must
// not show in what happens.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aHostSummary, aJob } from '../slack/a-job.ts';
import { type ScriptedPlace, startScriptedPlace } from '../slack/scripted-place.ts';

let place: ScriptedPlace;
beforeEach(async () => {
  place = await startScriptedPlace();
});
afterEach(() => place.close());

const CHANNEL = 'C0VSPHERE';
const type = (user: string, text: string) => place.lab.type({ user, channel: CHANNEL, text });
const click = (user: string, actionId: string) =>
  place.lab.click({ user, channel: CHANNEL, ts: place.lab.messages(CHANNEL)[0]?.ts ?? '', actionId });

async function planned(required = 1): Promise<void> {
  await type('U0ANN', '/vmotion enable cluster-a');
  const { approval, plan } = aJob();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const hosts = [aHostSummary(0), aHostSummary(1)];
  await place.move({ state: 'awaiting-approval', hosts, plan, approval: { ...approval!, required, expiresAt } });
}

it.each(['same-bytes', 'signed-again'] as const)(
  'makes one job of a command that arrives twice (%s)',
  async (duplicates) => {
    place.lab.faults.duplicates = duplicates;
    const answer = await type('U0ANN', '/vmotion enable cluster-a');
    expect(answer.text).toContain('Queued');
    await place.settled();
    expect(place.lab.messages(CHANNEL)).toHaveLength(1);
    const [job] = await place.jobs();
    expect(await place.jobs()).toEqual([job]);
  },
);

it.each(['same-bytes', 'signed-again'] as const)('counts a click that arrives twice once (%s)', async (duplicates) => {
  await planned(2);
  place.lab.faults.duplicates = duplicates;
  await click('U0BOB', 'approve-plan');
  expect((await place.job()).approval?.approvedBy.map((one) => one.user)).toEqual(['U0BOB']);
});

it('counts one approval when many people press at the same moment, and tells the others', async () => {
  await planned();
  const answers = await Promise.all(Array.from({ length: 20 }, () => click('U0BOB', 'approve-plan')));
  const job = await place.job();
  expect(job.state).toBe('approved');
  expect(job.approval?.approvedBy).toHaveLength(1);
  expect(answers.filter((answer) => answer?.text.startsWith('approved'))).toHaveLength(1);
});

it('tells everybody in the channel of a freeze and of its end, and only one person of a refusal', async () => {
  const inChannel = () => place.lab.messages(CHANNEL).map(({ text }) => text);
  await type('U0BOB', '/vmotion freeze cluster-a --reason "quarter end" --until 4h');
  expect(inChannel()).toEqual(['Frozen: cluster-a.']);
  await type('U0ANN', '/vmotion enable cluster-a');
  await type('U0BOB', '/vmotion unfreeze cluster-a');
  expect(inChannel()).toEqual(['Frozen: cluster-a.', expect.stringMatching(/^Lifted: f-/)]);
});

it('rejects with the button and a reason, ends the job and says who did', async () => {
  await planned();
  await click('U0BOB', 'reject-plan');
  expect((await place.job()).state).toBe('awaiting-approval');
  await place.lab.fillIn({ user: 'U0BOB', actionId: 'reason', value: 'Not before the audit.' });
  expect(await place.lab.submit({ user: 'U0BOB' })).toBe('closed');
  await place.settled();
  expect((await place.job()).state).toBe('rejected');
  const [message] = place.lab.messages(CHANNEL);
  expect(message?.text).toContain('REJECTED');
  expect(JSON.stringify(message?.blocks)).toContain('<@U0BOB> rejected the plan: Not before the audit.');
});

it('says no to those who may not, and what they can do', async () => {
  await planned();
  expect((await click('U0EVE', 'approve-plan'))?.text).toContain('may not');
  expect((await type('U0EVE', '/vmotion enable cluster-a')).text).toContain('may not');
  expect((await place.job()).state).toBe('awaiting-approval');
});

it("answers in private from a channel that is not the cluster's", async () => {
  const answer = await place.lab.type({ user: 'U0ANN', channel: 'C0GENERAL', text: '/vmotion enable cluster-a' });
  expect(answer.text).toContain("can't be named in this channel");
  expect(await place.jobs()).toEqual([]);
});

it('takes a plan that somebody approves from the answer to show', async () => {
  await planned();
  await type('U0BOB', `/vmotion show ${(await place.job()).id}`);
  const state = (await (await fetch(`${place.lab.url}/lab/state?user=U0BOB`)).json()) as { privates: { ts: string }[] };
  await place.lab.click({
    user: 'U0BOB',
    channel: CHANNEL,
    ts: state.privates.at(-1)?.ts ?? '',
    actionId: 'approve-plan',
  });
  expect((await place.job()).state).toBe('approved');
});
