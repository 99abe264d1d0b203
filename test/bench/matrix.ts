// The full matrix of 64 hosts, with the delays of real ones.
import { atLeast, atMost, type Measurement } from './measurement.ts';
import { createLargeWorld } from './large-world.ts';
import { durationOf, isPing, slicesOf } from './recorded-calls.ts';

const HOSTS = 64;
const PAIRS = HOSTS * (HOSTS - 1);

export const matrix: Measurement = {
  about: 'the full matrix of 64 hosts, with the delays of real ones',
  async measure(progress) {
    const { world, recorder } = createLargeWorld({ hosts: HOSTS, latency: 'real', wave: 8 });
    progress(`enabling ${HOSTS} hosts, to have something to test`);
    await world.run('/vmotion enable cluster-a');
    progress(`testing ${PAIRS} ordered pairs`);
    const begin = performance.now();
    const job = await world.run('/vmotion test cluster-a');
    const workMs = performance.now() - begin;
    if (job.state !== 'done' || job.matrix?.ok !== PAIRS)
      throw new Error(`the test ended ${job.state} with ${job.matrix?.ok} of ${PAIRS} pairs`);
    const slices = slicesOf(recorder.calls(), job.id).filter((slice) => slice.some(isPing));
    // From login to logout, of every slice that it took.
    const elapsedMs = slices.reduce((sum, slice) => {
      return sum + Math.max(...slice.map((call) => call.endMs)) - Math.min(...slice.map((call) => call.beginMs));
    }, 0);
    const pings = slices.flat().filter(isPing);
    const allMs = pings.reduce((sum, ping) => sum + durationOf(ping), 0);
    // A host sends one ping at a time, so none can be through before its own pairs are.
    const boundMs = (HOSTS - 1) * (allMs / pings.length);
    return [
      { what: `${PAIRS} pairs, over the bound`, value: elapsedMs / boundMs, unit: '×', bound: atMost(1.2) },
      {
        what: `${PAIRS} pairs`,
        value: elapsedMs / 1000,
        unit: 's',
        peer: { what: 'bound: pairs of one host × one ping', value: boundMs / 1000 },
      },
      { what: 'faster than one ping after another', value: allMs / elapsedMs, unit: '×', bound: atLeast(20) },
      { what: 'pings for each pair', value: pings.length / PAIRS, unit: 'pings' },
      { what: 'own work and the simulator’s for each ping', value: workMs / pings.length, unit: 'ms' },
    ];
  },
};
