// What runs in the thread of draw-aside.ts: one picture, then its end.
import { parentPort, workerData } from 'node:worker_threads';
import type { HeatMapInput } from '../../shared/slack/heat-map-text.ts';
import { renderHeatMap } from '../../shared/slack/heat-map.ts';

const { png } = await renderHeatMap(workerData as HeatMapInput);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(png);
