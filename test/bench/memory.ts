// The worker's memory where a cluster is very large. The simulated vCenter is in this process, the worker in another.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { toBuiltSettings } from '../../shared/contracts/built-settings.ts';
import { labSettings } from '../support/world.ts';
import { buildChild } from './build-child.ts';
import { below, type Measurement } from './measurement.ts';
import { runChild } from './run-child.ts';

const HOSTS = 512;

const childSchema = z.object({
  state: z.string(),
  hosts: z.number(),
  idle: z.number(),
  peak: z.number(),
  heap: z.number(),
});

export const memory: Measurement = {
  about: 'memory of the worker at 512 hosts',
  async measure(progress) {
    progress(`planning ${HOSTS} hosts in another process`);
    const lab = createLabVcenter({ hosts: HOSTS });
    const folder = await mkdtemp(join(tmpdir(), 'vmotion-ops-bench-'));
    const child = join(folder, 'child.mjs');
    await buildChild('memory-child.ts', child);
    // As a deployment carries them.
    const settings = join(folder, 'settings.json');
    await writeFile(settings, toBuiltSettings(labSettings()));
    const listening = await listenHttps(lab, { port: 0 });
    try {
      const env = {
        SETTINGS: settings,
        VCENTER_URL: listening.url,
        VCENTER_SHA256: listening.sha256,
        VCENTER_USER: lab.credentials.user,
        VCENTER_PASSWORD: lab.credentials.password,
      };
      const { exitCode, stdout } = await runChild([child], { env });
      if (exitCode !== 0) throw new Error(`the worker's process ended with ${exitCode}`);
      const { state, hosts, idle, peak, heap } = childSchema.parse(JSON.parse(stdout));
      if (hosts !== HOSTS) throw new Error(`${hosts} of ${HOSTS} hosts were planned; the job is ${state}`);
      return [
        {
          what: `${HOSTS} hosts read and planned, most resident memory`,
          value: toMegabytes(peak),
          unit: 'MB',
          bound: below(256),
        },
        { what: 'of that before the first call', value: toMegabytes(idle), unit: 'MB' },
        { what: 'heap at the end', value: toMegabytes(heap), unit: 'MB' },
      ];
    } finally {
      await listening.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const toMegabytes = (bytes: number) => bytes / (1024 * 1024);
