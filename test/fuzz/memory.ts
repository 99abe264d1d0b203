// Whether reading spoiled replies leaves anything behind: npm exec -- node --expose-gc test/fuzz/memory.ts [CASES]
// Prints the heap after each tenth of the cases; exit code 1 when the last one holds more than the first by a megabyte and
// a tenth.
import fc from 'fast-check';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { anyMutations, mutate } from './mutate-xml.ts';
import { createSpoiledVcenter } from './spoiled-vcenter.ts';
import { know } from './vsphere-writes.ts';

const CASES = Number(process.argv[2] ?? 10_000);
const SEED = 7;
const CLUSTER = 'cluster-dvs';

const { gc } = globalThis;
if (gc === undefined) throw new Error('start it with --expose-gc');

const cases = fc.sample(anyMutations, { seed: SEED, numRuns: 500 });
const heaps: number[] = [];
for (let done = 0; done < CASES; done += 1) {
  const mutations = cases[done % cases.length] ?? [];
  const { run } = createSpoiledVcenter(createVirtualClock(), CLUSTER, async ({ operation, deliver }) => {
    const reply = await deliver();
    return operation === 'RetrievePropertiesEx' ? { ...reply, body: mutate(reply.body, mutations) } : reply;
  });
  await run((session) => know(session, CLUSTER)).catch(() => undefined);
  if ((done + 1) % Math.ceil(CASES / 10) !== 0) continue;
  gc();
  heaps.push(process.memoryUsage().heapUsed);
  console.log(`${done + 1} cases: ${(heaps.at(-1) ?? 0) / 1e6} MB`);
}
const [first = 0] = heaps;
process.exitCode = (heaps.at(-1) ?? 0) > first * 1.1 + 1e6 ? 1 : 0;
