// An order of changes in which no address is ever on two adapters of a host: vCenter refuses the second one.
import type { VmkSpec } from './inventory.ts';
import type { Step } from './step.ts';
import { sharesAddress } from './vmk-spec.ts';

type Change = Extract<Step, { kind: 'add-vmk' | 'update-vmk' | 'remove-vmk' }>;
type Update = Extract<Step, { kind: 'update-vmk' }>;

/**
 * The changes in the order given, but for those that have to wait until another one has given up an address. Where
 * adapters wait for each other in a circle, one of them is removed and made again.
 */
export function orderByAddress(changes: Change[]): Change[] {
  const ordered: Change[] = [];
  let left = [...changes];
  while (left.length > 0) {
    const next = left.find((change) => holderFor(change, left) === undefined);
    if (next !== undefined) {
      ordered.push(next);
      left = left.filter((one) => one !== next);
      continue;
    }
    const update = findInCircle(left);
    ordered.push({ kind: 'remove-vmk', device: update.device, spec: update.from, services: [] });
    // As soon as it can be, so that it gets its number again.
    left = [{ kind: 'add-vmk', spec: update.to }, ...left.filter((one) => one !== update)];
  }
  return ordered;
}

/** What still has an address that this one needs. */
function holderFor(change: Change, left: Change[]): Change | undefined {
  if (change.kind === 'remove-vmk') return undefined;
  const wanted = change.kind === 'add-vmk' ? change.spec : change.to;
  return left.find((other) => other !== change && holds(other, wanted));
}

function holds(change: Change, wanted: VmkSpec): boolean {
  if (change.kind === 'add-vmk') return false;
  return sharesAddress(change.kind === 'remove-vmk' ? change.spec : change.from, wanted);
}

/** One that all the others of its circle wait for. All of `left` wait for something, and only updates are waited for. */
function findInCircle(left: Change[]): Update {
  const seen = new Set<Change>();
  let [one] = left;
  while (one !== undefined && !seen.has(one)) {
    seen.add(one);
    one = holderFor(one, left);
  }
  if (one?.kind !== 'update-vmk') throw new Error('changes wait for each other without a circle');
  return one;
}
