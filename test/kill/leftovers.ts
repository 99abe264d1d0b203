// What a story left behind, read from the rows and from the simulated vCenter's own file, never from what was printed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../functions/sha256.ts';
import { openDataFolder } from '../../infra/local/data-folder.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import { verifyStoredChain } from '../../shared/app/verify-audit.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Store } from '../../shared/ports.ts';

const CLUSTER = 'cluster-a';
const JOBS_MAX = 50;

/** What no crash may leave behind, in words; and the jobs, newest first. */
export type Leftovers = { problems: string[]; jobs: Job[] };

/** Opens the folder of a process that is gone, and closes it as one that was left in order. */
export async function readLeftovers(folder: string): Promise<Leftovers> {
  const data = await openDataFolder(folder);
  const table = await startTableEmulator({ folder: data.tableFolder, wasLeftOpen: data.wasLeftOpen });
  try {
    return await readRows(createDynamoStore(table));
  } finally {
    await table.stop();
    await data.close();
  }
}

async function readRows(store: Store): Promise<Leftovers> {
  const [jobs, open, lease, letters, chains] = await Promise.all([
    store.jobs.listByCluster(CLUSTER, JOBS_MAX),
    store.jobs.listOpen(),
    store.leases.find(CLUSTER),
    store.deadLetters.list(),
    store.auditLog.chains(),
  ]);
  const problems: string[] = [];
  for (const { id, kind, state } of jobs) if (!isEnded(state)) problems.push(`${kind} ${id} is still ${state}`);
  // The clock takes it from a job that has ended and is not settled; who needs the cluster before, does so too.
  const isOwed = open.some(({ id, state }) => id === lease?.jobId && isEnded(state));
  if (lease !== undefined && !isOwed) problems.push(`${lease.jobId} still holds the cluster`);
  for (const { id, content } of letters) problems.push(`dead letter ${id} of a ${content.kind}`);
  for (const chain of chains) {
    const verdict = await verifyStoredChain(store.auditLog, sha256, chain);
    if (verdict.kind === 'broken') problems.push(`the audit log of ${chain} is broken`);
  }
  return { problems, jobs };
}

type Vmk = { device: string; netstack: string; attachment: { portGroup?: string } };
type Network = { vmks: Vmk[]; portGroups: { name: string }[] };

/** Each host's network as the simulated vCenter keeps it, by name; empty where it was never changed. */
export async function readVcenter(folder: string): Promise<Map<string, Network>> {
  try {
    const text = await readFile(join(folder, 'lab-hosts.json'), 'utf8');
    const hosts = JSON.parse(text) as { name: string; network: Network }[];
    return new Map(hosts.map(({ name, network }) => [name, withoutPorts(network)]));
  } catch {
    return new Map();
  }
}

/** A switch gives an adapter that comes back another port, which is nobody's configuration. */
function withoutPorts(network: Network): Network {
  return JSON.parse(
    JSON.stringify(network, (key, value: unknown) => (key === 'portKey' ? undefined : value)),
  ) as Network;
}

// What the lab breaks for an alarm, it breaks in every cluster; the stories are about one.
const HOST_OF_CLUSTER = /^esx0\d\./;

/** Where the cluster's hosts differ from what they were before. */
export function compareVcenter(before: Map<string, Network>, after: Map<string, Network>): string[] {
  const problems: string[] = [];
  for (const [name, was] of before) {
    if (!HOST_OF_CLUSTER.test(name)) continue;
    const is = after.get(name);
    if (is === undefined) problems.push(`${name} is gone`);
    else if (!isSame(was, is)) problems.push(`${name} is not as it was: ${toText(is)}, not ${toText(was)}`);
  }
  return problems;
}

/** Order says nothing: what was removed and made again comes last. */
function isSame(one: Network, other: Network): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).toSorted().join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${key}:${canonical(one)}`).join()}}`;
}

function toText({ vmks, portGroups }: Network): string {
  const adapters = vmks.map(({ device, attachment }) => `${device} on ${attachment.portGroup ?? '?'}`);
  return `${adapters.join(' ')} (${portGroups.map(({ name }) => name).join(' ')})`;
}
