// A data folder and at most one service on it, for tests of real processes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Disturbance } from '../kill/process.ts';
import { type Service, startService } from '../kill/service.ts';

export type ServiceFolder = {
  /** The folder of the test under way. */
  folder(): string;
  /** Starts the service on the folder. Throws where it ended before it was ready. */
  start(args: string[], disturbance?: Disturbance): Promise<Service>;
};

/** A new folder for each test of the file. What a test leaves behind, process and folder, is taken away after it. */
export function useServiceFolder(): ServiceFolder {
  let folder = '';
  let service: Service | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vmotion-service-'));
  });
  afterEach(async () => {
    service?.process.kill('SIGKILL');
    await service?.ended;
    service = undefined;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    async start(args, disturbance) {
      service = await startService([...args, '--data', folder], disturbance);
      if (service === undefined) throw new Error('the service did not start');
      return service;
    },
  };
}

/** Resolves once an enable of cluster-a, asked for by ann and approved by bob, is changing hosts. */
export async function enableUntilRunning(service: Service): Promise<void> {
  await service.type('U0ANN', '/vmotion enable cluster-a');
  expect(await service.untilShown(/"approve-plan"/)).toBe(true);
  await service.click('U0BOB', 'approve-plan');
  expect(await service.untilShown(/RUNNING|Running/)).toBe(true);
}
