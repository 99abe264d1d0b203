// trial cluster --vm NAME --from HOST --to HOST [--return]: the one verb with flags that take values.
import type { Command } from './command.ts';
import { trialCommand } from './command-of.ts';
import { quote, refuseCommand, refuseExtra, refuseFlag, TRIAL_USAGE } from './command-refusal.ts';
import { type CommandToken, isMention } from './command-text.ts';
import { findCluster } from './find-cluster.ts';
import { nearest } from './nearest.ts';
import type { Refusal } from './reply.ts';

const VALUED = ['vm', 'from', 'to'] as const;
type Valued = (typeof VALUED)[number];
const FLAGS = [...VALUED, 'return'] as const;

const MEANING: Record<Valued, string> = {
  vm: 'the name of the VM to move',
  from: 'the host it runs on',
  to: 'the host it shall go to',
};

/** Longer than any name that vCenter takes for a VM or a host. */
const VALUE_MAX = 255;
/** Longer than what a person would copy. */
const FIX_MAX = 300;

type Read = {
  words: string[];
  values: Partial<Record<Valued, string>>;
  isReturning: boolean;
  unknown?: string;
  twice?: Valued;
};

/** What follows the verb. A value stands behind its flag or after an equals sign; a name with spaces in quotes. */
export function parseTrial(tokens: CommandToken[], { clusters }: { clusters: readonly string[] }): Command | Refusal {
  const read = readTokens(tokens);
  const [typed, extra] = read.words;
  const found = findCluster({ typed, command: 'trial', access: 'write', clusters });
  const fix = 'kind' in found ? HELP : toFix(found.cluster, read);
  if (read.unknown !== undefined) {
    return refuseFlag('trial', read.unknown, nearest(read.unknown, [...FLAGS, 'help']), fix);
  }
  if (read.twice !== undefined) return refuseTwice(read.twice);
  if (extra !== undefined) return refuseExtra('trial', extra, fix);
  // What the cluster's refusal proposes is no trial yet; the flags that were typed go with it.
  if ('kind' in found)
    return found.fix.startsWith(TRIAL) ? { ...found, fix: toFix(found.fix.slice(TRIAL.length), read) } : found;
  const { vm, from, to } = read.values;
  if (vm === undefined || from === undefined || to === undefined) return refuseMissing(read);
  if (isSame(from, to)) {
    const what = `--from and --to are both ${quote(from)}.`;
    return refuseCommand('same-host', { what, why: 'A trial moves a VM between two hosts.', fix: HELP });
  }
  return { verb: 'trial', cluster: found.cluster, trial: { vm, from, to, isReturning: read.isReturning } };
}

const HELP = '/vmotion help trial';
const TRIAL = '/vmotion trial ';
const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function readTokens(tokens: CommandToken[]): Read {
  const read: Read = { words: [], values: {}, isReturning: false };
  const said = tokens.filter((token) => !isMention(token));
  for (let index = 0; index < said.length; index += 1) {
    const token = said[index];
    if (token === undefined) continue;
    const flag = token.kind === 'flag' ? FLAGS.find((one) => one === token.name) : undefined;
    if (token.kind === 'word') {
      if (token.text !== '') read.words.push(token.text);
    } else if (flag === undefined) {
      read.unknown ??= token.name;
    } else if (flag === 'return') {
      read.isReturning = !/^(no|false|0)$/i.test(token.value ?? '');
    } else {
      const next = token.value === undefined ? said[index + 1] : undefined;
      if (next?.kind === 'word') index += 1;
      setValue(read, flag, token.value ?? (next?.kind === 'word' ? next.text : ''));
    }
  }
  return read;
}

function setValue(read: Read, flag: Valued, typed: string): void {
  const value = typed.trim().slice(0, VALUE_MAX);
  if (value === '') return;
  if (read.values[flag] !== undefined && read.values[flag] !== value) read.twice = flag;
  read.values[flag] = value;
}

function refuseTwice(flag: Valued): Refusal {
  const what = `--${flag} is given twice, with different values.`;
  return refuseCommand('too-much', { what, why: 'A trial is about one VM and two hosts.', fix: HELP });
}

function refuseMissing({ values }: Read): Refusal {
  const missing = VALUED.filter((flag) => values[flag] === undefined);
  const list = missing.map((flag) => `--${flag}, ${MEANING[flag]}`).join('; ');
  return refuseCommand('flag-missing', { what: `trial needs ${list}.`, why: TRIAL_USAGE, fix: HELP });
}

/** The command with the flags that were typed, where that makes a whole trial. */
function toFix(cluster: string, { values: { vm, from, to }, isReturning }: Read): string {
  if (vm === undefined || from === undefined || to === undefined || isSame(from, to)) return HELP;
  const whole = trialCommand(cluster, { vm, from, to, isReturning });
  return whole.length > FIX_MAX ? HELP : whole;
}
