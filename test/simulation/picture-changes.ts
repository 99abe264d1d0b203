// What differs between two pictures, leaf by leaf: whatever a value is made of is compared, whether the product has a name
// for it or not.
import type { HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { GroupPicture, NetworkPicture } from './lab-picture.ts';

/** `path`: "vmks", "vmk2", "mtuBytes". */
export type Change = { path: string[]; from: string | undefined; to: string | undefined };

export const changeText = ({ path, from, to }: Change): string =>
  `${path.join(' ')} ${from ?? '(none)'} -> ${to ?? '(none)'}`;

/** Of one host, its own. Whether a stack shows as live follows from its adapters, some reads later. */
export function changesOf(then: NetworkPicture, now: NetworkPicture): Change[] {
  return differences(then, withOldNumbers(then, now));
}

/** Of those in both: the product makes none and removes none, but a host that is moved here brings those of its switch. */
export function groupChanges(then: GroupPicture[], now: GroupPicture[]): Change[] {
  const isIn = (groups: GroupPicture[]) => (one: GroupPicture) => groups.some(({ key }) => key === one.key);
  return differences(then.filter(isIn(now)), now.filter(isIn(then)));
}

/** How an image that the product has stored differs from the host as it is. */
export function imageChanges(image: HostNetwork, picture: NetworkPicture): Change[] {
  return differences(
    { ...image, distributedPortGroups: undefined, pnics: undefined, vmPortGroups: undefined },
    { ...picture, beyond: undefined },
  );
}

function differences(then: unknown, now: unknown): Change[] {
  const [before, after] = [leavesOf(then), leavesOf(now)];
  const changes: Change[] = [];
  for (const [key, { path, text }] of before) {
    const to = after.get(key)?.text;
    if (to !== text) changes.push({ path, from: text, to });
  }
  for (const [key, { path, text }] of after) if (!before.has(key)) changes.push({ path, from: undefined, to: text });
  return changes;
}

type Leaves = Map<string, { path: string[]; text: string }>;

/** What follows by itself from other values, or is given by others than vCenter. */
const FOLLOWS: ReadonlySet<string> = new Set(['isLive', 'ipv6Learnt', 'configVersion']);

function leavesOf(value: unknown, path: string[] = [], leaves: Leaves = new Map()): Leaves {
  if (value === undefined || value === '') return leaves;
  if (typeof value !== 'object' || value === null)
    return leaves.set(path.join('\n'), { path, text: JSON.stringify(value) });
  const entries = Array.isArray(value) ? namedElements(value) : Object.entries(value);
  if (entries === undefined) return leaves.set(path.join('\n'), { path, text: JSON.stringify(value) });
  const isLeased = 'dhcp' in value && value.dhcp === true && path.at(-1) === 'ipv4';
  for (const [name, one] of entries) {
    // A lease may change by itself.
    if (FOLLOWS.has(name) || (isLeased && name !== 'dhcp')) continue;
    leavesOf(one, [...path, name], leaves);
  }
  return leaves;
}

/** Elements that have a name of their own are compared by it; of other lists the order counts. */
function namedElements(list: unknown[]): [string, unknown][] | undefined {
  const named = list.map((one): [string | undefined, unknown] => [nameOf(one), one]);
  if (named.some(([name]) => name === undefined)) return list.length === 0 ? [] : undefined;
  return named.map(([name = '', one]) => [name, one]);
}

function nameOf(one: unknown): string | undefined {
  if (typeof one !== 'object' || one === null) return undefined;
  for (const key of ['device', 'key', 'uuid', 'name'])
    if (key in one) return String((one as Record<string, unknown>)[key]);
  return undefined;
}

/** vCenter alone numbers adapters: one that came back under another number is the same if all else is. */
function withOldNumbers(then: NetworkPicture, now: NetworkPicture): NetworkPicture {
  const isSame = (a: VmkernelAdapter, b: VmkernelAdapter) => a.netstack === b.netstack && a.mac === b.mac;
  const gone = then.vmks.filter((old) => !now.vmks.some((vmk) => vmk.device === old.device));
  const made = now.vmks.filter((vmk) => !then.vmks.some((old) => old.device === vmk.device));
  if (gone.length === 0 || made.length === 0) return now;
  const vmks = now.vmks.map((vmk) => {
    const old = made.includes(vmk) ? gone.find((one) => isSame(one, vmk)) : undefined;
    return old === undefined ? vmk : { ...vmk, device: old.device };
  });
  return { ...now, vmks };
}
