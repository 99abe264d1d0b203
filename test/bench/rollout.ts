// A change of 64 hosts as slow as real ones, against the time that its slowest hosts need at the least.
import type { Job } from '../../shared/domain/job.ts';
import { atMost, type Figure, type Measurement } from './measurement.ts';
import { createLargeWorld } from './large-world.ts';
import { durationOf, isPing, isWrite, longestHostMs, type RecordedCall, slicesOf } from './recorded-calls.ts';

const HOSTS = 64;
const WAVES = [8, 2];

export const rollout: Measurement = {
  about: 'a change of 64 hosts, with the delays of real ones',
  async measure(progress) {
    const figures: Figure[] = [];
    for (const wave of WAVES) {
      progress(`enabling ${HOSTS} hosts in waves of ${wave}`);
      figures.push(...(await measureRollout(wave)));
    }
    return figures;
  },
};

async function measureRollout(wave: number): Promise<Figure[]> {
  const { world, recorder } = createLargeWorld({ hosts: HOSTS, latency: 'real', wave });
  const job = await world.run('/vmotion enable cluster-a');
  if (job.state !== 'done') throw new Error(`the change ended ${job.state}: ${job.failure?.what}`);
  const slices = slicesOf(recorder.calls(), job.id);
  const waves = slices.filter((slice) => slice.some(isWrite));
  const elapsedMs = spanOf(waves.flat());
  const boundMs = waves.reduce((sum, slice, index) => sum + criticalPathMs(slice, changedBefore(waves, index)), 0);
  const title = `${HOSTS} hosts in waves of ${wave}`;
  return [
    { what: `${title}: waves, over the critical path`, value: elapsedMs / boundMs, unit: '×', bound: atMost(1.3) },
    {
      what: `${title}: waves`,
      value: elapsedMs / 1000,
      unit: 's',
      peer: { what: 'critical path', value: boundMs / 1000 },
    },
    { what: `${title}: whole job, with its plan and the full matrix`, value: wholeMs(job) / 1000, unit: 's' },
  ];
}

/**
 * What no program could do sooner with these hosts, from the times that this run's own calls took. Hosts of a wave work
 * side by side and each takes one change at a time, so a wave lasts as long as
 *   - one read, which says whether the hosts are still what was planned,
 *   - a ping to each new address, which nobody may answer, shared out among the hosts changed before,
 *   - the writes of its slowest host and the read of what became of it,
 *   - and the gate: the pings of the host that has most of them, one at a time.
 * Waves follow one another, because each must be proven before the next begins. Not in it: login and logout, what a host
 * is asked once before it can ping, and the time that runtime information lags behind.
 */
function criticalPathMs(slice: RecordedCall[], hostsBefore: number): number {
  const begin = Math.min(...slice.filter(isWrite).map((call) => call.beginMs));
  const pings = slice.filter(isPing);
  const reads = slice.filter(({ operation }) => operation === 'RetrievePropertiesEx').map(durationOf);
  const silent = pings.filter((call) => call.endMs <= begin).map(durationOf);
  const silentMs = Math.ceil(silent.length / Math.max(1, hostsBefore)) * mean(silent);
  const gate = pings.filter((call) => call.beginMs > begin);
  const read = reads[0] ?? 0;
  // Later reads are of one host each.
  const readAfter = Math.min(...reads);
  return read + silentMs + longestHostMs(slice.filter(isWrite)) + readAfter + longestHostMs(gate);
}

/** Between waves a session ends and the next begins: all of that counts as time of the change. */
function spanOf(calls: RecordedCall[]): number {
  return Math.max(...calls.map((call) => call.endMs)) - Math.min(...calls.map((call) => call.beginMs));
}

function wholeMs(job: Job): number {
  return Date.parse(job.endedAt ?? job.updatedAt) - Date.parse(job.createdAt);
}

function changedBefore(waves: RecordedCall[][], index: number): number {
  const writes = waves.slice(0, index).flat().filter(isWrite);
  return new Set(writes.map((call) => call.host)).size;
}

const mean = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
