// From the names and ids in an alarm to a cluster of vmotion.yaml. What fits two places is placed at neither.
import type { AlarmSignal, NamedObject } from './alarm-signal.ts';
import type { Settings, VcenterSettings } from './settings.ts';

/** The hosts of a cluster as they were last read. */
export type KnownHosts = { cluster: string; hosts: { moref: string; name: string }[] };

export type AlarmPlace =
  | {
      kind: 'placed';
      cluster: string;
      vcenter: string;
      host?: { name: string; moref?: string | undefined } | undefined;
    }
  | { kind: 'unplaced'; why: string };

/** Where the alarm belongs. A host that nobody has read yet is taken by the name in the alarm. */
export function placeAlarm(
  signal: AlarmSignal,
  settings: Pick<Settings, 'vcenters' | 'clusters'>,
  known: KnownHosts[],
): AlarmPlace {
  const vcenters = findVcenters(signal.vcenter, settings);
  if (vcenters.length === 0) return unplaced(`vmotion.yaml declares no vCenter ${quoted(signal.vcenter)}`);
  const clusters = Object.values(settings.clusters).filter((one) => vcenters.includes(one.vcenter));
  const own = known.filter((one) => clusters.some((cluster) => cluster.name === one.cluster));
  const byHost = findByHost(signal.host, own);
  const named = signal.cluster === undefined ? [] : clusters.filter((one) => isCluster(one, signal.cluster));
  const candidates =
    byHost.length > 1 && named.length > 0 ? byHost.filter((one) => isAmong(one.cluster, named)) : byHost;
  const [first, second] = candidates;
  if (first !== undefined && second === undefined) {
    return { kind: 'placed', cluster: first.cluster, vcenter: vcenterOf(first.cluster, settings), host: first.host };
  }
  if (second !== undefined)
    return unplaced(`${quoted(signal.host?.name ?? signal.host?.moref)} is a host of several clusters`);
  const [cluster, another] = named;
  if (cluster !== undefined && another === undefined) {
    const { name, moref } = signal.host ?? {};
    const host = name === undefined ? undefined : { name, moref };
    return { kind: 'placed', cluster: cluster.name, vcenter: cluster.vcenter, host };
  }
  if (another !== undefined) return unplaced(`${quoted(signal.cluster?.name)} is the name of several clusters`);
  return unplaced(whyNowhere(signal));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The vCenters that the alarm may be from: all of them where it names none. The only one that there is may go by another
 * network name than the one in vmotion.yaml; its UUID is one and the same everywhere. */
function findVcenters(named: string | undefined, { vcenters }: Pick<Settings, 'vcenters'>): string[] {
  const all = Object.values(vcenters);
  const fitting = named === undefined ? all : all.filter((one) => isVcenter(one, named));
  const isOther = fitting.length === 0 && UUID.test(named ?? '') && all.some((one) => one.instanceUuid !== undefined);
  const found = fitting.length === 0 && all.length === 1 && !isOther ? all : fitting;
  return found.map((one) => one.name);
}

function isVcenter({ name, url, instanceUuid }: VcenterSettings, named: string): boolean {
  const wanted = named.toLowerCase();
  if (wanted === name.toLowerCase() || wanted === instanceUuid?.toLowerCase()) return true;
  // A name, an address with its scheme, or the SDK's own address, with the port or without.
  const bare = wanted.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const { host, hostname } = new URL(url);
  return bare === host || bare === hostname || bare === `${hostname}:443`;
}

type Found = { cluster: string; host: { name: string; moref: string } };

/** By moref where there is one: names change and are given twice, ids within one vCenter are not. */
function findByHost(wanted: NamedObject | undefined, known: KnownHosts[]): Found[] {
  if (wanted === undefined) return [];
  const all = known.flatMap(({ cluster, hosts }) => hosts.map((host): Found => ({ cluster, host })));
  const byMoref = all.filter(({ host }) => host.moref === wanted.moref);
  const fitting = byMoref.filter(({ host }) => wanted.name === undefined || isSameHost(host.name, wanted.name));
  if (fitting.length > 0) return fitting;
  return wanted.name === undefined ? byMoref : all.filter(({ host }) => isSameHost(host.name, wanted.name ?? ''));
}

/** "esx01" and "esx01.lab.local" are one host; "esx01.lab.local" and "esx01.other.local" are not. */
export function isSameHost(left: string, right: string): boolean {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

function isCluster({ name, path }: { name: string; path: string }, wanted: NamedObject | undefined): boolean {
  const said = wanted?.name?.toLowerCase();
  return said !== undefined && (path.split('/').at(-1)?.toLowerCase() === said || name.toLowerCase() === said);
}

const isAmong = (cluster: string, clusters: { name: string }[]) => clusters.some((one) => one.name === cluster);

function vcenterOf(cluster: string, { clusters }: Pick<Settings, 'clusters'>): string {
  return clusters[cluster]?.vcenter ?? '';
}

function whyNowhere({ host, cluster, object }: AlarmSignal): string {
  if (host !== undefined) {
    const where = cluster?.name === undefined ? '' : ` of ${quoted(cluster.name)}`;
    return `no configured cluster is known to have the host ${quoted(host.name ?? host.moref)}${where}`;
  }
  if (cluster !== undefined) return `${quoted(cluster.name ?? cluster.moref)} is no cluster of vmotion.yaml`;
  return object === undefined ? 'it names neither a host nor a cluster' : `it is about ${quoted(object)}`;
}

function unplaced(why: string): AlarmPlace {
  return { kind: 'unplaced', why };
}

const quoted = (text: string | undefined) => `"${text ?? ''}"`;
