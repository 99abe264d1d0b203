// What the product needs of the world. Adapters stand in shared/vsphere, shared/aws and shared/slack; fakes in test/support.
import type { AuditEntry } from './domain/audit-entry.ts';
import type { Freeze } from './domain/freeze.ts';
import type {
  Cluster,
  DistributedPortGroup,
  Host,
  HostStorage,
  Moref,
  NetstackSettings,
  PortGroup,
  Service,
  StandardSwitch,
  VmkSpec,
} from './domain/inventory.ts';
import type { Automation } from './domain/automation.ts';
import type { AlarmCard } from './domain/card.ts';
import type { KnownHosts } from './domain/alarm-place.ts';
import type { AuditState } from './domain/drift.ts';
import type { DeadLetter } from './domain/dead-letter.ts';
import type { Installation } from './domain/installation.ts';
import type { Job } from './domain/job.ts';
import type { Cell } from './domain/matrix.ts';
import type { MetricName } from './domain/metric.ts';
import type { HostRecord } from './domain/record.ts';
import type { TriggeredAlarm } from './domain/triggered-alarm.ts';
import type { VcenterEvent } from './domain/vcenter-event.ts';
import type { VcenterSlots } from './domain/vcenter-slots.ts';
import type { Vm } from './domain/vm.ts';

/** `sleep` resolves after `ms` of this clock's time, which a simulation makes pass at once; or as soon as `signal` says
 * that nobody waits any more, where the clock listens to it. */
export type Clock = {
  now(): Date;
  /** Milliseconds since some moment, of a clock that nobody sets: only differences mean something. */
  elapsedMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

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
  /** The same hosts again, in one call, in the order asked for. One that vCenter no longer shows is `gone`. */
  readHosts(hosts: Moref[]): Promise<Host[]>;
  /** What these hosts have datastores from over the network, in the order asked for, in one call and one for each iSCSI adapter. What
   * vCenter does not tell is `unread`. */
  readStorage(hosts: Moref[]): Promise<HostStorage[]>;
  addPortGroup(host: HostRef, portGroup: PortGroup): Promise<void>;
  updatePortGroup(host: HostRef, name: string, portGroup: PortGroup): Promise<void>;
  removePortGroup(host: HostRef, name: string): Promise<void>;
  /** Returns the device vCenter chose, for example "vmk3". */
  addVmk(host: HostRef, spec: VmkSpec): Promise<string>;
  updateVmk(host: HostRef, device: string, spec: VmkSpec): Promise<void>;
  removeVmk(host: HostRef, device: string): Promise<void>;
  /** Replaces the settings given; an absent gateway is cleared. Never called for the default stack. */
  /** `from`: what the settings were when the change was planned. Gateways that are the same in both are left as they are, if
   * the host has them; one in neither may be what the network told. Without it, all are set. */
  setNetstack(host: HostRef, netstack: string, settings: NetstackSettings, from?: NetstackSettings): Promise<void>;
  selectService(host: HostRef, device: string, service: Service): Promise<void>;
  deselectService(host: HostRef, device: string, service: Service): Promise<void>;
  /** Makes the host's agent re-read its network, so that the next read is fresh. */
  refreshNetwork(host: HostRef): Promise<void>;
  ping(host: HostRef, request: PingRequest): Promise<PingOutcome>;
  addSwitch(host: HostRef, standardSwitch: StandardSwitch): Promise<void>;
  removeSwitch(host: HostRef, name: string): Promise<void>;
  /** Sets the uplink order, or gives it back to the switch. Refuses, with vCenter's ConcurrentAccess, when more than the
   * version has changed since. */
  updateDistributedPortGroup(portGroup: DistributedPortGroup): Promise<void>;
  /** The machines on those of these hosts that there are, in one call. */
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
  /** Events of these entities and of all below them since then, the oldest first; of more than `max` the newest ones.
   * `byUsers`: without those that vCenter and its hosts tell of themselves. */
  readEvents(
    entities: Moref[],
    want: { since: Date; max: number; byUsers?: boolean | undefined },
  ): Promise<VcenterEvent[]>;
  /** What is triggered on the cluster and on what it holds, the oldest first, in two calls at most. */
  readTriggeredAlarms(cluster: Moref): Promise<TriggeredAlarm[]>;
  /** vCenter's instance UUID, which its own messages name it by. In upper or lower case as it has it. */
  readonly vcenterUuid: string;
  /** The account of the session, as vCenter names it. */
  readonly user: string;
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

/** Mostly of another version: the message names the row and what is wrong in it. */
export type UnreadableRow = { code: string; message: string };

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
  /** Every job without `settledAt`: those that have not ended, and those whose end is not told yet. A row that can't be
   * read goes to `skip`; without it, `row-invalid` is thrown. */
  listOpen(skip?: (unreadable: UnreadableRow) => void): Promise<Job[]>;
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
  /** The same, but takes the place of what the same job stored with an older version of the host's record. */
  putNewer(baseline: Baseline): Promise<void>;
  list(cluster: string): Promise<Baseline[]>;
  /** Leaves one that has taken its place. */
  remove(baseline: Baseline): Promise<void>;
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

/** Who works at each vCenter: one row a vCenter. */
export type SlotStore = {
  /** Strongly consistent. */
  find(vcenter: string): Promise<VcenterSlots | undefined>;
  /** Same rule as JobStore.save; version 1 is written only where there is none. */
  save(slots: VcenterSlots): Promise<void>;
};

/** Remembers that something was seen, for `ttlSeconds`. Answers false when it was seen before. */
export type OnceStore = { claim(key: string, now: Date, ttlSeconds: number): Promise<boolean> };

/** What was put into a message's thread, so that it is not put there twice. `refused`: Slack's word for why it will
 * never take it. */
export type PostedReply = {
  at: string;
  ts?: string | undefined;
  fileId?: string | undefined;
  /** Slack shows the file there: its answer to the upload does not yet say so. */
  isShared?: boolean | undefined;
  /** How often it was uploaded before this. */
  tries?: number | undefined;
  refused?: string | undefined;
};

/** Where a job's one message stands. `shownVersion`: the job version it shows; `toldVersion`: the one up to which its
 * thread is complete. `ts` is empty where nothing was posted, because the job is a quiet one. */
export type NoticeRecord = {
  jobId: string;
  channel: string;
  ts: string;
  shownVersion: number;
  shownAt: string;
  toldVersion?: number | undefined;
  posted?: Record<string, PostedReply> | undefined;
  /** Slack refused the richer blocks for this message. */
  isClassic?: boolean | undefined;
  /** How often the row had been written when it was read; absent: never, or by an older version. */
  seq?: number | undefined;
};
export type NoticeStore = {
  find(jobId: string): Promise<NoticeRecord | undefined>;
  /** Writes the row if nobody has since `record` was read, and counts its `seq`. Throws `write-conflict` if somebody has:
   * a notifier that stood still must not overwrite what another one has shown meanwhile. */
  put(record: NoticeRecord): Promise<void>;
};

/** Where a card's message stands. `shownSeq`: the last line of its history that the thread has. `copies`: messages in
 * channels that have subscribed, by channel. */
export type ShownCard = {
  card: string;
  channel: string;
  ts: string;
  shownVersion: number;
  shownSeq: number;
  shownAt: string;
  copies: Record<string, string>;
  /** As in NoticeRecord. */
  seq?: number | undefined;
};

/** Alarm cards, and where their messages stand. */
export type CardStore = {
  /** Answers false, and changes nothing, when the id exists. */
  create(card: AlarmCard): Promise<boolean>;
  /** Strongly consistent. */
  find(id: string): Promise<AlarmCard | undefined>;
  /** Same rule as JobStore.save. */
  save(card: AlarmCard): Promise<void>;
  /** Cards that the clock still looks after, the oldest first. `skip`: as in JobStore. */
  listOpen(skip?: (unreadable: UnreadableRow) => void): Promise<AlarmCard[]>;
  /** Newest first. Without a cluster: those that could not be placed. */
  listByCluster(cluster: string | undefined, limit: number): Promise<AlarmCard[]>;
  findShown(id: string): Promise<ShownCard | undefined>;
  /** Same rule as NoticeStore.put. */
  putShown(shown: ShownCard): Promise<void>;
};

/** What rules have started: one row for all of them. */
export type AutomationStore = {
  /** Strongly consistent. */
  find(): Promise<Automation | undefined>;
  /** Same rule as JobStore.save; version 1 is written only where there is none. */
  save(automation: Automation): Promise<void>;
};

/** Which channels hear of a cluster beside its own. */
export type Subscription = { cluster: string; channel: string; topics: string[]; by: string; at: string };
export type SubscriptionStore = {
  /** Replaces what the channel had. Without topics it hears nothing. */
  put(subscription: Subscription): Promise<void>;
  list(cluster: string): Promise<Subscription[]>;
};

/** The hosts each cluster had when a job last read it: alarms name hosts, not clusters. */
export type HostIndexStore = {
  put(known: KnownHosts): Promise<void>;
  /** Those of these clusters that were ever read. */
  list(clusters: string[]): Promise<KnownHosts[]>;
};

/** The audit log: entries are added and never changed. */
export type AuditStore = {
  /** The chain's newest entry, strongly consistent. */
  last(chain: string): Promise<AuditEntry | undefined>;
  /** Answers false, and changes nothing, when the chain has an entry with this number. */
  add(entry: AuditEntry): Promise<boolean>;
  /** Entries after number `after`, the oldest first, at most `limit`. */
  list(chain: string, after: number, limit: number): Promise<AuditEntry[]>;
  /** Every chain there is, by name. */
  chains(): Promise<string[]>;
};

/** Who stops changes from starting. A few rows in all. */
export type FreezeStore = {
  /** Creates or replaces. */
  put(freeze: Freeze): Promise<void>;
  /** Strongly consistent; also those whose time is over. */
  list(): Promise<Freeze[]>;
};

/** The members of a user group as Slack named them at `readAt`. */
export type GroupRecord = { group: string; members: string[]; readAt: string };
export type GroupStore = {
  find(group: string): Promise<GroupRecord | undefined>;
  put(record: GroupRecord): Promise<void>;
};

/** Where the app is installed, as Slack said it at `readAt`; one row. */
export type InstallationRecord = Installation & { readAt: string };
export type InstallationStore = {
  find(): Promise<InstallationRecord | undefined>;
  put(record: InstallationRecord): Promise<void>;
};

/** What each cluster was at its last audit, one row a cluster. */
export type AuditStateStore = {
  /** Strongly consistent. */
  find(cluster: string): Promise<AuditState | undefined>;
  put(state: AuditState): Promise<void>;
};

/** Messages that could not be delivered, for two weeks. */
export type DeadLetterStore = {
  /** Creates or replaces. */
  put(letter: DeadLetter): Promise<void>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** The oldest first. */
  list(): Promise<DeadLetter[]>;
};

export type Store = {
  deadLetters: DeadLetterStore;
  audits: AuditStateStore;
  freezes: FreezeStore;
  groups: GroupStore;
  installation: InstallationStore;
  auditLog: AuditStore;
  jobs: JobStore;
  records: RecordStore;
  baselines: BaselineStore;
  matrix: MatrixStore;
  leases: LeaseStore;
  slots: SlotStore;
  once: OnceStore;
  notices: NoticeStore;
  cards: CardStore;
  automation: AutomationStore;
  subscriptions: SubscriptionStore;
  hostIndex: HostIndexStore;
};

// ---- queues --------------------------------------------------------------------------------------------------------

/** A nudge: the named job has work at this cursor. The row decides whether that is still so. */
export type JobMessage = { jobId: string; cluster: string; cursor: number; attempt: number };
/** `version` and `attempt` only make the message's identity; the notifier renders what the row says now. */
export type NoticeMessage = { jobId: string; version: number; attempt: number };

/** The same for an alarm card. */
export type CardNotice = { card: string; version: number; attempt: number };

export type Queue = {
  sendJob(message: JobMessage): Promise<void>;
  sendNotice(message: NoticeMessage | CardNotice): Promise<void>;
};

// ---- Slack ---------------------------------------------------------------------------------------------------------

/** `blocks` are Block Kit; `text` is the sentence for notifications and screen readers. `threadTs`: the message that it
 * replies to; `isBroadcast`: the reply stands in the channel too. */
export type ChatMessage = {
  channel: string;
  text: string;
  blocks: unknown[];
  threadTs?: string | undefined;
  isBroadcast?: boolean | undefined;
};

/** `altText`: what a picture tells, for those who don't see it; only pictures have one. */
export type ChatFile = {
  channel: string;
  threadTs?: string | undefined;
  name: string;
  title: string;
  altText?: string | undefined;
  bytes: Uint8Array;
};

/** `pending`: Slack still works on it, and refuses a message that shows it. `unshared`: it is done and stands nowhere. */
export type FileState = 'ready' | 'pending' | 'unshared';

/** Throws `slack-rate-limited` (retry later), `slack-unreachable` (outcome-unknown) or `slack-refused` (never). */
export type Chat = {
  post(message: ChatMessage): Promise<{ ts: string }>;
  /** `gone`: the message no longer exists, or may not be changed any more. */
  update(ts: string, message: ChatMessage): Promise<{ kind: 'updated' | 'gone' }>;
  /** Shares the file in the channel or thread. A picture can't be shown in a message before its state is `ready`. */
  upload(file: ChatFile): Promise<{ fileId: string }>;
  fileState(fileId: string): Promise<FileState>;
};

/** A modal or a Home tab as Slack has it. `hash` stands for the state that was seen: another one is not replaced. */
export type SeenView = { viewId: string; hash?: string | undefined };

/** Modals and App Homes; `view` is Slack's own JSON. Each call is made once, within 2.5 seconds, because a person waits.
 * Throws as Chat does. */
export type Views = {
  /** `expired`: the trigger was used before, or is older than Slack's three seconds. */
  open(triggerId: string, view: object): Promise<{ kind: 'opened'; viewId: string } | { kind: 'expired' }>;
  /** `outdated`: the view is another one than was seen. `gone`: the person has closed it. */
  update(at: SeenView, view: object): Promise<'updated' | 'outdated' | 'gone'>;
  publish(user: string, view: object, hash?: string): Promise<'published' | 'outdated'>;
};

/** Slack's user groups. */
export type Groups = {
  /** Ids of the members, as Slack named them at most `maxAgeMs` ago. Throws `groups-unknown` when it can't be said. */
  members(group: string, maxAgeMs: number): Promise<string[]>;
};

/** Which workspaces the app is installed in. */
export type Installations = {
  /** As Slack said it at most `maxAgeMs` ago, or where it does not answer, when it did last. Throws `installation-unknown`
   * where it never did. */
  read(maxAgeMs: number): Promise<Installation>;
};

/** Throws as Chat does. */
export type Membership = {
  /** Ids of the channels that the person is in and that the app can see, read now. */
  channelsOf(user: string): Promise<string[]>;
};

export type Credentials = { user: string; password: string };
/** Throws `secret-missing`. */
export type Secrets = { credentials(name: string): Promise<Credentials> };

// ---- metrics -------------------------------------------------------------------------------------------------------

/** Never throws, and is never waited for. `by`: what the figure is divided by, from a closed set of values. */
export type Metrics = { count(name: MetricName, value: number, by?: Record<string, string>): void };
