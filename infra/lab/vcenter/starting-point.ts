// Scenarios that change what hosts are configured to be: how to make such a change, and how to take it back.
import type { LabHost, LabHostNetwork, LabModel, LabVmk } from './model.ts';
import { publishNow } from './runtime.ts';

/** Turns one such scenario on and off. */
export type Turn = (model: LabModel, on: boolean) => void;

/**
 * `change` alters the network of each host that `pick` names. Off puts a host back only if nothing was changed on it
 * since: what the product or a person did in the meantime is not undone.
 */
export function changeHosts(
  pick: (model: LabModel) => LabHost[],
  change: (host: LabHost, model: LabModel) => void,
): Turn {
  const kept = new WeakMap<LabHost, { before: LabHostNetwork; after: string; counters: [number, number] }>();
  return (model, on) => {
    for (const host of pick(model)) {
      const was = kept.get(host);
      kept.delete(host);
      if (on) {
        const before = structuredClone(host.network);
        const counters: [number, number] = [host.portsMade, host.macsMade];
        change(host, model);
        kept.set(host, { before, after: JSON.stringify(host.network), counters });
        publishNow(host);
      } else if (was !== undefined && JSON.stringify(host.network) === was.after) {
        host.network = was.before;
        [host.portsMade, host.macsMade] = was.counters;
        publishNow(host);
      }
    }
  };
}

export function hostsOf(model: LabModel, cluster: string): LabHost[] {
  return model.clusters.find(({ name }) => name === cluster)?.hosts ?? [];
}

/** The one adapter that carries vMotion before the product came. */
export function oldAdapter(host: LabHost): LabVmk | undefined {
  return host.network.vmks.find(
    ({ attachment }) => attachment.kind === 'standard' && attachment.portGroup === 'vMotion-old',
  );
}
