// A host's configuration as XML, kept while nothing in it changes: it is read far more often than written.
import type { LabHost, LabModel } from './model.ts';

/** `stamp` differs whenever a kept property would. Properties that are not `covered` are made anew each time. */
export type PropertyMemory = {
  stamp(): string;
  covers(path: string): boolean;
  kept: Map<string, { stamp: string; val: string | undefined }>;
};

const CONFIGURATION = /^(config|networkInfo|info)\b/;

/** Tests change hosts directly, so the stamp is the whole configuration: comparing it is still far cheaper. */
export function hostMemory(model: LabModel, host: LabHost): PropertyMemory {
  // Of a distributed switch, a host's part shows its name, its MTU and the key of its uplinks.
  const shared = () =>
    host.network.proxies.length === 0
      ? []
      : model.distributedSwitches.map(({ name, mtuBytes, portGroups }) => [name, mtuBytes, portGroups.length]);
  // Machines that run have ports in its port groups.
  const machines = () =>
    model.vms.flatMap((vm) => (vm.host === host.name && vm.isPoweredOn ? vm.nics.map(({ network }) => network) : []));
  return {
    stamp: () =>
      JSON.stringify([
        host.network,
        host.storage,
        host.connection,
        host.esxiVersion,
        host.esxiBuild,
        shared(),
        machines(),
      ]),
    covers: (path) => CONFIGURATION.test(path),
    kept: new Map(),
  };
}
