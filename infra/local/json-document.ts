// What `--json` prints: for scripts that check what a person would read.
import { exitCodeOf } from '../../shared/domain/exit-code.ts';
import type { Finding } from '../../shared/domain/finding.ts';
import type { Host, HostNetwork, NetstackSettings, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { AuditSummary } from '../../shared/domain/drift.ts';
import type { EvidenceSummary, Job, JobFailure } from '../../shared/domain/job.ts';
import type { Cell, MatrixSummary } from '../../shared/domain/matrix.ts';
import { attachmentText } from '../../shared/domain/network-fields.ts';
import type { Step } from '../../shared/domain/step.ts';
import type { Trial } from '../../shared/domain/trial.ts';
import type { LocalPlace } from './local-place.ts';

export type NetworkDocument = {
  vmks: {
    device: string;
    netstack: string;
    portGroup: string;
    dhcp: boolean;
    addresses: string[];
    mtuBytes: number;
    gatewayOverride?: string | undefined;
    services: string[];
  }[];
  netstacks: ({ key: string; isLive: boolean } & NetstackSettings)[];
};

export type JobDocument = {
  id: string;
  kind: string;
  cluster: string;
  state: string;
  exitCode: number;
  planDigest: string | null;
  hosts: {
    name: string;
    outcome: string;
    steps: Step[];
    before: NetworkDocument | null;
    after: NetworkDocument | null;
  }[];
  /** What was found before anything was done. */
  findings: Finding[];
  matrix?: { pairs: number; ok: number; failed: number; unexpected: number; cells: Cell[] };
  /** Only of a trial. */
  trial?: Trial;
  /** Only of `evidence`. */
  evidence?: EvidenceSummary;
  /** Only of `audit`. */
  audit?: AuditSummary;
  failure?: JobFailure;
  soapCalls: number;
  durationMs: number;
};

/** The job as its rows and vCenter have it. `before`: what vCenter said when the job read the host; `after`: what it
 * says now, asked anew. Null where vCenter can't say. */
export async function toJobDocument(place: LocalPlace, job: Job): Promise<JobDocument> {
  const [records, cells, hostsNow] = await Promise.all([
    place.store.records.list(job.id),
    place.store.matrix.list(job.id),
    readHostsNow(place, job),
  ]);
  const hosts = job.hosts.map(({ name, moref, outcome }) => {
    const record = records.find((one) => one.host.moref.value === moref);
    const now = hostsNow?.find((one) => one.moref.value === moref);
    return {
      name,
      outcome,
      steps: record?.plan.steps ?? [],
      before: toNetworkDocument(record?.before ?? record?.observed),
      after: toNetworkDocument(now?.network),
    };
  });
  const { id, kind, cluster, state, soapCalls } = job;
  return {
    id,
    kind,
    cluster,
    state,
    exitCode: exitCodeOf(state),
    planDigest: job.plan?.digest ?? null,
    hosts,
    findings: job.plan?.findings ?? [],
    ...moreOf(job, cells),
    soapCalls,
    durationMs: Date.parse(job.endedAt ?? job.updatedAt) - Date.parse(job.createdAt),
  };
}

function moreOf(
  { matrix, trial, evidence, audit, failure }: Job,
  cells: Cell[],
): Pick<JobDocument, 'matrix' | 'trial' | 'evidence' | 'audit' | 'failure'> {
  return {
    ...(matrix === undefined ? {} : { matrix: toMatrixDocument(matrix, cells) }),
    ...(trial === undefined ? {} : { trial }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(audit === undefined ? {} : { audit }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function toMatrixDocument(
  { pairs, ok, failed, unexpected }: MatrixSummary,
  cells: Cell[],
): NonNullable<JobDocument['matrix']> {
  return { pairs, ok, failed, unexpected, cells };
}

async function readHostsNow(place: LocalPlace, job: Job): Promise<Host[] | undefined> {
  const path = place.settings.clusters[job.cluster]?.path;
  if (path === undefined) return undefined;
  try {
    const cluster = await place.vsphere.withSession(job.vcenter, `vmotion-ops-${job.id}-after`, (session) =>
      session.readCluster(path),
    );
    return cluster.hosts;
  } catch {
    // The job has said what is wrong with vCenter; the document says that nobody knows.
    return undefined;
  }
}

function toNetworkDocument(network: HostNetwork | undefined): NetworkDocument | null {
  if (network === undefined) return null;
  return {
    vmks: network.vmks.map(toVmkDocument),
    netstacks: network.netstacks.map(({ key, isLive, settings }) => ({ key, isLive, ...settings })),
  };
}

function toVmkDocument(vmk: VmkernelAdapter): NetworkDocument['vmks'][number] {
  const { device, netstack, ipv4, ipv6, mtuBytes, gatewayOverride, services } = vmk;
  const own = ipv4.address === undefined ? [] : [{ address: ipv4.address, prefixLength: ipv4.prefixLength ?? 0 }];
  const addresses = [...own, ...(ipv6?.addresses ?? [])].map((one) => `${one.address}/${one.prefixLength}`);
  const portGroup = attachmentText(vmk.attachment);
  return { device, netstack, portGroup, dhcp: ipv4.dhcp, addresses, mtuBytes, gatewayOverride, services };
}
