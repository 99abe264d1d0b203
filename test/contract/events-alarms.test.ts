// Events and alarms between strangers: the client at vcsim, and govc at the simulated vCenter.
import { afterEach, describe, expect, it } from 'vitest';
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { silentLog } from '../../shared/log.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { govc, type GovcTarget } from './govc.ts';
import { startVcsim, VCSIM_CREDENTIALS, type Vcsim } from './vcsim.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function atVcsim(): Promise<{ target: GovcTarget; vcsim: Vcsim }> {
  const vcsim = await startVcsim();
  closing.push(() => vcsim.stop());
  return { vcsim, target: { url: vcsim.url, ...VCSIM_CREDENTIALS } };
}

function clientOf({ url, fingerprint }: Vcsim) {
  return createVsphere({
    connect: () => createHttpsTransport({ url, trust: { kind: 'sha256', fingerprint } }),
    credentials: async () => VCSIM_CREDENTIALS,
    clock: { now: () => new Date(), elapsedMs: () => 0, sleep: async () => undefined },
    log: silentLog,
  });
}

const CLUSTER = '/DC0/host/DC0_C0';
const HOST = `${CLUSTER}/DC0_C0_H0`;

describe('the client at vcsim', () => {
  it('reads the events of a cluster in one call, the oldest first, with user, host and message', async () => {
    const { vcsim, target } = await atVcsim();
    await govc(target, 'vm.power', '-off', '/DC0/vm/DC0_C0_RP0_VM0');
    await clientOf(vcsim).withSession('vcsim', 'contract', async (session) => {
      const { moref } = await session.readCluster(CLUSTER);
      const before = session.calls;
      const want = { since: new Date(0), max: 1_000 };
      const events = await session.readEvents([moref], want);
      expect(session.calls - before).toBe(1);
      expect(events.length).toBeGreaterThan(2);
      expect(events.map(({ key }) => key)).toEqual(events.map(({ key }) => key).sort((a, b) => a - b));
      const off = events.at(-1);
      expect(off).toMatchObject({ type: 'VmPoweredOffEvent', user: VCSIM_CREDENTIALS.user });
      expect(off?.host?.name).toMatch(/^DC0_C0_H\d$/);
      expect(off?.message).toContain('DC0_C0_RP0_VM0');
      expect(await session.readEvents([moref], { ...want, max: 2 })).toEqual(events.slice(-2));
      expect(await session.readEvents([moref], { ...want, since: new Date(Date.now() + 3_600_000) })).toEqual([]);
    });
  });

  it('reads the triggered alarms of a cluster in two calls, with the names of alarm and host', async () => {
    const { vcsim, target } = await atVcsim();
    await clientOf(vcsim).withSession('vcsim', 'contract', async (session) => {
      const { moref, hosts } = await session.readCluster(CLUSTER);
      const quiet = session.calls;
      expect(await session.readTriggeredAlarms(moref)).toEqual([]);
      expect(session.calls - quiet).toBe(1);
      const name = 'vMotion network lost';
      await govc(target, 'alarm.create', '-n', name, '-type', 'HostSystem', '-red', 'lab.lost', '-green', 'lab.found');
      await govc(target, 'event.post', '-i', 'lab.lost', HOST);
      const before = session.calls;
      const alarms = await session.readTriggeredAlarms(moref);
      expect(session.calls - before).toBe(2);
      expect(alarms).toMatchObject([
        {
          alarm: { name },
          entity: { moref: hosts[0]?.moref, name: 'DC0_C0_H0' },
          status: 'red',
          isAcknowledged: false,
        },
      ]);
      await govc(target, 'alarms', '-ack', CLUSTER);
      expect(await session.readTriggeredAlarms(moref)).toMatchObject([{ isAcknowledged: true }]);
      await govc(target, 'event.post', '-i', 'lab.found', HOST);
      expect(await session.readTriggeredAlarms(moref)).toEqual([]);
    });
  });

  it('knows the instance UUID of the vCenter', async () => {
    const { vcsim, target } = await atVcsim();
    const about = JSON.parse(await govc(target, 'about', '-json')) as { about: { instanceUuid: string } };
    const seen = await clientOf(vcsim).withSession('vcsim', 'contract', async (session) => session.vcenterUuid);
    expect(seen).toBe(about.about.instanceUuid);
  });
});

describe('govc at the simulated vCenter', () => {
  async function atLab(): Promise<{ lab: LabVcenter; run: (...args: string[]) => Promise<string> }> {
    const lab = createLabVcenter();
    const listening: Listening = await listenHttps(lab, { port: 0 });
    closing.push(() => listening.close());
    const [other] = lab.others;
    if (other === undefined) throw new Error('the lab has one account only');
    return { lab, run: (...args) => govc({ url: `${listening.url}/sdk`, ...other }, ...args) };
  }

  it('lists events of a host with their category, and of several objects', async () => {
    const { lab, run } = await atLab();
    await run('host.vnic.change', '-host', '/DC1/host/cluster-a/esx01.lab.local', '-mtu', '1500', 'vmk1');
    const events = await run('events', '-l', '/DC1/host/cluster-a/esx01.lab.local');
    expect(events).toMatch(/\[info\].*\[TaskEvent\] Task: Update virtual NIC \(target=HostSystem esx01\.lab\.local\)/);
    expect(events).toMatch(/\[error\].*\[lab\.vmotion\.mtu\.changed\]/);
    expect(events).toMatch(/Alarm 'vMotion adapter MTU changed' on esx01\.lab\.local changed from Green to Yellow/);
    expect(await run('events', '-n', '1', '/DC1/host/cluster-a')).not.toContain('Task:');
    expect(lab.model.events[0]?.user).toBe('VSPHERE.LOCAL\\administrator');
  });

  it('lists, describes and acknowledges alarms', async () => {
    const { lab, run } = await atLab();
    expect(await run('alarm.info')).toMatch(/Name:\s+Network uplink redundancy lost/);
    lab.changes.breakHost('uplink-lost', 'esx03.lab.local');
    expect(await run('alarms', '-l', '/DC1/host/cluster-a')).toMatch(
      /Network uplink redundancy lost\s+\/DC1\/host\/cluster-a\/esx03\.lab\.local\s+Warning/,
    );
    await run('alarms', '-ack', '/DC1/host/cluster-a');
    expect(await run('alarms')).toMatch(/VSPHERE\.LOCAL\\administrator/);
    expect(lab.alarms()[0]?.acknowledged?.by).toBe('VSPHERE.LOCAL\\administrator');
    lab.changes.mendHost('uplink-lost', 'esx03.lab.local');
    expect(await run('alarms')).not.toContain('redundancy');
    expect(await run('alarms', '-d', '/DC1/host/cluster-a')).toMatch(/Network uplink redundancy lost.*Normal/);
  });
});
