// Who changed a host after it was planned, for the message of a job that is stale.
import { type Author, findAuthor } from '../domain/drift-author.ts';
import type { Host, Moref } from '../domain/inventory.ts';
import type { FieldChange } from '../domain/network-fields.ts';
import { OpsError } from '../errors.ts';
import type { Slice } from './host-work.ts';
import { readOwnWork } from './own-work.ts';

const EVENTS_MAX = 1_000;
/** vCenter's clock may be behind ours. */
const OVERLAP_MS = 300_000;

/** What is known to have changed on the host, each by its field; `groups`: distributed port groups among them. */
export type StaleChange = { host: Host; changes: FieldChange[]; groups: string[] };

/** A sentence on who it was and when, as far as vCenter's events and our own jobs tell. Never fails: why nobody is named
 * is said instead. */
export async function whoChanged(slice: Slice, change: StaleChange): Promise<string> {
  const { job, parts, session } = slice;
  try {
    const since = new Date(Date.parse(job.createdAt) - OVERLAP_MS);
    const events = await session.readEvents(entitiesOf(change), { since, max: EVENTS_MAX, byUsers: true });
    const others = await readOwnWork(parts, job.cluster, job.createdAt);
    const work = others.filter(({ jobId }) => jobId !== job.id);
    const { name } = change.host;
    const authors = change.changes.map((one) =>
      findAuthor({ ...one, host: name }, { events, account: session.user, work }),
    );
    // A port group of a distributed switch may have been changed for another cluster's hosts.
    const ofGroups = change.groups.length > 0 ? work[0] : undefined;
    return sentence(authors, (work.find(({ hosts }) => hosts.includes(name)) ?? ofGroups)?.jobId);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    parts.log.warn('stale-events-unread', { jobId: job.id, code: error.code });
    return `Who it was is not known: vCenter's events could not be read (${error.code}).`;
  }
}

/** Port groups of a distributed switch stand beside the cluster, not in it. */
function entitiesOf({ host, groups }: StaleChange): Moref[] {
  return [host.moref, ...groups.map((value) => ({ type: 'DistributedVirtualPortgroup', value }))];
}

function sentence(authors: Author[], ownJob: string | undefined): string {
  const others = authors.flatMap((author) => (author.kind === 'other' ? [author] : []));
  const newest = others.toSorted((left, right) => (left.at < right.at ? 1 : -1))[0];
  if (newest !== undefined) {
    const more = new Set(others.map(({ by }) => by)).size - 1;
    const beside = more === 0 ? '' : `, and ${more === 1 ? 'one other' : `${more} others`} before`;
    return `By vCenter's events it was ${plain(newest.by)} at ${newest.at}${beside} ("${plain(newest.event)}").`;
  }
  if (authors.some(({ kind }) => kind === 'own') && ownJob !== undefined)
    return `It was vmotion-ops itself, in another job: ${ownJob}.`;
  return "vCenter's events do not say who it was.";
}

const PLAIN_CHARS_MAX = 100;

/** Names and messages of vCenter's are anybody's: nothing in them may look like a mention. */
function plain(text: string): string {
  return text.replaceAll(/[<>]/g, '').slice(0, PLAIN_CHARS_MAX);
}
