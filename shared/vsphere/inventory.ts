import type { Cluster, ConnectionState, Host, HostNetwork, Moref } from '../domain/inventory.ts';
import { nearest } from '../domain/nearest.ts';
import { OpsError } from '../errors.ts';
import {
  HIDEABLE_TYPES,
  HOST_NETWORKS,
  PORT_GROUP_PROPERTIES,
  PORT_GROUP_SKIP,
  type PortGroupReading,
  portGroupsOf,
  readPortGroups,
} from './distributed-port-group-reader.ts';
import { readHostNetwork } from './host-network-reader.ts';
import { HOST_PATHS, HOST_SKIP, type HostProperties } from './host-properties.ts';
import { decodeName, parsePath, renderPath, segmentsOf, type TreeNode } from './inventory-path.ts';
import { type PropertyRow, retrieveExisting, retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';
import type { VimInput } from './vim.ts';

/** What one reading of a host said: the domain's view, and vCenter's own values, which writes are merged into. */
export type HostReading = { host: Host; properties: HostProperties };
/** `portGroups`: the distributed ones that any of the hosts can use, by the id of their object. */
export type HostsReading = { hosts: HostReading[]; portGroups: ReadonlyMap<string, PortGroupReading> };
export type ClusterReading = HostsReading & { cluster: Omit<Cluster, 'hosts'> };

/**
 * The cluster with all its hosts: one call for the tree's names, one for the hosts, whatever their number (more only
 * where vCenter answers in pages). Throws `cluster-not-found` or `cluster-ambiguous`.
 */
export async function readCluster(session: Session, path: string): Promise<ClusterReading> {
  const rows = await retrieveProperties(session, treeSpec(session.content.rootFolder));
  const { row, cluster } = findCluster(rows, path);
  const { hosts, portGroups } = await readHosts(session, (row.properties.get('host') ?? []) as Moref[]);
  // Between the two calls somebody may have removed one.
  return { cluster, hosts: hosts.filter(({ host }) => host.connection !== 'gone'), portGroups };
}

/** The hosts in the order asked for, with the distributed port groups they can use, in one call. A host that is no longer
 * there is `gone`, and the others are read all the same. */
export async function readHosts(session: Session, hosts: readonly Moref[]): Promise<HostsReading> {
  const toSpec = (some: readonly Moref[]) => ({
    propSet: [{ type: 'HostSystem', pathSet: [...HOST_PATHS] }, ...PORT_GROUP_PROPERTIES],
    objectSet: some.map((obj) => ({ obj, selectSet: HOST_NETWORKS })),
  });
  const rows = await retrieveExisting(session, hosts, { toSpec, skip: READ_SKIP, hideable: HIDEABLE_TYPES });
  const portGroups = readPortGroups(rows);
  const byMoref = new Map(rows.map((row) => [row.obj.value, row]));
  return { hosts: hosts.map((moref) => toReading(moref, byMoref.get(moref.value), portGroups)), portGroups };
}

const READ_SKIP: ReadonlySet<string> = new Set([...HOST_SKIP, ...PORT_GROUP_SKIP]);

/** All folders, datacenters and clusters below the root: the three steps name each other to reach any depth. */
function treeSpec(rootFolder: Moref): VimInput<'PropertyFilterSpec'> {
  const step = (name: string, at: { type: string; path: string }, next: string[]) => ({
    _type: 'TraversalSpec',
    name,
    ...at,
    skip: false,
    selectSet: next.map((one) => ({ name: one })),
  });
  return {
    propSet: [
      { type: 'Folder', pathSet: ['name', 'parent'] },
      { type: 'Datacenter', pathSet: ['name', 'parent'] },
      { type: 'ClusterComputeResource', pathSet: ['name', 'parent', 'host'] },
    ],
    objectSet: [
      {
        obj: rootFolder,
        skip: false,
        selectSet: [
          step('folder', { type: 'Folder', path: 'childEntity' }, ['folder', 'datacenter']),
          step('datacenter', { type: 'Datacenter', path: 'hostFolder' }, ['folder']),
        ],
      },
    ],
  };
}

function findCluster(rows: PropertyRow[], path: string): { row: PropertyRow; cluster: Omit<Cluster, 'hosts'> } {
  const nodes = rows.map(toNode);
  const byMoref = new Map(nodes.map((node) => [node.moref.value, node]));
  const clusters = rows
    .filter(({ obj }) => obj.type === 'ClusterComputeResource')
    .map((row) => ({ row, segments: segmentsOf(toNode(row), byMoref) }));
  const asked = parsePath(path);
  // Without a leading slash it is the end of a path, at least the cluster's own name.
  const isAsked = (segments: string[]) =>
    asked.length > 0 &&
    renderPath(path.startsWith('/') ? segments : segments.slice(-asked.length)) === renderPath(asked);
  const [found, ...others] = clusters.filter(({ segments }) => isAsked(segments));
  const paths = clusters.map(({ segments }) => renderPath(segments)).sort();
  if (found === undefined) throw notFound(path, paths);
  if (others.length > 0)
    throw ambiguous(
      path,
      [found, ...others].map(({ segments }) => renderPath(segments)),
    );
  const { row, segments } = found;
  return { row, cluster: { moref: row.obj, name: segments.at(-1) ?? '', path: renderPath(segments) } };
}

function toNode({ obj, properties }: PropertyRow): TreeNode {
  return {
    moref: obj,
    name: (properties.get('name') as string | undefined) ?? '',
    parent: properties.get('parent') as Moref | undefined,
  };
}

function notFound(path: string, paths: string[]): OpsError {
  return new OpsError('cluster-not-found', `vCenter shows no cluster at ${path}.`, {
    retry: 'never',
    remedy: suggest(path, paths),
  });
}

function suggest(path: string, paths: string[]): string {
  if (paths.length === 0) {
    return 'The account sees no cluster at all: give it the Read-only role from the root folder down.';
  }
  const lastOf = (one: string) => parsePath(one).at(-1) ?? '';
  const sameName = paths.filter((one) => lastOf(one).toLowerCase() === lastOf(path).toLowerCase());
  const near = nearest(path, paths) ?? paths.find((one) => lastOf(one) === nearest(lastOf(path), paths.map(lastOf)));
  const best = sameName.length > 0 ? sameName : near === undefined ? [] : [near];
  if (best.length > 0) return `Did you mean ${best.slice(0, 3).join(' or ')}? Correct the path in vmotion.yaml.`;
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return `The account sees ${paths.slice(0, 5).join(', ')}${more}. Correct the path in vmotion.yaml.`;
}

function ambiguous(path: string, paths: string[]): OpsError {
  return new OpsError('cluster-ambiguous', `More than one cluster is called ${path}: ${paths.sort().join(', ')}.`, {
    retry: 'never',
    remedy: 'Name the whole path in vmotion.yaml.',
  });
}

function toReading(moref: Moref, row: PropertyRow | undefined, portGroups: HostsReading['portGroups']): HostReading {
  if (row === undefined) return { host: gone(moref), properties: {} };
  // The table decodes each path to the type that HostProperties says.
  const properties: HostProperties = Object.fromEntries(row.properties);
  const connection = toConnection(properties['runtime.connectionState']);
  const host = {
    moref,
    name: decodeName(properties.name ?? moref.value),
    parent: properties.parent,
    connection,
    isInMaintenance: properties['runtime.inMaintenanceMode'] ?? false,
    esxiVersion: properties['config.product']?.version ?? 'unknown',
    networkSystem: properties['configManager.networkSystem'],
    virtualNicManager: properties['configManager.virtualNicManager'],
    // What vCenter still remembers of a host that it can't reach may be long past.
    network: connection === 'connected' ? toNetwork(properties, portGroups) : undefined,
  };
  return { host, properties };
}

function toNetwork(properties: HostProperties, portGroups: HostsReading['portGroups']): HostNetwork | undefined {
  const network = readHostNetwork(properties);
  if (network === undefined) return undefined;
  return { ...network, distributedPortGroups: portGroupsOf(properties.network ?? [], portGroups) };
}

function gone(moref: Moref): Host {
  return { moref, name: moref.value, connection: 'gone', isInMaintenance: false, esxiVersion: 'unknown' };
}

function toConnection(state: string | undefined): ConnectionState {
  if (state === 'connected' || state === 'disconnected') return state;
  return 'not-responding';
}
