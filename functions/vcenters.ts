import type { Settings, VcenterSettings } from '../shared/domain/settings.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { Clock, Secrets, Vsphere } from '../shared/ports.ts';
import { createHttpsTransport } from '../shared/vsphere/https-transport.ts';
import { createVsphere } from '../shared/vsphere/vsphere.ts';

export type VcentersParts = { vcenters: Settings['vcenters']; secrets: Secrets; clock: Clock; log: Log };

/** The configured vCenters by name, each over HTTPS with its own trust and its own secret. */
export function createVcenters({ vcenters, secrets, clock, log }: VcentersParts): Vsphere {
  const get = (name: string): VcenterSettings => {
    const settings = vcenters[name];
    if (settings !== undefined) return settings;
    throw new OpsError('config-invalid', `vmotion.yaml declares no vCenter ${name}.`, {
      retry: 'never',
      remedy: 'Declare it again, or reject the jobs that were made for it.',
    });
  };
  return createVsphere({
    connect: (name) => {
      const { url, trust, concurrentCalls } = get(name);
      return createHttpsTransport({ url, trust, socketsMax: concurrentCalls });
    },
    credentials: (name) => secrets.credentials(get(name).secret),
    clock,
    log,
  });
}
