// People decide on a plan: they approve, reject, forget it, change their mind, and press when it does not count.
import { isComplete } from '../../shared/domain/approval.ts';
import { ANN, BOB, DAN } from '../support/world.ts';
import { violate } from './violation.ts';
import { CALM } from './faults.ts';
import type { Run } from './run.ts';
import type { Tale } from './tale.ts';

/** Why a press may not count: nobody's mistake. */
const BARS: ReadonlySet<string> = new Set(['frozen', 'cluster-busy', 'outside-window']);
const EXPIRY_MS = 5 * 3_600_000;

export async function decideOn({ run }: Tale, id: string): Promise<void> {
  const { world, chances, clock, random } = { ...run, clock: run.world.clock };
  const { state, approval } = await world.job(id);
  if (state !== 'awaiting-approval' && state !== 'planned') return;
  if ((approval?.approvedBy.length ?? 0) > 0) return;
  // A plan that was left for later may have waited too long; the clock says so in its next minute.
  if (approval !== undefined && approval.expiresAt <= clock.now().toISOString()) return;
  if (chances.happens('rejection', 0.05)) {
    await world.press({ jobId: id, decision: 'reject', user: BOB, reason: 'not today' });
    return;
  }
  if (chances.happens('expiry', 0.03)) {
    await clock.advance(EXPIRY_MS);
    return;
  }
  await pressWithoutGroups(run, id);
  const presses = [{ user: ANN }, { user: BOB }, { user: BOB }].filter(
    (press) => press.user === BOB || random.chance(0.3),
  );
  const replies = await Promise.all(presses.map(({ user }) => world.press({ jobId: id, decision: 'approve', user })));
  const counted = replies.filter((reply) => reply.kind === 'decided').length;
  const said = replies.map((reply) => (reply.kind === 'refused' ? reply.code : reply.kind));
  const isBarred = said.some((one) => BARS.has(one));
  const isUnsure = replies.some((reply) => run.unsure.has(reply));
  if (counted !== 1 && !(counted === 0 && isBarred) && !isUnsure)
    violate(
      'the second copy of a press has no effect',
      `${id}: ${presses.length} presses were answered ${said.join()}`,
    );
  await changeTheirMind(run, id);
  const after = (await world.job(id)).approval;
  if (after !== undefined && !isComplete(after)) await world.press({ jobId: id, decision: 'approve', user: DAN });
}

/** Slack does not tell who is in a group: then nobody is, until it does. Where other stories are told meanwhile, their
 * people would meet it too. */
async function pressWithoutGroups({ world, chances, places, weather, say }: Run, id: string): Promise<void> {
  if (weather() === CALM || places.length > 1 || !chances.happens('group-away', 0.25)) return;
  const members = [...world.groups];
  world.groups.clear();
  const reply = await world.press({ jobId: id, decision: 'approve', user: DAN });
  for (const [group, users] of members) world.groups.set(group, users);
  say(`dan approves while Slack does not tell its groups: ${reply.kind}`);
  if (reply.kind !== 'refused') violate('nobody approves by a group that nobody knows', `${id}: ${reply.kind}`);
}

/** Who has approved may take it back, as long as the job has not begun. */
async function changeTheirMind({ world, chances, random, weather, say }: Run, id: string): Promise<void> {
  if (weather() === CALM || !chances.happens('withdrawal', 0.05)) return;
  const reply = await world.press({ jobId: id, decision: 'withdraw', user: BOB });
  say(`bob takes his approval of ${id} back: ${reply.kind}`);
  if (reply.kind === 'decided' && random.chance(0.7)) await world.press({ jobId: id, decision: 'approve', user: BOB });
}
