// Every store port in memory, with the conditions of the real table. What goes in is copied; what comes out nobody can change.
import type { AuditEntry } from '../../shared/domain/audit-entry.ts';
import type { AuditState } from '../../shared/domain/drift.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import type { DeadLetter } from '../../shared/domain/dead-letter.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { VcenterSlots } from '../../shared/domain/vcenter-slots.ts';
import { OpsError } from '../../shared/errors.ts';
import type {
  AuditStateStore,
  AuditStore,
  Baseline,
  BaselineStore,
  DeadLetterStore,
  FreezeStore,
  GroupRecord,
  GroupStore,
  InstallationRecord,
  InstallationStore,
  JobStore,
  Lease,
  LeaseStore,
  MatrixStore,
  NoticeRecord,
  NoticeStore,
  OnceStore,
  RecordStore,
  SlotStore,
  Store,
} from '../../shared/ports.ts';
import { copyRow as copy } from './copy-row.ts';
import { createMemoryAlarmStores } from './memory-alarm-stores.ts';

/** An empty store. Two stores share nothing. */
export function createMemoryStore(): Store {
  return {
    audits: createMemoryAuditStateStore(),
    auditLog: createMemoryAuditStore(),
    jobs: createMemoryJobStore(),
    records: createMemoryRecordStore(),
    baselines: createMemoryBaselineStore(),
    matrix: createMemoryMatrixStore(),
    leases: createMemoryLeaseStore(),
    slots: createMemorySlotStore(),
    once: createMemoryOnceStore(),
    notices: createMemoryNoticeStore(),
    ...createMemoryAlarmStores(),
    freezes: createMemoryFreezeStore(),
    deadLetters: createMemoryDeadLetterStore(),
    groups: createMemoryGroupStore(),
    installation: createMemoryInstallationStore(),
  };
}

function createMemoryAuditStateStore(): AuditStateStore {
  const states = new Map<string, AuditState>();
  return {
    async find(cluster) {
      return copy(states.get(cluster));
    },
    async put(state) {
      states.set(state.cluster, copy(state));
    },
  };
}

function createMemoryAuditStore(): AuditStore {
  const chains = new Map<string, AuditEntry[]>();
  return {
    async last(chain) {
      return copy(chains.get(chain)?.at(-1));
    },
    async add(entry) {
      const entries = chains.get(entry.chain) ?? [];
      if (entries.length + 1 !== entry.seq) return false;
      chains.set(entry.chain, [...entries, copy(entry)]);
      return true;
    },
    async list(chain, after, limit) {
      return (chains.get(chain) ?? []).slice(after, after + limit).map(copy);
    },
    async chains() {
      return [...chains.keys()].toSorted();
    },
  };
}

function createMemorySlotStore(): SlotStore {
  const rows = new Map<string, VcenterSlots>();
  return {
    async find(vcenter) {
      return copy(rows.get(vcenter));
    },
    async save(slots) {
      const previous = slots.version - 1;
      if ((rows.get(slots.vcenter)?.version ?? 0) !== previous) throw writeConflict(`slots ${slots.vcenter}`, previous);
      rows.set(slots.vcenter, copy(slots));
    },
  };
}

function createMemoryFreezeStore(): FreezeStore {
  const freezes = new Map<string, Freeze>();
  return {
    async put(freeze) {
      freezes.set(freeze.id, copy(freeze));
    },
    async list() {
      return sortedBy([...freezes.values()], (freeze) => freeze.id).map(copy);
    },
  };
}

function createMemoryDeadLetterStore(): DeadLetterStore {
  const letters = new Map<string, DeadLetter>();
  return {
    async put(letter) {
      letters.set(letter.id, copy(letter));
    },
    async find(id) {
      return copy(letters.get(id));
    },
    async list() {
      return sortedBy([...letters.values()], (letter) => letter.at).map(copy);
    },
  };
}

function createMemoryGroupStore(): GroupStore {
  const groups = new Map<string, GroupRecord>();
  return {
    async find(group) {
      return copy(groups.get(group));
    },
    async put(record) {
      groups.set(record.group, copy(record));
    },
  };
}

function createMemoryInstallationStore(): InstallationStore {
  let installation: InstallationRecord | undefined;
  return {
    find: async () => copy(installation),
    async put(record) {
      installation = copy(record);
    },
  };
}

function createMemoryJobStore(): JobStore {
  const jobs = new Map<string, Job>();
  // The table's index sorts by createdAt; rows of the same moment may come in any order, here by id.
  const newestFirst = (isWanted: (job: Job) => boolean) =>
    [...jobs.values()].filter(isWanted).sort((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id));
  return {
    async create(job) {
      if (jobs.has(job.id)) return false;
      jobs.set(job.id, copy(job));
      return true;
    },
    async find(id) {
      return copy(jobs.get(id));
    },
    async save(job) {
      if (jobs.get(job.id)?.version !== job.version - 1) throw writeConflict(`job ${job.id}`, job.version - 1);
      jobs.set(job.id, copy(job));
    },
    async listByCluster(cluster, limit) {
      return newestFirst((job) => job.cluster === cluster)
        .slice(0, limit)
        .map(copy);
    },
    async listOpen() {
      return newestFirst((job) => job.settledAt === undefined)
        .reverse()
        .map(copy);
    },
  };
}

function createMemoryRecordStore(): RecordStore {
  const records = new Map<string, HostRecord>();
  const key = (jobId: string, moref: string) => `${jobId} ${moref}`;
  return {
    async put(record) {
      const id = key(record.jobId, record.host.moref.value);
      const there = records.get(id);
      if (there !== undefined && there.phase !== 'planned') throw writeConflict(`host record ${id}`, there.version);
      records.set(id, copy(record));
    },
    async find(jobId, hostMoref) {
      return copy(records.get(key(jobId, hostMoref)));
    },
    async list(jobId) {
      return sortedBy(
        [...records.values()].filter((record) => record.jobId === jobId),
        (record) => record.host.moref.value,
      ).map(copy);
    },
    async save(record) {
      const id = key(record.jobId, record.host.moref.value);
      if (records.get(id)?.version !== record.version - 1) throw writeConflict(`host record ${id}`, record.version - 1);
      records.set(id, copy(record));
    },
  };
}

function createMemoryBaselineStore(): BaselineStore {
  const baselines = new Map<string, Baseline>();
  const key = (cluster: string, host: string) => `${cluster} ${host}`;
  return {
    async putIfAbsent(baseline) {
      const id = key(baseline.cluster, baseline.host);
      if (!baselines.has(id)) baselines.set(id, copy(baseline));
    },
    async putNewer(baseline) {
      const id = key(baseline.cluster, baseline.host);
      const there = baselines.get(id);
      const isOlder = there?.jobId === baseline.jobId && there.record.version < baseline.record.version;
      if (there === undefined || isOlder) baselines.set(id, copy(baseline));
    },
    async list(cluster) {
      const ofCluster = [...baselines.values()].filter((baseline) => baseline.cluster === cluster);
      return sortedBy(ofCluster, (baseline) => baseline.host).map(copy);
    },
    async remove({ cluster, host, jobId, record }) {
      const there = baselines.get(key(cluster, host));
      if (there?.jobId === jobId && there.record.version === record.version) baselines.delete(key(cluster, host));
    },
  };
}

function createMemoryMatrixStore(): MatrixStore {
  const rows = new Map<string, { jobId: string; fromHost: string; cells: Cell[] }>();
  return {
    async putRow(jobId, fromHost, cells) {
      rows.set(`${jobId} ${fromHost}`, copy({ jobId, fromHost, cells }));
    },
    async list(jobId) {
      const ofJob = [...rows.values()].filter((row) => row.jobId === jobId);
      return sortedBy(ofJob, (row) => row.fromHost).flatMap((row) => copy(row.cells));
    },
  };
}

function createMemoryLeaseStore(): LeaseStore {
  const leases = new Map<string, Lease>();
  const holds = (lease: Lease) => {
    const there = leases.get(lease.cluster);
    const isSame =
      there !== undefined &&
      there.jobId === lease.jobId &&
      there.holder === lease.holder &&
      there.fence === lease.fence;
    return isSame ? there : undefined;
  };
  return {
    async acquire({ cluster, jobId, holder, now, until }) {
      const there = leases.get(cluster);
      if (there !== undefined && !canTake(there, { jobId, holder, now })) return { kind: 'held', lease: copy(there) };
      const lease = { cluster, jobId, holder, fence: (there?.fence ?? 0) + 1, expiresAt: until.toISOString() };
      leases.set(cluster, lease);
      return { kind: 'acquired', lease: copy(lease) };
    },
    async renew(lease, until) {
      const there = holds(lease);
      if (there === undefined) throw leaseLost(lease);
      there.expiresAt = until.toISOString();
    },
    async yield(lease) {
      const there = holds(lease);
      if (there !== undefined) there.holder = '';
    },
    async release(cluster, jobId) {
      const there = leases.get(cluster);
      // The row stays, so that the fence never shrinks.
      if (there?.jobId === jobId) leases.set(cluster, { ...there, jobId: '', holder: '' });
    },
    async find(cluster) {
      const there = leases.get(cluster);
      return there === undefined || there.jobId === '' ? undefined : copy(there);
    },
  };
}

function canTake(there: Lease, want: { jobId: string; holder: string; now: Date }): boolean {
  if (there.jobId === '') return true;
  if (there.jobId !== want.jobId) return false;
  return there.holder === '' || there.holder === want.holder || there.expiresAt <= want.now.toISOString();
}

function createMemoryOnceStore(): OnceStore {
  const seen = new Map<string, number>();
  return {
    async claim(key, now, ttlSeconds) {
      const nowSeconds = Math.floor(now.getTime() / 1000);
      const expiresAt = seen.get(key);
      if (expiresAt !== undefined && expiresAt > nowSeconds) return false;
      seen.set(key, nowSeconds + ttlSeconds);
      return true;
    },
  };
}

function createMemoryNoticeStore(): NoticeStore {
  const notices = new Map<string, NoticeRecord>();
  return {
    async find(jobId) {
      return copy(notices.get(jobId));
    },
    async put(record) {
      const seq = record.seq ?? 0;
      if ((notices.get(record.jobId)?.seq ?? 0) !== seq) throw writeConflict(`the notice of ${record.jobId}`, seq);
      notices.set(record.jobId, copy({ ...record, seq: seq + 1 }));
    },
  };
}

function writeConflict(what: string, version: number): OpsError {
  return new OpsError('write-conflict', `${what} is no longer at version ${version}.`, {
    retry: 'later',
    remedy: 'Nothing to do: it is read again and tried again.',
  });
}

function leaseLost(lease: Lease): OpsError {
  return new OpsError('lease-lost', `The lease on ${lease.cluster} with fence ${lease.fence} has moved on.`, {
    retry: 'later',
    remedy: 'Nothing to do: the slice that holds the lease now goes on.',
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const sortedBy = <T>(rows: T[], key: (row: T) => string) => rows.sort((a, b) => compare(key(a), key(b)));
