import type { Cluster } from '../domain/inventory.ts';
import type { Parts } from './parts.ts';

/** Alarms name hosts, so it is kept which cluster has which. `name`: the cluster's in vmotion.yaml. A job does not fail
 * for it. */
export async function rememberHosts(
  { store, log }: Pick<Parts, 'store' | 'log'>,
  name: string,
  { hosts }: Pick<Cluster, 'hosts'>,
): Promise<void> {
  try {
    await store.hostIndex.put({
      cluster: name,
      hosts: hosts.map((host) => ({ moref: host.moref.value, name: host.name })),
    });
  } catch (error) {
    log.warn('hosts-not-kept', { cluster: name, error });
  }
}
