import { setTimeout as sleep } from 'node:timers/promises';

/** `sleep` resolves after `ms` of this clock's time, which a simulation makes pass at once. */
export type LabClock = { now(): Date; sleep(ms: number): Promise<void> };

/** The machine's own time. */
export const systemClock: LabClock = { now: () => new Date(), sleep: (ms) => sleep(ms) };
