// govmomi's govc beside the product, on the same simulated vCenter over HTTPS.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { silentLog } from '../../shared/log.ts';
import type { HostRef, PingRequest, VsphereSession } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { toolsFolder } from '../contract/build-tools.ts';
import { govc as runGovc } from '../contract/govc.ts';
import type { Figure, Measurement, Progress } from './measurement.ts';
import { median, timesOf } from './median.ts';

const HOSTS = 8;
const MANY = 64;
const RUNS = 3;
const CLUSTER = '/DC1/host/cluster-a';
/** What it takes with govc to learn of a host what one reading of the cluster says of all. */
const QUESTIONS = ['host.vnic.info', 'host.portgroup.info', 'host.vswitch.info'];

export const govc: Measurement = {
  about: 'the same reads and pings with govc, where it is installed',
  async measure(progress) {
    if (!existsSync(join(toolsFolder(), 'govc'))) {
      progress('govc is not built here: npm run test:contract builds it');
      return [];
    }
    return [...(await measureFew(progress)), ...(await measureMany(progress))];
  },
};

async function measureFew(progress: Progress): Promise<Figure[]> {
  return withBoth(HOSTS, async ({ ours, theirs, names }) => {
    progress(`reading ${HOSTS} hosts`);
    const read = {
      ours: median(await timesOf(RUNS, () => ours((session) => session.readCluster(CLUSTER)))),
      govc: median(await timesOf(RUNS, () => readWithGovc(theirs, names))),
    };
    progress(`${HOSTS} pings, one after another`);
    const ping = {
      ours: median(await timesOf(RUNS, () => ours((session) => pingAll(session)))),
      govc: median(await timesOf(RUNS, () => pingWithGovc(theirs, names))),
    };
    return [
      ...compare(`${HOSTS} hosts with adapters, port groups and switches, login and logout included`, read),
      ...compare(`${HOSTS} pings, one after another, login and logout included`, ping),
    ];
  });
}

/** One process of govc for all hosts, with its quickest questions: what it costs to begin counts once. */
async function measureMany(progress: Progress): Promise<Figure[]> {
  return withBoth(MANY, async ({ ours, theirs }) => {
    progress(`reading ${MANY} hosts at once`);
    const own = median(await timesOf(RUNS, () => ours((session) => session.readCluster(CLUSTER))));
    const properties = ['name', 'runtime.connectionState', 'config.network', 'config.virtualNicManagerInfo'];
    const collect = ['object.collect', '-json', '-type', 'h', CLUSTER, ...properties];
    const collected = median(await timesOf(RUNS, () => theirs(...collect)));
    const info = median(await timesOf(RUNS, () => theirs('host.info', '-json', `${CLUSTER}/*`)));
    return [
      ...compare(`${MANY} hosts, against one object.collect of their networks`, { ours: own, govc: collected }),
      ...compare(`${MANY} hosts, against one host.info`, { ours: own, govc: info }),
    ];
  });
}

type Both = {
  ours: <T>(use: (session: VsphereSession) => Promise<T>) => Promise<T>;
  theirs: Govc;
  names: string[];
};

/** The product's client and govc at one simulated vCenter with so many hosts, each over HTTPS. */
async function withBoth(hosts: number, use: (both: Both) => Promise<Figure[]>): Promise<Figure[]> {
  const lab = createLabVcenter({ hosts });
  const listening = await listenHttps(lab, { port: 0 });
  const trust = { kind: 'sha256', fingerprint: listening.sha256 } as const;
  const vsphere = createVsphere({
    connect: () => createHttpsTransport({ url: listening.url, trust }),
    credentials: async () => lab.credentials,
    clock: systemClock,
    log: silentLog,
  });
  try {
    return await use({
      ours: (work) => vsphere.withSession('lab', 'bench', work),
      theirs: (...args) => runGovc({ url: `${listening.url}/sdk`, ...lab.credentials }, ...args),
      names: lab.model.clusters[0]?.hosts.map((host) => host.name) ?? [],
    });
  } finally {
    await listening.close();
  }
}

type Govc = (...args: string[]) => Promise<string>;

async function readWithGovc(theirs: Govc, names: string[]): Promise<void> {
  for (const name of names)
    for (const question of QUESTIONS) await theirs(question, '-host', `${CLUSTER}/${name}`, '-json');
}

async function pingAll(session: VsphereSession): Promise<void> {
  const { hosts } = await session.readCluster(CLUSTER);
  for (const [index, host] of hosts.entries()) {
    const { moref, name, networkSystem, virtualNicManager } = host;
    if (networkSystem === undefined || virtualNicManager === undefined) throw new Error(`${name} can't be asked`);
    const ref: HostRef = { moref, name, networkSystem, virtualNicManager };
    const outcome = await session.ping(ref, { ...PING, address: addressOf((index + 1) % hosts.length) });
    if (outcome.kind !== 'sent' || outcome.received !== 1) throw new Error(`${name} reaches nobody: ${outcome.kind}`);
  }
}

async function pingWithGovc(theirs: Govc, names: string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    const args = ['-H', addressOf((index + 1) % names.length), '-I', PING.device, '-c', '1', '-s', '56', '-d', 'true'];
    const answer = await theirs('host.esxcli', '-host', `${CLUSTER}/${name}`, 'network', 'diag', 'ping', ...args);
    if (!/Recieved:\s+1\b/.test(answer)) throw new Error(`govc: ${name} reaches nobody`);
  }
}

/** The old vMotion network of the lab, which is there before the product is. */
const addressOf = (index: number) => `192.168.40.${51 + index}`;
const PING: Omit<PingRequest, 'address'> = {
  device: 'vmk1',
  netstack: 'defaultTcpipStack',
  payloadBytes: 56,
  dontFragment: true,
  count: 1,
  waitSeconds: 1,
};

function compare(what: string, times: { ours: number; govc: number }): Figure[] {
  return [
    { what, value: times.ours, unit: 'ms', peer: { what: 'govc', value: times.govc } },
    { what: 'govc takes that many times as long', value: times.govc / times.ours, unit: '×' },
  ];
}
