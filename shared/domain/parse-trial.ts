// trial cluster --vm NAME --from HOST --to HOST [--return]
import type { ReadFlags } from './command-flags.ts';
import { quote, refuseCommand, TRIAL_USAGE } from './command-refusal.ts';
import { aboutCluster, type Grammar, type Parsed, refuseSurplus } from './grammar.ts';
import type { Refusal } from './reply.ts';

const VALUED = ['vm', 'from', 'to'] as const;

const MEANING: Record<(typeof VALUED)[number], string> = {
  vm: 'the name of the VM to move',
  from: 'the host it runs on',
  to: 'the host it shall go to',
};

const HELP = '/vmotion help trial';

/** What follows the verb. A name with spaces stands in quotes. */
export function parseTrial(grammar: Grammar, read: ReadFlags): Parsed {
  const [typed] = read.words;
  const question = { typed, command: 'trial', access: 'write' } as const;
  const surplus = refuseSurplus(grammar, 'trial', read, { max: 1 });
  return surplus ?? aboutCluster(grammar, question, (cluster) => toTrial(cluster, read), read);
}

function toTrial(cluster: string, { values }: ReadFlags): Parsed {
  const { vm, from, to, reason, ticket } = values;
  if (vm === undefined || from === undefined || to === undefined) return refuseMissing(values);
  if (from.toLowerCase() === to.toLowerCase()) {
    const what = `--from and --to are both ${quote(from)}.`;
    return refuseCommand('same-host', { what, why: 'A trial moves a VM between two hosts.', fix: HELP });
  }
  const isReturning = values['return'] !== undefined;
  return { verb: 'trial', cluster, trial: { vm, from, to, isReturning }, reason, ticket };
}

function refuseMissing(values: ReadFlags['values']): Refusal {
  const missing = VALUED.filter((flag) => values[flag] === undefined);
  const list = missing.map((flag) => `--${flag}, ${MEANING[flag]}`).join('; ');
  return refuseCommand('flag-missing', { what: `trial needs ${list}.`, why: TRIAL_USAGE, fix: HELP });
}
