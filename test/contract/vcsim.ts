import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { toolsFolder } from './build-tools.ts';

export const VCSIM_CREDENTIALS = { user: 'svc@vsphere.local', password: 'p&ss<word>"' };

export type Vcsim = { url: string; fingerprint: string; stop(): Promise<void> };

/** govmomi's vcsim on a free port: two datacenters of two clusters with three hosts each. */
export async function startVcsim(): Promise<Vcsim> {
  const { user, password } = VCSIM_CREDENTIALS;
  const size = ['-dc', '2', '-cluster', '2', '-host', '3'];
  const process = spawn(join(toolsFolder(), 'vcsim'), [...size, '-username', user, '-password', password], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await firstLine(process);
  const [address, fingerprint] = line.split(' ');
  if (address === undefined || fingerprint === undefined) throw new Error(`vcsim said: ${line}`);
  return {
    url: `https://${address}/sdk`,
    fingerprint,
    async stop() {
      const exit = once(process, 'exit');
      process.stdin?.end();
      await exit;
    },
  };
}

async function firstLine(process: ChildProcess): Promise<string> {
  if (process.stdout === null) throw new Error('vcsim has no output');
  for await (const line of createInterface({ input: process.stdout })) return line;
  throw new Error('vcsim ended without a word');
}
