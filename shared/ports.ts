// What the product needs of the world. Adapters stand in shared/vsphere, shared/aws and shared/slack; fakes in test/support.
import type {
  Cluster,
  DistributedPortGroup,
  Host,
  Moref,
  NetstackSettings,
  PortGroup,
  Service,
  StandardSwitch,
  VmkSpec,
} from './domain/inventory.ts';
import type { Job } from './domain/job.ts';
import type { Cell } from './domain/matrix.ts';
import type { MetricName } from './domain/metric.ts';
import type { HostRecord } from './domain/record.ts';
import type { Vm } from './domain/vm.ts';

/** `sleep` resolves after `ms` of this clock's time, which a simulation makes pass at once. */
export type Clock = { now(): Date; sleep(ms: number): Promise<void> };

/** Lower-case letters and digits, unguessable enough for ids of jobs and requests. */
export type Ids = { next(length: number): string };

export type Sha256 = (text: string) => string;

// ---- vCenter -------------------------------------------------------------------------------------------------------

/** A connected host with what its configuration calls need. */
export type HostRef = { moref: Moref; name: string; networkSystem: Moref; virtualNicManager: Moref };

/** `payloadBytes` excludes IP and ICMP headers. `netstack` is sent only when it is not the default stack. */
export type PingRequest = {
  device: string;
  netstack: string;
  address: string;
  payloadBytes: number;
  dontFragment: boolean;
  count: number;
  /** How long ESXi waits for each reply. */
  waitSeconds: number;
};

/** `duplicates`: replies beyond one each: two devices own the address. `too-long`: larger than the first hop's MTU. `refused`: the host could not send; `reason` in ESXi's words. */
export type PingOutcome =
  | { kind: 'sent'; sent: number; received: number; roundTripMicros: number; duplicates?: number | undefined }
  | { kind: 'too-long' }
  | { kind: 'refused'; reason: string };

/** One logged-in session. Every method throws `OpsError`; a write whose answer was lost throws `outcome-unknown`. */
export type VsphereSession = {
  /** SOAP calls made so far, login and logout included. */
  readonly calls: number;
  /** The cluster with all its hosts, in two calls whatever their number. `path`: /Datacenter/host/Folder/Cluster. */
  readCluster(path: string): Promise<Cluster>;
  /** The same hosts again, in one call, in the order asked for. */
  readHosts(hosts: Moref[]): Promise<Host[]>;
  addPortGroup(host: HostRef, portGroup: PortGroup): Promise<void>;
  updatePortGroup(host: HostRef, name: string, portGroup: PortGroup): Promise<void>;
  removePortGroup(host: HostRef, name: string): Promise<void>;
  /** Returns the device vCenter chose, for example "vmk3". */
  addVmk(host: HostRef, spec: VmkSpec): Promise<string>;
  updateVmk(host: HostRef, device: string, spec: VmkSpec): Promise<void>;
  removeVmk(host: HostRef, device: string): Promise<void>;
  /** Replaces the settings given; an absent gateway is cleared. Never called for the default stack. */
  setNetstack(host: HostRef, netstack: string, settings: NetstackSettings): Promise<void>;
  selectService(host: HostRef, device: string, service: Service): Promise<void>;
  deselectService(host: HostRef, device: string, service: Service): Promise<void>;
  /** Makes the host's agent re-read its network, so that the next read is fresh. */
  refreshNetwork(host: HostRef): Promise<void>;
  ping(host: HostRef, request: PingRequest): Promise<PingOutcome>;
  addSwitch(host: HostRef, standardSwitch: StandardSwitch): Promise<void>;
  removeSwitch(host: HostRef, name: string): Promise<void>;
  /** Sets the uplink order. Refuses, with vCenter's ConcurrentAccess, when more than the version has changed since. */
  updateDistributedPortGroup(portGroup: DistributedPortGroup): Promise<void>;
  /** The machines on these hosts, in one call. */
  listVms(hosts: Moref[]): Promise<Vm[]>;
  /** What of `wanted` the session's user lacks. Empty: nothing. */
  missingPrivileges(
    wanted: { entity: Moref; name: string; privileges: string[] }[],
  ): Promise<{ name: string; privileges: string[] }[]>;
  readClusterSettings(cluster: Moref): Promise<{ drs: DrsMode }>;
  setDrs(cluster: Moref, mode: DrsMode): Promise<void>;
  /** Whether a vSphere configuration profile manages the cluster's hosts. False where vCenter is too old to have them. */
  isConfigManaged(cluster: Moref): Promise<boolean>;
  /** Migrations under way from these hosts; vCenter does not say which come in. `progress` in percent. */
  runningMigrations(hosts: Moref[]): Promise<{ vm: string; host: string; progress?: number | undefined }[]>;
  /** What vCenter says against moving the machine there, before it is moved. */
  checkRelocate(vm: Moref, host: Moref): Promise<{ errors: string[]; warnings: string[] }>;
  /** Moves the running machine and waits for the end of it, or until `until`. */
  relocate(vm: Moref, host: Moref, until: Date): Promise<RelocateOutcome>;
  /** The last lines of one of the host's logs. `isRotated`: the log began anew, so that older lines are elsewhere. */
  readLog(host: Moref, want: { key: string; lines: number }): Promise<{ lines: string[]; isRotated: boolean }>;
};

/** Who moves virtual machines in a cluster by itself, and how far. */
export type DrsMode = 'off' | 'manual' | 'partiallyAutomated' | 'fullyAutomated';

/** Times are vCenter's own. `fault`: the name of vCenter's fault, for example "NoCompatibleHost". `running`: the time
 * was over before the migration was; it goes on. */
export type RelocateOutcome =
  | { kind: 'moved'; startedAt: string; completedAt: string }
  | { kind: 'running' }
  | { kind: 'failed'; fault: string; message: string };

/** `withSession` logs in, runs `use` and always logs out. `operation` becomes vCenter's opID, to find it in its logs. */
export type Vsphere = {
  withSession<T>(vcenter: string, operation: string, use: (session: VsphereSession) => Promise<T>): Promise<T>;
};

// ---- rows ----------------------------------------------------------------------------------------------------------

/** `write-conflict` (retry later) is thrown when the row's version is not the one read. */
export type JobStore = {
  /** Answers false, and changes nothing, when the id exists. */
  create(job: Job): Promise<boolean>;
  /** Strongly consistent. */
  find(id: string): Promise<Job | undefined>;
  /** Writes `job` (whose version is already the new one) if the row still has version `job.version - 1`. */
  save(job: Job): Promise<void>;
  /** Newest first. */
  listByCluster(cluster: string, limit: number): Promise<Job[]>;
  /** Every job without `settledAt`: those that have not ended, and those whose end is not told yet. */
  listOpen(): Promise<Job[]>;
};

export type RecordStore = {
  /** Creates or replaces: only for records that nobody has begun to apply. */
  put(record: HostRecord): Promise<void>;
  find(jobId: string, hostMoref: string): Promise<HostRecord | undefined>;
  list(jobId: string): Promise<HostRecord[]>;
  /** Same rule as JobStore.save. */
  save(record: HostRecord): Promise<void>;
};

/** A host's state before the product first touched it, kept until a revert has restored it. */
export type Baseline = { cluster: string; host: string; name: string; jobId: string; at: string; record: HostRecord };
export type BaselineStore = {
  /** Keeps the older one where there is one. */
  putIfAbsent(baseline: Baseline): Promise<void>;
  list(cluster: string): Promise<Baseline[]>;
  remove(cluster: string, hostMoref: string): Promise<void>;
};

export type MatrixStore = {
  /** All cells of one source host; replaces what was there. */
  putRow(jobId: string, fromHost: string, cells: Cell[]): Promise<void>;
  list(jobId: string): Promise<Cell[]>;
};

/** `fence` only grows. `holder` is the slice at work; empty between slices. */
export type Lease = { cluster: string; jobId: string; fence: number; holder: string; expiresAt: string };

/** One job at a time holds a cluster, and one slice at a time works for it. */
export type LeaseStore = {
  /** Takes the cluster for the job and this slice, or says who has it. Succeeds on a free cluster, and on the job's
   * own lease when no other slice holds it or that slice's time is over. */
  acquire(want: {
    cluster: string;
    jobId: string;
    holder: string;
    now: Date;
    until: Date;
  }): Promise<{ kind: 'acquired'; lease: Lease } | { kind: 'held'; lease: Lease }>;
  /** Throws `lease-lost` unless the lease still has this job, holder and fence. */
  renew(lease: Lease, until: Date): Promise<void>;
  /** The slice is over, the job goes on: nobody else may take the cluster. No effect if the lease has moved on. */
  yield(lease: Lease): Promise<void>;
  /** The job is over. No effect unless the job has it. */
  release(cluster: string, jobId: string): Promise<void>;
  find(cluster: string): Promise<Lease | undefined>;
};

/** Remembers that something was seen, for `ttlSeconds`. Answers false when it was seen before. */
export type OnceStore = { claim(key: string, now: Date, ttlSeconds: number): Promise<boolean> };

/** Where a job's one message stands. `shownVersion`: the job version it shows. */
export type NoticeRecord = { jobId: string; channel: string; ts: string; shownVersion: number; shownAt: string };
export type NoticeStore = {
  find(jobId: string): Promise<NoticeRecord | undefined>;
  put(record: NoticeRecord): Promise<void>;
};

export type Store = {
  jobs: JobStore;
  records: RecordStore;
  baselines: BaselineStore;
  matrix: MatrixStore;
  leases: LeaseStore;
  once: OnceStore;
  notices: NoticeStore;
};

// ---- queues --------------------------------------------------------------------------------------------------------

/** A nudge: the named job has work at this cursor. The row decides whether that is still so. */
export type JobMessage = { jobId: string; cluster: string; cursor: number; attempt: number };
/** `version` and `attempt` only make the message's identity; the notifier renders what the row says now. */
export type NoticeMessage = { jobId: string; version: number; attempt: number };

export type Queue = { sendJob(message: JobMessage): Promise<void>; sendNotice(message: NoticeMessage): Promise<void> };

// ---- Slack ---------------------------------------------------------------------------------------------------------

/** `blocks` are Block Kit; `text` is the sentence for notifications and screen readers. */
export type ChatMessage = { channel: string; text: string; blocks: unknown[] };

/** Throws `slack-rate-limited` (retry later), `slack-unreachable` (outcome-unknown) or `slack-refused` (never). */
export type Chat = {
  post(message: ChatMessage): Promise<{ ts: string }>;
  /** `gone`: the message no longer exists. */
  update(ts: string, message: ChatMessage): Promise<{ kind: 'updated' | 'gone' }>;
};

export type Credentials = { user: string; password: string };
/** Throws `secret-missing`. */
export type Secrets = { credentials(name: string): Promise<Credentials> };

// ---- metrics -------------------------------------------------------------------------------------------------------

/** Never throws, and is never waited for. `by`: what the figure is divided by, from a closed set of values. */
export type Metrics = { count(name: MetricName, value: number, by?: Record<string, string>): void };
