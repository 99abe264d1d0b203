// Reading a cluster: calls whatever the number of hosts, and the client's own work for 64 of them.
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { silentLog } from '../../shared/log.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { atMost, below, type Figure, type Measurement } from './measurement.ts';
import { median } from './median.ts';
import { createRecordedTransport } from './recorded-transport.ts';

const PATH = '/DC1/host/cluster-a';
const SIZES = [4, 64, 512];
const DECODED = 64;
const RUNS = 15;

export const read: Measurement = {
  about: 'reading a cluster: calls, and the time to understand the answers',
  async measure(progress) {
    const figures: Figure[] = [];
    for (const hosts of SIZES) {
      progress(`reading ${hosts} hosts`);
      figures.push({
        what: `${hosts} hosts, after login`,
        value: await countCalls(hosts),
        unit: 'calls',
        bound: atMost(2),
      });
    }
    progress(`decoding ${DECODED} hosts, ${RUNS} times`);
    return [...figures, ...(await measureDecoding())];
  },
};

async function countCalls(hosts: number): Promise<number> {
  const lab = createLabVcenter({ hosts });
  return withSession(lab.credentials, createLabTransport(lab), async (session) => {
    const before = session.calls;
    const cluster = await session.readCluster(PATH);
    if (cluster.hosts.filter((host) => host.network !== undefined).length !== hosts)
      throw new Error(`not all of ${hosts} hosts were read`);
    return session.calls - before;
  });
}

async function measureDecoding(): Promise<Figure[]> {
  const lab = createLabVcenter({ hosts: DECODED });
  const recorded = createRecordedTransport(createLabTransport(lab));
  await withSession(lab.credentials, recorded.record(), (session) => session.readCluster(PATH));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await withSession(lab.credentials, recorded.replay(), async (session) => {
      const begin = performance.now();
      await session.readCluster(PATH);
      times.push(performance.now() - begin);
    });
  }
  return [
    { what: `${DECODED} hosts decoded, middle of ${RUNS} runs`, value: median(times), unit: 'ms', bound: below(150) },
    { what: `${DECODED} hosts decoded, slowest run`, value: Math.max(...times), unit: 'ms' },
    { what: `answer for ${DECODED} hosts`, value: recorded.bytes() / 1e6, unit: 'MB' },
  ];
}

function withSession<T>(
  credentials: { user: string; password: string },
  transport: SoapTransport,
  use: (session: VsphereSession) => Promise<T>,
): Promise<T> {
  const vsphere = createVsphere({
    connect: () => transport,
    credentials: async () => credentials,
    clock: systemClock,
    log: silentLog,
  });
  return vsphere.withSession('lab', 'bench', use);
}
