// The worker in a process of its own: plans a change of all hosts of the vCenter whose address it is given.
import { createVcenters } from '../../functions/vcenters.ts';
import { createEdgeParts } from '../../functions/edge-parts.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { createWorker } from '../../functions/worker.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import { silentLog } from '../../shared/log.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const { SETTINGS = '', VCENTER_URL = '', VCENTER_SHA256 = '', VCENTER_USER = '', VCENTER_PASSWORD = '' } = process.env;
const CLUSTER = 'cluster-l3';
const SLICE_MS = 120_000;

const queue = createMemoryQueue();
const edge = {
  ...createEdgeParts(
    {
      table: 't',
      jobQueueUrl: 'q',
      noticeQueueUrl: 'n',
      cardQueueUrl: 'c',
      configFile: SETTINGS,
      sliceMs: SLICE_MS,
      metricsNamespace: 'bench',
    },
    { log: silentLog, metrics: { count: () => undefined } },
  ),
  store: createMemoryStore(),
  queue,
};
const { settings } = edge;
const vcenter = settings.vcenters['lab'];
const adapter = settings.clusters[CLUSTER]?.profile.adapters[0];
if (vcenter === undefined || adapter === undefined) throw new Error('the lab has no such vCenter or cluster');
vcenter.url = VCENTER_URL;
vcenter.trust = { kind: 'sha256', fingerprint: VCENTER_SHA256 };
// Room for more hosts than the lab's own /22 has.
adapter.ipv4 = { kind: 'subnet-per-host', network: '172.17.8.0', prefixLength: 21, subnetPrefixLength: 30 };

const credentials = async () => ({ user: VCENTER_USER, password: VCENTER_PASSWORD });
const vsphere = createVcenters({
  vcenters: settings.vcenters,
  secrets: { credentials },
  clock: systemClock,
  log: silentLog,
});
const worker = createWorker({
  runSlice: createRunSlice({ ...edge, vsphere }),
  clock: systemClock,
  log: silentLog,
  sliceMs: SLICE_MS,
});
const idle = process.memoryUsage().rss;
const reply = await createReceiveCommand(edge)({
  requestId: 'bench',
  text: `plan ${CLUSTER}`,
  user: 'U0ANN',
  channel: 'C0VSPHERE',
});
const message = queue.takeJob();
if (reply.kind !== 'queued' || message === undefined) throw new Error(`not queued: ${JSON.stringify(reply)}`);
const record = { messageId: 'm', body: JSON.stringify(message), attributes: { MessageGroupId: CLUSTER } };
await worker({ Records: [record] } as never, { getRemainingTimeInMillis: () => SLICE_MS });
const job = await edge.store.jobs.find(message.jobId);
const result = {
  state: job?.state,
  hosts: job?.hosts.length,
  idle,
  peak: process.resourceUsage().maxRSS * 1024,
  heap: process.memoryUsage().heapUsed,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
