import { computePing } from '../../infra/lab/vcenter/ping.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Run, Site } from './run.ts';
import { violate } from './violation.ts';

const HEADER_BYTES = 28;

/** "Kept" means that it works: pings of the checker's own over the simulated wires, at the adapters' MTU. A host that was
 * away meanwhile could not be pinged when it would have mattered: then the gateway had to do, and the job's test tells. */
export function checkKept({ seed }: Run, { lab: { model }, cameBack }: Site, job: Job): void {
  const wasThere = (name: string) => (cameBack.get(name) ?? 0) < Date.parse(job.createdAt);
  const known = job.hosts.filter((host) => host.outcome === 'kept' && wasThere(host.name));
  const kept = new Set(known.map((host) => host.name));
  if (job.kind === 'revert' || kept.size < 2) return;
  const ends = model.clusters
    .flatMap(({ hosts }) => hosts)
    .filter((host) => kept.has(host.name) && host.connection === 'connected')
    .flatMap((host) =>
      host.network.vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => ({ host, vmk })),
    );
  for (const { host, vmk } of ends) {
    const others = ends.flatMap((to) => {
      const isSame = JSON.stringify(to.vmk.attachment) === JSON.stringify(vmk.attachment);
      return to.host !== host && isSame ? (to.vmk.ipv4.address ?? []) : [];
    });
    const isHeard = others.some((address) => {
      const size = vmk.mtuBytes - HEADER_BYTES;
      const input = { host: address, interface: vmk.device, netstack: 'vmotion', size, count: 3, df: true, ttl: 64 };
      const answer = computePing(model, seed, host, input);
      return answer.kind === 'sent' && answer.replies.length > 0;
    });
    if (others.length > 0 && !isHeard)
      violate(
        'kept means changed and proven',
        `${job.id}: ${host.name} ${vmk.device} reaches no other host that was kept`,
      );
  }
}
