// `npm run vcenter`: the simulated vCenter on its own.
import { parseArgs } from 'node:util';
import { explainOptions } from '../explain-options.ts';
import { type LatencyName } from './latency.ts';
import { listenHttps } from './listen.ts';
import { getScenarioName, SCENARIO_LIST } from './scenario-names.ts';
import { SCENARIOS } from './scenarios.ts';
import { LAB_CLUSTERS } from './topology.ts';
import { createLabVcenter, type LabOptions } from './vcenter.ts';

const LATENCIES: LatencyName[] = ['none', 'lan', 'real'];
const USAGE = `Usage: npm run vcenter -- [options]

  --port N          port on 127.0.0.1 (8989; 0 takes a free one)
  --hosts N         hosts in each cluster (4)
  --latency NAME    ${LATENCIES.join(', ')} (none)
  --seed N          other MAC addresses, delays and round trips (1)
  --scenario NAME   may be repeated:
${SCENARIO_LIST}
`;

const OPTIONS = {
  port: { type: 'string', default: '8989' },
  hosts: { type: 'string', default: '4' },
  seed: { type: 'string', default: '1' },
  latency: { type: 'string', default: 'none' },
  scenario: { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', default: false },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS });
  } catch (error) {
    throw new Error(explainOptions(error, args, OPTIONS), { cause: error });
  }
}

/** The options of the command line. Throws an error whose message a person can act on. */
function readOptions(args: string[]): { port: number; isHelp: boolean; lab: LabOptions } {
  const { values } = parse(args);
  const latency = LATENCIES.find((one) => one === values.latency);
  if (latency === undefined) throw new Error(`--latency is one of ${LATENCIES.join(', ')}`);
  return {
    port: readNumber('port', values.port, { least: 0, most: 65_535 }),
    isHelp: values.help,
    lab: {
      clusters: LAB_CLUSTERS,
      hosts: readNumber('hosts', values.hosts, { least: 1, most: 900 }),
      seed: readNumber('seed', values.seed, { least: 0, most: 4_294_967_295 }),
      latency,
      scenarios: values.scenario.map(getScenarioName),
    },
  };
}

function readNumber(name: string, text: string, range: { least: number; most: number }): number {
  const value = Number(text);
  const isGood = Number.isInteger(value) && value >= range.least && value <= range.most;
  if (!isGood) throw new Error(`--${name} is a whole number from ${range.least} to ${range.most}, not ${text}`);
  return value;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(USAGE);
    return;
  }
  const lab = createLabVcenter(options.lab);
  const listening = await listenHttps(lab, { port: options.port });
  const { url, sha256 } = listening;
  const { user, password } = lab.credentials;
  const others = lab.others.map((one) => `  for others: user ${one.user}, password ${one.password}\n`);
  const scenarios = lab.scenarios().map((name) => `  ${name}: ${SCENARIOS[name].breaks}\n`);
  process.stdout.write(`Simulated vCenter at ${url}/sdk (Ctrl-C stops it)
  user      ${user}
  password  ${password}
  SHA-256   ${sha256}
${others.join('')}${scenarios.join('')}
With govc:
  export GOVC_URL=${url}/sdk GOVC_USERNAME='${user}' GOVC_PASSWORD='${password}'
  export GOVC_INSECURE=1 GOVC_PERSIST_SESSION=false
  govc host.vnic.info -host /DC1/host/cluster-a/${lab.model.clusters[0]?.hosts[0]?.name ?? ''}
`);
  const stop = () => {
    listening.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  await main();
} catch (error) {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const text = isInUse ? 'the port is in use; choose another with --port' : (error as Error).message;
  process.stderr.write(`${text}\nnpm run vcenter -- --help shows the options.\n`);
  process.exitCode = 2;
}
