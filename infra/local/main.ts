// What `npm start` runs.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createJsonLog, type Log } from '../../shared/log.ts';
import { SCENARIO_LIST } from '../lab/vcenter/scenario-names.ts';
import { type CliOptions, parseCliOptions, USAGE, usage } from './cli-options.ts';
import { exitCodeOfError, renderError } from './exit-error.ts';
import { type JobDocument, toJobDocument } from './json-document.ts';
import { toFolderFailure } from './folder-failure.ts';
import { endWithLastWords } from './last-words.ts';
import { type LocalPlace, startLocalPlace } from './local-place.ts';
import { createLogFile } from './log-file.ts';
import { type PlayedAnswer, runCommands } from './run-commands.ts';
import { createTranscript } from './transcript.ts';
import { untilInterrupted } from './until-interrupted.ts';

const out = (text: string) => process.stdout.write(text);
const err = (text: string) => process.stderr.write(text);

/** Runs until it is done or interrupted. Resolves with the process's exit code; errors are printed, not thrown. */
export async function main(args: string[]): Promise<number> {
  try {
    const options = parseCliOptions(args);
    if (options.help) {
      out(`${USAGE}\n  Scenarios, and what each breaks:\n${SCENARIO_LIST}\n`);
      return 0;
    }
    endWithLastWords((error) => fail(args, toFolderFailure(error, options.data)));
    return await run(options);
  } catch (error) {
    return fail(args, error);
  }
}

function fail(args: string[], error: unknown): number {
  err(renderError(error));
  const exitCode = exitCodeOfError(error);
  // A script that asked for a document gets one, also when nothing could be started.
  if (args.includes('--json')) out(toText({ exitCode, durationMs: 0, answers: [], jobs: [], messages: [] }));
  return exitCode;
}

async function run(options: CliOptions): Promise<number> {
  const startedAt = performance.now();
  const log = await openLog(options);
  // Played commands need no page, and must not fail because somebody has the lab open beside them.
  const { commands, alarms, breaks, json } = options;
  const isPlayed = commands.length + alarms.length + breaks.length > 0 || json;
  const port = isPlayed ? 0 : options.port;
  const place = await startLocalPlace({ ...options, port, env: process.env, log });
  try {
    if (!isPlayed) return await serve(place);
    return await (options.json ? playAsJson : playAsText)(place, options, startedAt);
  } finally {
    await place.stop();
  }
}

async function serve(place: LocalPlace): Promise<number> {
  out(place.slack === undefined ? realWelcome(place) : labWelcome(place));
  await untilInterrupted(() => out('\nFinishing what is under way. Ctrl-C again stops at once.\n'));
  return 0;
}

function labWelcome(place: LocalPlace): string {
  const clusters = Object.keys(place.settings.clusters).join(', ');
  return `vmotion-ops with its lab is ready (clusters: ${clusters}).

  Open       ${place.url}
  Type       /vmotion enable cluster-a      then, as bob, press Approve
  Or play    npm start -- "/vmotion enable cluster-a" --approve
  Health     ${place.healthUrl}
  Stop       Ctrl-C
`;
}

function realWelcome(place: LocalPlace): string {
  const clusters = Object.keys(place.settings.clusters).join(', ');
  const way = place.isSocketMode
    ? 'connected by Socket Mode; nothing to forward'
    : `forward the app's requests (commands, interactivity, events) to ${place.url}`;
  return `vmotion-ops is ready (clusters: ${clusters}).

  Slack      ${way}
  Type       /vmotion help      in a channel of one of the clusters
  Health     ${place.healthUrl}
  Stop       Ctrl-C
`;
}

async function playAsText(place: LocalPlace, options: CliOptions): Promise<number> {
  return runCommands({ ...options, alarms: await readAlarms(options), place, transcript: createTranscript(out) });
}

async function playAsJson(place: LocalPlace, options: CliOptions, startedAt: number): Promise<number> {
  const jobs: JobDocument[] = [];
  const answers: PlayedAnswer[] = [];
  const exitCode = await runCommands({
    ...options,
    alarms: await readAlarms(options),
    place,
    // Whoever waits for the document can watch meanwhile.
    transcript: createTranscript(err),
    onAnswer: (answer) => answers.push(answer),
    onJob: async (job) => {
      jobs.push(await toJobDocument(place, job));
    },
  });
  const { slack } = place;
  const messages = (slack?.messages() ?? []).map(({ channel, ts, text, blocks }) => {
    const replies = (slack?.replies(channel, ts) ?? []).map((reply) => ({
      ts: reply.ts,
      text: reply.text,
      blocks: reply.blocks,
      files: (reply.files ?? []).map(({ name, size }) => ({ name, size })),
    }));
    return { channel, ts, text, blocks, replies };
  });
  const durationMs = Math.round(performance.now() - startedAt);
  out(toText({ exitCode, durationMs, answers, jobs, messages }));
  return exitCode;
}

async function readAlarms({ alarms }: CliOptions): Promise<string[]> {
  return Promise.all(
    alarms.map(async (file) => {
      try {
        return await readFile(file, 'utf8');
      } catch {
        throw usage(`The file of --alarm can't be read: ${file}`);
      }
    }),
  );
}

/** The document of `--json`. */
type PlayDocument = {
  exitCode: number;
  durationMs: number;
  answers: PlayedAnswer[];
  jobs: JobDocument[];
  messages: object[];
};

function toText(document: PlayDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

const LOG_FILE = 'vmotion-ops.log';

/** Into the data folder where there is one. On a terminal only what is wrong is shown, so that the channel reads. */
async function openLog({ data }: CliOptions): Promise<Log> {
  const toTerminal = createJsonLog(err);
  if (data === undefined) return { info: () => undefined, warn: () => undefined, error: toTerminal.error };
  // A folder that can't be made is told when it is opened.
  await mkdir(data, { recursive: true }).catch(() => undefined);
  return createJsonLog(createLogFile(join(data, LOG_FILE), err));
}
