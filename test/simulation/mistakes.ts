// What people get wrong: each is refused, and changes nothing.
import type { Random } from '../support/random.ts';
import { ANN, BOB, EVE } from '../support/world.ts';

export type Mistake = { text: string; user: string };

export function chooseMistake(random: Random, cluster: string): Mistake {
  const user = random.pick([ANN, BOB]);
  return random.pick([
    { user, text: `enabel ${cluster} now please` },
    { user, text: `enable ${cluster} --frobnicate` },
    { user, text: `enable ${cluster} ${cluster}` },
    { user, text: 'enable cluster-nowhere' },
    { user, text: 'enable cluster-' },
    { user, text: 'enable' },
    { user, text: `enable ${cluster} --reason "${'because '.repeat(150)}"` },
    { user, text: `freeze ${cluster}` },
    { user, text: `freeze ${cluster} --reason "release" --until someday` },
    { user, text: `trial ${cluster} --vm web-01` },
    { user, text: `trial ${cluster} --vm web-01 --from esx11.lab.local --to esx11.lab.local` },
    { user, text: 'pause banana' },
    { user, text: 'show j-zzzzzz' },
    { user, text: 'alarm show a-0123456789' },
    { user, text: 'dlq redrive 00000000' },
    { user, text: `history ${cluster} --limit many` },
    { user, text: 'approve j-zzzzzz' },
    { user, text: `revert j-zzzzzz` },
    { user: EVE, text: `enable ${cluster}` },
    { user: EVE, text: `freeze ${cluster} --reason "because I can"` },
  ]);
}
