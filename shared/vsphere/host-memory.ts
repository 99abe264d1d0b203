import type { Moref } from '../domain/inventory.ts';
import type { PortGroupConfig } from './distributed-port-group-reader.ts';
import { HOST_SKIP, type HostProperties } from './host-properties.ts';
import type { HostsReading } from './inventory.ts';
import { retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';

type Part =
  | 'config.network.vnic'
  | 'config.network.netStackInstance'
  | 'config.network.portgroup'
  | 'config.network.vswitch';

/** vCenter's own values of what this session last read, for the calls that must send back a whole object. */
export type HostMemory = {
  remember(reading: HostsReading): void;
  /** As last read; read now where this session has not read it or has since changed it. */
  recall<P extends Part>(host: { moref: Moref; name: string }, part: P): Promise<NonNullable<HostProperties[P]>>;
  /** After a change, whether it succeeded or not. */
  forget(host: { moref: Moref }, ...parts: Part[]): void;
  /** The distributed port group as last read together with hosts, once: who asks is about to change it. */
  takePortGroup(key: string): PortGroupConfig | undefined;
};

/** Empty at first; it lives as long as the session, whose slice alone changes these hosts meanwhile. */
export function createHostMemory(session: Session): HostMemory {
  const hosts = new Map<string, HostProperties>();
  const portGroups = new Map<string, PortGroupConfig>();
  return {
    remember(reading) {
      for (const { host, properties } of reading.hosts) hosts.set(host.moref.value, { ...properties });
      for (const [key, { config }] of reading.portGroups) portGroups.set(key, config);
    },
    async recall(host, part) {
      const known = hosts.get(host.moref.value)?.[part];
      if (known !== undefined) return known;
      const spec = { propSet: [{ type: 'HostSystem', pathSet: [part] }], objectSet: [{ obj: host.moref }] };
      const [row] = await retrieveProperties(session, spec, { skip: HOST_SKIP, about: host.name });
      const value: HostProperties = { [part]: row?.properties.get(part) ?? [] };
      hosts.set(host.moref.value, { ...hosts.get(host.moref.value), ...value });
      return value[part] as NonNullable<HostProperties[typeof part]>;
    },
    forget(host, ...parts) {
      const properties = hosts.get(host.moref.value);
      for (const part of parts) delete properties?.[part];
    },
    takePortGroup(key) {
      const config = portGroups.get(key);
      portGroups.delete(key);
      return config;
    },
  };
}
