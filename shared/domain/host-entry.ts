import { isAddress } from './ip-network.ts';

/** The entry for a host in a map that people key by its full name or its first label, in any case. The full name
 * wins. `key` is as written, to name the place. */
export function findHostEntry<T>(entries: Record<string, T>, hostName: string): { key: string; value: T } | undefined {
  const wanted = hostName.toLowerCase();
  return findKey(entries, wanted) ?? findKey(entries, firstLabel(wanted));
}

/** "esx01" for esx01.lab.local; a host that is known by its address has no shorter name. */
export function firstLabel(hostName: string): string {
  return isAddress(hostName) ? hostName : (hostName.split('.')[0] ?? hostName);
}

function findKey<T>(entries: Record<string, T>, wanted: string): { key: string; value: T } | undefined {
  for (const [key, value] of Object.entries(entries)) if (key.toLowerCase() === wanted) return { key, value };
  return undefined;
}
