// npm run bench -- [--json] [name ...]: measures the budgets, and fails if one is missed.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { calls } from './calls.ts';
import { cold } from './cold.ts';
import { govc } from './govc.ts';
import { lab } from './lab.ts';
import { matrix } from './matrix.ts';
import { type Figure, isMet, type Measurement } from './measurement.ts';
import { memory } from './memory.ts';
import { read } from './read.ts';
import { rollout } from './rollout.ts';
import { scale } from './scale.ts';
import { slack } from './slack.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';

const MEASUREMENTS: Record<string, Measurement> = {
  read,
  memory,
  calls,
  rollout,
  matrix,
  slack,
  cold,
  lab,
  scale,
  soak,
  storm,
  govc,
};
/** Each takes minutes of the processor. */
const ONLY_WHEN_NAMED: readonly string[] = ['scale', 'soak'];
const usual = () => Object.keys(MEASUREMENTS).filter((name) => !ONLY_WHEN_NAMED.includes(name));
const USAGE = `usage: npm run bench -- [--json] [name ...], all but ${ONLY_WHEN_NAMED.join(' and ')} without a name
${Object.entries(MEASUREMENTS)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}`)
  .join('\n')}
`;

type Measured = { name: string; figures: (Figure & { isMet: boolean })[]; error?: string | undefined };

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  const measured: Measured[] = [];
  for (const name of options.names) {
    const one = await measure(name);
    measured.push(one);
    if (!options.json) process.stdout.write(render(one));
  }
  warnWhenBusy();
  const missed = measured.flatMap((one) => one.figures).filter((figure) => !figure.isMet).length;
  const failed = measured.filter((one) => one.error !== undefined).length;
  if (options.json) process.stdout.write(`${JSON.stringify(toDocument(measured, missed), null, 2)}\n`);
  else process.stdout.write(`\n${missed} budgets missed, ${failed} measurements failed\n`);
  return missed + failed === 0 ? 0 : 1;
}

function readOptions(args: string[]): { json: boolean; names: string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    const unknown = positionals.find((name) => MEASUREMENTS[name] === undefined);
    if (unknown !== undefined) throw new Error(`there is no measurement ${unknown}`);
    if (values.help) throw new Error('what is measured:');
    return { json: values.json, names: positionals.length > 0 ? positionals : usual() };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

/** One that can't be measured is no reason not to measure the others. */
async function measure(name: string): Promise<Measured> {
  const begin = performance.now();
  // On stderr, so that stdout holds nothing but results.
  const progress = (what: string) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stderr.write(`  ${name} ${seconds.padStart(6)}s  ${what} ...\n`);
  };
  try {
    const figures = (await MEASUREMENTS[name]?.measure(progress)) ?? [];
    return { name, figures: figures.map((figure) => ({ ...figure, isMet: isMet(figure) })) };
  } catch (error) {
    return { name, figures: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** Where more wants to run than there are processors, times say as much about the others as about the product. */
function warnWhenBusy(): void {
  const [load = 0] = loadavg();
  if (load > cpus().length)
    process.stderr.write(
      `  the machine is busy (load ${load.toFixed(1)} on ${cpus().length} processors): times are too long\n`,
    );
}

function toDocument(measured: Measured[], missed: number) {
  const [cpu] = cpus();
  const machine = { node: process.version, cpus: cpus().length, model: cpu?.model ?? 'unknown', load: loadavg()[0] };
  return { at: new Date().toISOString(), machine, missed, measurements: measured };
}

const RELATION = { 'at-most': '≤', below: '<', 'at-least': '≥' };

function render({ name, figures, error }: Measured): string {
  const lines = figures.map((figure) => {
    const { what, value, unit, bound, peer } = figure;
    const state = bound === undefined ? '      ' : figure.isMet ? 'ok    ' : 'MISSED';
    const beside =
      bound !== undefined
        ? `${RELATION[bound.kind]} ${toText(bound.value)} ${unit}`
        : peer === undefined
          ? ''
          : `${peer.what}: ${toText(peer.value)} ${unit}`;
    return `${state} ${`${toText(value)} ${unit}`.padStart(12)}  ${beside.padEnd(12)}  ${what}\n`;
  });
  const failure = error === undefined ? '' : `FAILED ${error}\n`;
  return `\n${name}\n${lines.join('')}${failure}`;
}

function toText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}

process.exitCode = await main(process.argv.slice(2));
