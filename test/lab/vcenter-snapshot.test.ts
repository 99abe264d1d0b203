// The lab as the page shows it, and the scenarios that can be switched there.
import { expect, it } from 'vitest';
import { findVmk, getHost } from '../../infra/lab/vcenter/model.ts';
import { recordPing } from '../../infra/lab/vcenter/ping-journal.ts';
import { listScenarios, switchScenario } from '../../infra/lab/vcenter/scenario-switch.ts';
import { SCENARIO_NAMES } from '../../infra/lab/vcenter/scenarios.ts';
import { readSnapshot } from '../../infra/lab/vcenter/snapshot.ts';
import { DEFAULT_SWITCHES } from '../../infra/lab/vcenter/switches.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';

const hostOf = (lab: ReturnType<typeof createLabVcenter>, name: string) =>
  readSnapshot(lab)
    .clusters.flatMap(({ hosts }) => hosts)
    .find((host) => host.name.startsWith(name));

it('shows adapters with their stack, address, network and services', () => {
  const lab = createLabVcenter();
  expect(hostOf(lab, 'esx01')).toMatchObject({
    state: 'connected',
    adapters: [
      { device: 'vmk0', address: '10.0.0.51/24', network: 'Management Network', services: ['management'] },
      { device: 'vmk1', netstack: 'defaultTcpipStack', network: 'vMotion-old, VLAN 40', services: ['vmotion'] },
    ],
    stacks: [{ key: 'defaultTcpipStack', state: 'active' }],
    pings: { ok: 0, failed: 0, silent: 0, failures: [] },
  });
});

it('changes nothing by being read', () => {
  const lab = createLabVcenter();
  const before = structuredClone(lab.model);
  readSnapshot(lab);
  expect(lab.model).toEqual(before);
});

it('shows what a switched scenario does, and that it is over', () => {
  const lab = createLabVcenter();
  switchScenario(lab, 'host-down', true);
  expect(hostOf(lab, 'esx03')?.state).toBe('not responding');
  expect(listScenarios(lab).find(({ name }) => name === 'host-down')?.isOn).toBe(true);
  switchScenario(lab, 'host-down', false);
  expect(hostOf(lab, 'esx03')?.state).toBe('connected');
});

it('names every scenario once, and says why some can only be chosen at the start', () => {
  const lab = createLabVcenter();
  const all = listScenarios(lab);
  expect(all.map(({ name }) => name)).toEqual([...SCENARIO_NAMES]);
  const fixed = all.filter(({ onlyAtStart }) => onlyAtStart !== undefined).map(({ name }) => name);
  expect(fixed).toContain('old-stack-same-address');
  expect(() => switchScenario(lab, 'old-stack-same-address', true)).toThrow('only be chosen at the start');
  expect(() => switchScenario(lab, 'earthquake', true)).toThrow('no scenario earthquake');
  expect(lab.scenarios()).toEqual([]);
});

it.each(
  listScenarios(createLabVcenter())
    .filter(({ onlyAtStart }) => onlyAtStart === undefined)
    .map(({ name }) => name),
)('puts everything back that %s did, when it is switched off again', (name) => {
  const lab = createLabVcenter();
  const before = readSnapshot(lab);
  switchScenario(lab, name, true);
  switchScenario(lab, name, false);
  expect({ ...readSnapshot(lab) }).toEqual(before);
});

it('counts the newest ping of each pair, and names those that were lost with what does pass', () => {
  const lab = createLabVcenter({ hosts: 3 });
  const host = getHost(lab.model, 'esx01.lab.local');
  const context = {
    model: lab.model,
    host,
    switches: DEFAULT_SWITCHES,
    seed: 1,
    now: new Date('2026-11-21T10:00:00Z'),
  };
  const ping = (to: string, bytes: number, isAnswered: boolean) => {
    const input = { host: to, interface: 'vmk1', size: bytes - 28, count: 1, df: true, ttl: 64 };
    const replies = isAnswered ? [{ sequence: 0, from: to, bytes, micros: 1, ttl: 64 }] : [];
    recordPing(context, input, { kind: 'sent', sent: 1, replies });
  };
  ping('192.168.40.52', 9000, false);
  ping('192.168.40.52', 1500, true);
  ping('192.168.40.53', 9000, false);
  ping('192.168.40.53', 9000, true);
  expect(hostOf(lab, 'esx01')?.pings).toEqual({
    ok: 1,
    failed: 1,
    silent: 0,
    lastAt: '2026-11-21T10:00:00.000Z',
    failures: [
      {
        device: 'vmk1',
        to: '192.168.40.52',
        toName: 'esx02.lab.local vmk1',
        bytes: 9000,
        bytesThatPass: 1500,
        at: '2026-11-21T10:00:00.000Z',
      },
    ],
  });
});

it('forgets the pings of an adapter that has another address now', () => {
  const lab = createLabVcenter({ hosts: 3 });
  const host = getHost(lab.model, 'esx01.lab.local');
  const context = { model: lab.model, host, switches: DEFAULT_SWITCHES, seed: 1, now: new Date() };
  const input = { host: '192.168.40.52', interface: 'vmk1', size: 56, count: 1, df: true, ttl: 64 };
  recordPing(context, input, { kind: 'sent', sent: 1, replies: [] });
  expect(hostOf(lab, 'esx01')?.pings.failed).toBe(1);
  Object.assign(findVmk(host, 'vmk1')?.ipv4 ?? {}, { address: '192.168.40.99' });
  expect(hostOf(lab, 'esx01')?.pings.failed).toBe(0);
});
