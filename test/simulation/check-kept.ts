import type { Job } from '../../shared/domain/job.ts';
import type { Vsphere } from '../../shared/ports.ts';
import type { World } from '../support/world.ts';
import { violate } from './violation.ts';

/** "Kept" means that it works: asked of the simulated hosts by pings of the checker's own, at the adapters' MTU. */
export async function checkKept(world: World, job: Job, vsphere: Vsphere): Promise<void> {
  const kept = new Set(job.hosts.filter((host) => host.outcome === 'kept').map((host) => host.name));
  if (job.kind === 'revert' || kept.size < 2) return;
  const path = world.parts.settings.clusters[job.cluster]?.path ?? '';
  await vsphere.withSession(job.vcenter, 'checker', async (session) => {
    const { hosts } = await session.readCluster(path);
    const ends = hosts
      .filter((host) => kept.has(host.name))
      .flatMap(
        (host) => host.network?.vmks.filter((vmk) => vmk.netstack === 'vmotion').map((vmk) => ({ host, vmk })) ?? [],
      );
    for (const from of ends) {
      const { networkSystem, virtualNicManager, moref, name } = from.host;
      if (networkSystem === undefined || virtualNicManager === undefined) continue;
      const ref = { moref, name, networkSystem, virtualNicManager };
      const others = ends.filter(
        (to) =>
          to.host.name !== name &&
          to.vmk.ipv4.address !== undefined &&
          JSON.stringify(to.vmk.attachment) === JSON.stringify(from.vmk.attachment),
      );
      const answers = await Promise.all(
        others.map((to) =>
          session.ping(ref, {
            device: from.vmk.device,
            netstack: 'vmotion',
            address: to.vmk.ipv4.address ?? '',
            payloadBytes: from.vmk.mtuBytes - 28,
            dontFragment: true,
            count: 3,
            waitSeconds: 1,
          }),
        ),
      );
      const isHeard = answers.some((answer) => answer.kind === 'sent' && answer.received > 0);
      if (others.length > 0 && !isHeard)
        violate(
          'kept means changed and proven',
          `${job.id}: ${name} ${from.vmk.device} reaches no other host that was kept`,
        );
    }
  });
}
