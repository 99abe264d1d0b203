import type { AuditEntry } from '../../shared/domain/audit-entry.ts';
import type { World } from '../support/world.ts';
import { violate } from './violation.ts';
import { type ChannelWatch, COOKIE } from './watch-channel.ts';

/** Neither a password nor the cookie of any session stands anywhere. */
export async function checkSecrets(
  world: World,
  { passwords, cookies }: { passwords: string[]; cookies: ReadonlySet<string> },
  { entries, channel }: { entries: AuditEntry[]; channel: ChannelWatch },
): Promise<void> {
  const { store } = world.parts;
  const clusters = Object.keys(world.parts.settings.clusters);
  const jobs = await Promise.all(clusters.map((cluster) => store.jobs.listByCluster(cluster, 1000)));
  const records = await Promise.all(jobs.flat().map((job) => store.records.list(job.id)));
  const notices = await Promise.all(jobs.flat().map((job) => store.notices.find(job.id)));
  const cards = await Promise.all([...clusters, undefined].map((cluster) => store.cards.listByCluster(cluster, 1000)));
  const audits = await Promise.all(clusters.map((cluster) => store.audits.find(cluster)));
  const places = {
    log: world.logLines.join('\n'),
    rows: JSON.stringify([jobs, records, notices, cards, audits]),
    // Every message and file that was ever sent, not only what stands there now.
    channel: [...channel.found].join('\n'),
    'audit log': JSON.stringify(entries),
  };
  for (const [place, text] of Object.entries(places)) {
    const isTold = passwords.some((one) => text.includes(one)) || text.match(COOKIE)?.some((one) => cookies.has(one));
    if (isTold === true) violate('no secret leaves its place', `one stands in the ${place}`);
  }
}
