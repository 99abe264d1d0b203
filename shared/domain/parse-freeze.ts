// freeze all|cluster --reason TEXT [--until 4h|2026-11-23T06:00], unfreeze all|cluster
import { ALL, type TypedEnd } from './command.ts';
import { type ReadFlags, quotedValue } from './command-flags.ts';
import { refuseCommand } from './command-refusal.ts';
import { aboutCluster, fixWith, type Grammar, type Parsed, refuseSurplus, refuseValue } from './grammar.ts';
import { parseMoment, parseSpan } from './time-span.ts';

/** `freeze CLUSTER|all --reason TEXT`, until it is lifted or for as long as `--until` or `--for` says. */
export function parseFreeze(grammar: Grammar, read: ReadFlags): Parsed {
  const surplus = refuseSurplus(grammar, 'freeze', read, { max: 1 });
  if (surplus !== undefined) return surplus;
  const { reason = '', until, for: span } = read.values;
  if (until !== undefined && span !== undefined && until !== span) return refuseTwoEnds(grammar, read);
  const typed = until ?? span;
  const end = typed === undefined ? undefined : toEnd(typed);
  if (typed !== undefined && end === undefined) return refuseEnd(grammar, read, typed);
  return aboutTarget(grammar, 'freeze', read, (target) =>
    reason === '' ? refuseSilence(target, typed) : { verb: 'freeze', target, reason, until: end },
  );
}

/** `unfreeze CLUSTER|all`. */
export function parseUnfreeze(grammar: Grammar, read: ReadFlags): Parsed {
  const surplus = refuseSurplus(grammar, 'unfreeze', read, { max: 1 });
  return surplus ?? aboutTarget(grammar, 'unfreeze', read, (target) => ({ verb: 'unfreeze', target }));
}

function aboutTarget(
  grammar: Grammar,
  verb: 'freeze' | 'unfreeze',
  read: ReadFlags,
  build: (target: string) => Parsed,
): Parsed {
  const [typed] = read.words;
  if (typed?.toLowerCase() === ALL) return build(ALL);
  return aboutCluster(grammar, { typed, command: verb, access: 'rule' }, build, read);
}

function toEnd(typed: string): TypedEnd | undefined {
  const minutes = parseSpan(typed);
  if (minutes !== undefined) return { kind: 'after', minutes };
  return parseMoment(typed) === undefined ? undefined : { kind: 'at', text: typed };
}

function refuseTwoEnds(grammar: Grammar, read: ReadFlags): Parsed {
  const { for: _, ...values } = read.values;
  return refuseCommand('too-much', {
    what: '--until and --for both say when the freeze ends, and not the same.',
    why: 'A freeze has one end.',
    fix: fixWith(grammar, ['freeze', ...read.words], { values }),
  });
}

function refuseEnd(grammar: Grammar, read: ReadFlags, typed: string): Parsed {
  const { until: _, for: __, ...values } = read.values;
  return refuseValue('not-a-time', {
    flag: read.values['until'] === undefined ? 'for' : 'until',
    typed,
    why: 'It is a length of time such as 90m, 4h or 2d, or a moment such as 2026-11-23T06:00.',
    fix: fixWith(grammar, ['freeze', ...read.words], { values: { ...values, until: '4h' } }),
  });
}

function refuseSilence(target: string, until: string | undefined): Parsed {
  const end = until === undefined ? '' : ` --until ${quotedValue(until)}`;
  return refuseCommand('reason-missing', {
    what: `Why is ${target === ALL ? 'everything' : target} to be frozen?`,
    why: 'Whoever is stopped by it reads your reason.',
    fix: `/vmotion freeze ${target} --reason "the reason"${end}`,
  });
}
