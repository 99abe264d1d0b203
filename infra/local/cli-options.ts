import { parseArgs } from 'node:util';
import { OpsError } from '../../shared/errors.ts';
import { explainOptions } from '../lab/explain-options.ts';

export type Latency = 'none' | 'lan' | 'real';

export type CliOptions = {
  commands: string[];
  /** In each of the lab's clusters. */
  hosts: number;
  scenarios: string[];
  latency: Latency;
  data?: string | undefined;
  port: number;
  config?: string | undefined;
  /** Files with recorded alarms that are posted after the commands. */
  alarms: string[];
  /** Faults that begin after the commands, while the lab runs. */
  breaks: string[];
  /** Who types: a name of the lab's workspace. */
  user: string;
  approve: boolean;
  json: boolean;
  help: boolean;
};

const LATENCIES: readonly string[] = ['none', 'lan', 'real'] satisfies Latency[];
const HOSTS_MAX = 64;

export const USAGE = `npm start                                       the lab and its page, until Ctrl-C
npm start -- "/vmotion enable cluster-a" --approve   types the commands, prints the channel, exits

  --approve          the others approve what awaits approval, one after the other
  --json             one JSON document on stdout at the end, instead of the channel's text
  --user NAME        who types: ann (default), bob, dan or eve
  --hosts N          hosts in each of the lab's clusters (default 4, at most ${HOSTS_MAX})
  --scenario NAME    a fault to play with; may be given more than once
  --alarm FILE       posts a recorded alarm after the commands; may be given more than once
  --break NAME       a fault that begins after the commands: the lab's vCenter raises its alarm
  --latency L        none (default), lan or real: how long the lab's vCenter takes
  --data DIR         keeps the rows in DIR, so that what was left open goes on
  --port N           of the page (default 8080)
  --config FILE      your vmotion.yaml instead of the lab's
  --help             this text
`;

/** What stands behind `npm start --`. Throws `usage`, saying which option is wrong. */
export function parseCliOptions(args: string[]): CliOptions {
  const { values, positionals } = parse(args);
  const latency = values.latency ?? 'none';
  if (!LATENCIES.includes(latency)) throw usage(`--latency is one of ${LATENCIES.join(', ')}, not ${latency}.`);
  return {
    commands: positionals.map(toCommand),
    hosts: toNumber('--hosts', values.hosts ?? '4', { min: 2, max: HOSTS_MAX }),
    scenarios: values.scenario ?? [],
    alarms: values.alarm ?? [],
    breaks: values.break ?? [],
    latency: latency as Latency,
    data: values.data,
    port: toNumber('--port', values.port ?? '8080', { min: 0, max: 65_535 }),
    config: values.config,
    user: values.user ?? 'ann',
    approve: values.approve ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

const OPTIONS = {
  hosts: { type: 'string' },
  scenario: { type: 'string', multiple: true },
  alarm: { type: 'string', multiple: true },
  break: { type: 'string', multiple: true },
  latency: { type: 'string' },
  data: { type: 'string' },
  port: { type: 'string' },
  config: { type: 'string' },
  user: { type: 'string' },
  approve: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw usage(explainOptions(error, args, OPTIONS));
  }
}

/** "enable cluster-a" without its slash command is taken as meant. A terminal has no window to choose in, so the bare
 * command is the help here. */
function toCommand(text: string): string {
  const command = text.trimStart().startsWith('/') ? text : `/vmotion ${text}`;
  return command.trim() === '/vmotion' ? '/vmotion help' : command;
}

function toNumber(option: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  throw usage(`${option} takes a whole number from ${range.min} to ${range.max}, not "${text}".`);
}

const USAGE_LINE =
  'Usage: npm start -- ["/vmotion COMMAND" ...] [--OPTION ...]; npm start -- --help shows every option.';

/** A mistake in the command line. */
export function usage(message: string): OpsError {
  return new OpsError('usage', message, { retry: 'never', remedy: USAGE_LINE });
}
