import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toolsFolder } from './build-tools.ts';

export type GovcTarget = { url: string; user: string; password: string };

/** Runs one govc command against a vCenter and answers its output. Throws, with what govc said, when it fails. */
export async function govc(target: GovcTarget, ...args: string[]): Promise<string> {
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GOVC_URL: target.url,
    GOVC_USERNAME: target.user,
    GOVC_PASSWORD: target.password,
    GOVC_INSECURE: '1',
    GOVC_PERSIST_SESSION: 'false',
    // Events and alarms of one's own.
    GOVC_SHOW_UNRELEASED: 'true',
  };
  // 64 hosts as JSON are some megabytes.
  const options = { env: environment, maxBuffer: 256 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(join(toolsFolder(), 'govc'), args, options);
  return stdout;
}
