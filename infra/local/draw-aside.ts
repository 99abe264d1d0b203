import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { HeatMapInput } from '../../shared/slack/heat-map-text.ts';
import type { DrawPicture } from '../../shared/slack/views/thread.ts';
import type { Log } from '../../shared/log.ts';

const THREAD = fileURLToPath(new URL('./draw-thread.ts', import.meta.url));

/**
 * Draws in a thread that ends with the picture. In AWS the notifier has a process to itself; here the same one answers
 * Slack, which waits three seconds, and a large matrix takes a second. Where there can be no thread the picture is drawn
 * in this one, by `drawHere`.
 */
export function createDrawAside({ drawHere, log }: { drawHere: DrawPicture; log: Log }, thread = THREAD): DrawPicture {
  return async (input) => {
    try {
      return { png: await drawInThread(input, thread) };
    } catch (error) {
      log.warn('picture-thread-failed', { jobId: input.jobId, error });
      return drawHere(input);
    }
  };
}

function drawInThread(input: HeatMapInput, thread: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Options of the command line, such as --cpu-prof or those of a test runner, are for the main thread.
    const worker = new Worker(thread, { workerData: input, execArgv: [] });
    worker.once('message', (png: Uint8Array) => resolve(png));
    worker.once('error', reject);
    worker.once('exit', (exitCode) => reject(new Error(`the thread ended with ${exitCode} before its picture came`)));
  });
}
