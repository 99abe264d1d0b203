// People freeze clusters, and lift that again.
import { activeFreezes } from '../../shared/domain/freeze.ts';
import { ANN, BOB } from '../support/world.ts';
import type { Run } from './run.ts';

/** Somebody freezes the cluster, or all of the channel's, and mostly somebody lifts that before a change is decided on. */
export async function freezeAwhile({ world, random, say, freezes }: Run, cluster: string): Promise<void> {
  const target = random.pick([cluster, 'all']);
  const until = random.pick(['', ' --until 20m', ' --until 2h']);
  const reply = await world.type(`freeze ${target} --reason "night of the release"${until}`, BOB);
  say(`bob types "freeze ${target}${until}": ${reply.kind}`);
  if (reply.kind === 'frozen') freezes.push(reply.freeze);
}

export async function thaw({ world, say, freezes }: Run): Promise<void> {
  // One that holds though its answer was lost stands in the list that people see.
  const holding = activeFreezes(await world.parts.store.freezes.list(), world.clock.now());
  const scopes = new Set([...freezes.splice(0), ...holding].map(({ scope }) => scope));
  for (const target of scopes) {
    const reply = await world.type(`unfreeze ${target}`, ANN);
    say(`ann types "unfreeze ${target}": ${reply.kind}`);
    // "all" takes along what somebody has frozen in the meantime.
    const lifted = reply.kind === 'unfrozen' ? reply.lifted.map(({ id }) => id) : [];
    freezes.splice(0, freezes.length, ...freezes.filter(({ id }) => !lifted.includes(id)));
  }
}
