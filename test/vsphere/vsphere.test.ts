// The client against the simulated vCenter, over HTTPS.
import { afterEach, describe, expect, it } from 'vitest';
import { createLabVcenter, type LabOptions, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { silentLog } from '../../shared/log.ts';
import type { Vsphere, VsphereSession } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';

it('x', async () => {
  const lab = createLabVcenter({});
  const l = await listenHttps(lab, { port: 0 });
  const v = createVsphere({ connect: () => createHttpsTransport({ url: l.url, trust: { kind: 'sha256', fingerprint: l.sha256 } }), credentials: async () => lab.credentials, clock: { now: () => new Date(), sleep: async () => undefined }, log: silentLog });
  await v.withSession('vc', 'op', async (s) => {
    const c = await s.readCluster('/DC1/host/cluster-a');
    console.log(s.calls, JSON.stringify(c.hosts[0], null, 1));
  });
  console.log(lab.calls(), lab.sessions());
  await l.close();
});
