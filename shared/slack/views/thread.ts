// What belongs into the thread of a job's message: the plan as files, each host's evidence, the picture, the report.
import { heatMapAltText, type HeatMapInput } from '../heat-map-text.ts';
import type { ReportSeen, ThreadFile, ThreadItem } from '../../app/thread-item.ts';
import { PICTURE_KEY } from '../../app/thread-item.ts';
import { exitCodeOf, isEnded } from '../../domain/exit-code.ts';
import type { Job, JobKind } from '../../domain/job.ts';
import { matrixCsv } from '../../domain/matrix-csv.ts';
import { matrixJson } from '../../domain/matrix-json.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutMrkdwn } from '../fit.ts';
import { section } from '../blocks.ts';
import { durationText } from '../time-text.ts';
import { askReply } from './approval.ts';
import { headline, hostsThrough } from './headline.ts';
import { heatMapInput } from './heat-map-input.ts';
import { hostReplies } from './host-replies.ts';
import { hasSteps, planDiff, planJson, toText } from './plan-files.ts';
import { startedAt } from './progress.ts';
import { reportJson } from './report-file.ts';

const HEAT_MAP_KEY = 'heat-map';

type ThreadItems = (job: Job, seen: ReportSeen, isPosted: (key: string) => boolean) => ThreadItem[];

/** A picture of the matrix as PNG. */
export type DrawPicture = (input: HeatMapInput) => Promise<{ png: Uint8Array }>;

/** Everything that belongs there by now and is not posted yet. People are called first, files come last. */
export function createThreadItems(draw: DrawPicture): ThreadItems {
  return (job, seen, isPosted) => {
    const all: ThreadItem[] = [
      ...askItems(job),
      ...pauseItems(job),
      ...hostReplies(job, seen.records, isPosted).map((reply) => ({ kind: 'reply' as const, ...reply })),
      ...endItems(job),
      ...planItems(job, seen),
      ...matrixItems(job, seen, draw),
      ...reportItems(job, seen),
    ];
    return all.filter((item) => !keysOf(item).every(isPosted));
  };
}

/** Holds the process until the picture is drawn. */
export const drawHere: DrawPicture = async (input) => {
  // Its rasteriser is large, and most messages have no picture.
  const { renderHeatMap } = await import('../heat-map.ts');
  return renderHeatMap(input);
};

export const threadItems: ThreadItems = createThreadItems(drawHere);

function keysOf(item: ThreadItem): string[] {
  return item.kind === 'reply' ? item.keys : [item.key];
}

/** An edited message calls nobody, so who has to say yes is called here, once a plan. */
function askItems(job: Job): ThreadItem[] {
  const reply = askReply(job);
  return reply === undefined ? [] : [{ kind: 'reply', keys: [`ask:${shortDigest(job)}`], ...reply }];
}

/** People count on a change to go on; whoever stopped it is named to all of them, once for each place where it stopped. */
function pauseItems(job: Job): ThreadItem[] {
  if (job.state !== 'paused') return [];
  const by = job.pausedBy === undefined ? '' : ` by ${mention(job.pausedBy)}`;
  const go = `It keeps the cluster until somebody types ${code(`/vmotion resume ${job.id}`)}.`;
  const text = cutMrkdwn(`*PAUSED*${by}: ${escapeMrkdwn(headline(job))}. ${go}`, 2000);
  const keys = [`paused:${job.wave}:${hostsThrough(job)}`];
  return [{ kind: 'reply', keys, text, blocks: [section(text)], isBroadcast: true }];
}

/** Kinds whose end somebody waits for; the others answer within seconds. */
const AWAITED: JobKind[] = ['enable', 'repair', 'revert', 'trial', 'test'];

function endItems(job: Job): ThreadItem[] {
  if (!isEnded(job.state) || !AWAITED.includes(job.kind) || job.origin !== undefined) return [];
  const ended = Date.parse(job.endedAt ?? job.updatedAt);
  const took = durationText(ended - Date.parse(startedAt(job)));
  const end = `${headline(job)}. Exit ${exitCodeOf(job.state)}, ${took}.`;
  const text = cutMrkdwn(`${mention(job.requestedBy)} ${escapeMrkdwn(end)}`, 2000);
  return [{ kind: 'reply', keys: ['end'], text, blocks: [section(text)] }];
}

function planItems(job: Job, { records }: ReportSeen): ThreadItem[] {
  if (!hasSteps(job, records) || job.state === 'planning') return [];
  const digest = shortDigest(job);
  const titled = (name: string) => ({ name, title: `${name} of ${job.id}, plan ${digest}` });
  return [
    file(`plan-diff:${digest}`, () => ({ ...titled('plan.diff'), bytes: toBytes(planDiff(job, records)) })),
    file(`plan-json:${digest}`, () => ({ ...titled('plan.json'), bytes: toBytes(planJson(job, records)) })),
  ];
}

function matrixItems(job: Job, { cells }: ReportSeen, draw: DrawPicture): ThreadItem[] {
  const input = heatMapInput(job, cells);
  if (input === undefined) return [];
  const titled = (name: string) => ({ name, title: `${name} of ${job.id}` });
  const picture: ThreadItem = { kind: 'picture', key: PICTURE_KEY, file: HEAT_MAP_KEY };
  return [
    file(HEAT_MAP_KEY, () => heatMapFile(input, draw)),
    file('matrix-csv', () => ({ ...titled('matrix.csv'), bytes: toBytes(matrixCsv(cells)) })),
    ...(job.output !== 'json'
      ? []
      : [file('matrix-json', () => ({ ...titled('matrix.json'), bytes: toBytes(toText(matrixJson(cells))) }))]),
    picture,
  ];
}

async function heatMapFile(input: HeatMapInput, draw: DrawPicture): Promise<ThreadFile> {
  const { png } = await draw(input);
  const name = 'heat-map.png';
  return { name, title: `Heat map of ${input.jobId}`, altText: heatMapAltText(input), bytes: png };
}

/** Ends after which there is more to tell than the message says. */
function reportItems(job: Job, { records }: ReportSeen): ThreadItem[] {
  const hasWork =
    job.matrix !== undefined || job.trial?.there !== undefined || records.some((one) => one.journal.length > 0);
  if (!isEnded(job.state) || !AWAITED.includes(job.kind) || !hasWork) return [];
  const title = `report.json of ${job.id}`;
  return [file('report-json', () => ({ name: 'report.json', title, bytes: toBytes(reportJson(job, records)) }))];
}

function file(key: string, make: () => ThreadFile | Promise<ThreadFile>): ThreadItem {
  return { kind: 'file', key, make: async () => make() };
}

function shortDigest(job: Job): string {
  return (job.plan?.digest ?? '').slice(0, 12);
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
