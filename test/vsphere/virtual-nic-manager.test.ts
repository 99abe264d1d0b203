import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { silentLog } from '../../shared/log.ts';
import type { HostRef } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { readCluster } from '../../shared/vsphere/inventory.ts';
import { openSession, type Session } from '../../shared/vsphere/session.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';
import { deselectVnicForNicType, selectVnicForNicType } from '../../shared/vsphere/virtual-nic-manager.ts';
import { createInstantClock } from './fake-vcenter.ts';

let listening: Listening;
let transport: SoapTransport;
let session: Session;
let host: HostRef;

beforeEach(async () => {
  const lab = createLabVcenter({ hosts: 1 });
  listening = await listenHttps(lab, { port: 0 });
  transport = createHttpsTransport({ url: listening.url, trust: { kind: 'sha256', fingerprint: listening.sha256 } });
  const parts = { transport, operationId: 'test', clock: createInstantClock(), log: silentLog };
  session = await openSession({ ...parts, credentials: async () => lab.credentials });
  const [reading] = (await readCluster(session, '/DC1/host/cluster-a')).hosts;
  const { moref, name, networkSystem, virtualNicManager } = reading?.host ?? {};
  if (!moref || !name || !networkSystem || !virtualNicManager) throw new Error('the lab has no such host');
  host = { moref, name, networkSystem, virtualNicManager };
});

afterEach(async () => {
  transport.close();
  await listening.close();
});

/** As the host itself answers, by HostVirtualNicManager.QueryNetConfig. */
async function devicesWithVmotion(): Promise<string[]> {
  const parameters = { nicType: 'vmotion' };
  const config = await session.call('QueryNetConfig', host.virtualNicManager, parameters, { about: host.name });
  const selected = new Set(config?.selectedVnic);
  return (config?.candidateVnic ?? []).filter(({ key }) => selected.has(key)).map(({ device }) => device);
}

it('gives an adapter a service and takes it away, and leaves the others alone', async () => {
  expect(await devicesWithVmotion()).toEqual(['vmk1']);
  await selectVnicForNicType(session, host, { device: 'vmk0', service: 'vmotion' });
  expect(await devicesWithVmotion()).toEqual(['vmk0', 'vmk1']);
  await deselectVnicForNicType(session, host, { device: 'vmk1', service: 'vmotion' });
  expect(await devicesWithVmotion()).toEqual(['vmk0']);
});

it.each([
  { what: 'an unknown service', device: 'vmk1', service: 'vmotion2' },
  { what: 'an adapter that is not there', device: 'vmk10', service: 'vmotion' },
  { what: 'an adapter that does not carry it', device: 'vmk0', service: 'vmotion' },
])('is refused to take away $what', async ({ device, service }) => {
  const taking = deselectVnicForNicType(session, host, { device, service });
  await expect(taking).rejects.toMatchObject({ fault: 'InvalidArgument', message: expect.stringContaining('esx01') });
});
