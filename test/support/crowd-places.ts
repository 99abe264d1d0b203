// The vCenters of a crowd. The simulated one has a handful of clusters; here each cluster has one of its own, and those
// of one vCenter are counted together.
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { silentLog } from '../../shared/log.ts';
import type { Store, Vsphere } from '../../shared/ports.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import type { CrowdOptions } from './crowd.ts';
import { createLabTransport } from './lab-transport.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { labSettings } from './world.ts';

export type CrowdPlaces = {
  vsphere: Vsphere;
  clusters: string[];
  vcenters: string[];
  /** The lab that plays this cluster's part of its vCenter. */
  labOf(cluster: string): LabVcenter;
  /** The most that there was of it at this vCenter at the same moment. */
  sessionsMax(vcenter: string): number;
  callsMax(vcenter: string): number;
  /** Logins asked for so far, refused ones included. */
  logins(vcenter: string): number;
  /** Puts new hosts in the place of all there are, with nothing remembered of what they were asked. */
  rebuild(): void;
  /** Sessions logged in and not logged out, over all vCenters. */
  sessionsNow(): number;
};

const vcenterNamed = (index: number) => `vc-${index}`;

/** cluster-0 … cluster-N, shared out among vc-0 … vc-M, each like the lab's cluster-a. */
export function crowdSettings({ clusters, vcenters, workers, settings: adapt }: CrowdOptions): Settings {
  const settings = labSettings();
  const { lab } = settings.vcenters;
  const model = settings.clusters['cluster-a'];
  if (lab === undefined || model === undefined) throw new Error('the lab has no cluster-a');
  const names = Array.from({ length: vcenters }, (_, index) => vcenterNamed(index));
  settings.vcenters = Object.fromEntries(names.map((name) => [name, { ...lab, name, secret: name, workers }]));
  const many = Array.from({ length: clusters }, (_, index) => {
    const name = `cluster-${index}`;
    return [name, { ...structuredClone(model), name, vcenter: vcenterNamed(index % vcenters) }] as const;
  });
  settings.clusters = Object.fromEntries(many);
  adapt?.(settings);
  return settings;
}

type Of = { settings: Settings; clock: VirtualClock; store: Store };

export function createCrowdPlaces(options: CrowdOptions, { settings, clock, store }: Of): CrowdPlaces {
  const clusters = Object.keys(settings.clusters);
  const vcenters = Object.keys(settings.vcenters);
  const labs = new Map<string, LabVcenter>();
  const labOf = (cluster: string): LabVcenter => {
    const lab = labs.get(cluster) ?? createLabVcenter({ clock, clusters: ['cluster-a'], ...options.lab });
    labs.set(cluster, lab);
    return lab;
  };
  const counts = new Map(vcenters.map((name) => [name, { calls: 0, callsMax: 0, sessionsMax: 0, logins: 0 }]));
  const countOf = (vcenter: string) => {
    const count = counts.get(vcenter);
    if (count === undefined) throw new Error(`there is no vCenter ${vcenter}`);
    return count;
  };
  const members = Map.groupBy(clusters, (name) => settings.clusters[name]?.vcenter ?? '');
  const sessionsOf = (names: string[]) => names.reduce((sum, name) => sum + (labs.get(name)?.sessions() ?? 0), 0);

  const counted = (vcenter: string, transport: SoapTransport): SoapTransport => ({
    ...transport,
    async post(request) {
      const count = countOf(vcenter);
      if (request.body.includes('<Login ')) count.logins += 1;
      count.calls += 1;
      count.callsMax = Math.max(count.callsMax, count.calls);
      try {
        return await transport.post(request);
      } finally {
        count.calls -= 1;
        count.sessionsMax = Math.max(count.sessionsMax, sessionsOf(members.get(vcenter) ?? []));
      }
    },
  });

  return {
    clusters,
    vcenters,
    labOf,
    sessionsMax: (vcenter) => countOf(vcenter).sessionsMax,
    callsMax: (vcenter) => countOf(vcenter).callsMax,
    logins: (vcenter) => countOf(vcenter).logins,
    rebuild: () => labs.clear(),
    sessionsNow: () => sessionsOf(clusters),
    vsphere: {
      async withSession(vcenter, operation, use) {
        // Each session is about one job, and is opened where that job's cluster is.
        const job = await store.jobs.find(/j-[0-9a-f]+/.exec(operation)?.[0] ?? '');
        if (job === undefined) throw new Error(`${operation} is of no job`);
        const lab = labOf(job.cluster);
        const own = createVsphere({
          connect: () => counted(vcenter, createLabTransport(lab)),
          credentials: async () => ({ ...lab.credentials, ...options.credentials?.() }),
          clock,
          log: silentLog,
        });
        return own.withSession(vcenter, operation, use);
      },
    },
  };
}
