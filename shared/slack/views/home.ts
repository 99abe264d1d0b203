import type { HomeView, KnownBlock } from '@slack/types';
import type { Home, HomeCluster } from '../../app/read-home.ts';
import type { Job } from '../../domain/job.ts';
import { actions, button, context, divider, header, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { LIMITS } from '../limits.ts';
import { dateText } from '../time-text.ts';
import { counted } from '../step-text.ts';
import { freezeText, hoursText } from './freeze.ts';
import { headline } from './headline.ts';
import type { Answer } from './reply.ts';

export const HOME_CALLBACK = 'home';
export const HOME_REFRESH_ACTION = 'home-refresh';
export const HOME_REVIEW_ACTION = 'home-review';

const CLUSTERS_MAX = 30;
const PENDING_MAX = 15;
const RUNNING_MAX = 10;

/** What waits for this person, what runs, and how every cluster stands that they may ask about. */
export function renderHome(home: Home, now: Date): HomeView {
  return homeView([
    ...pendingBlocks(home.pending),
    ...runningBlocks(home.running),
    header('Clusters'),
    ...clusterBlocks(home.clusters),
    divider(),
    ...footer(now),
  ]);
}

/** Where the Home could not be read: what went wrong, and the way to try again. */
export function renderHomeFailure({ blocks }: Pick<Answer, 'blocks'>, now: Date): HomeView {
  return homeView([...blocks, ...footer(now)]);
}

function homeView(blocks: KnownBlock[]): HomeView {
  return { type: 'home', callback_id: HOME_CALLBACK, blocks: blocks.slice(0, LIMITS.viewBlocks) };
}

function pendingBlocks(jobs: Job[]): KnownBlock[] {
  if (jobs.length === 0) return [header('Nothing waits for you')];
  const rows = jobs
    .slice(0, PENDING_MAX)
    .flatMap((job) => [
      section(`*${escapeMrkdwn(cutPlain(headline(job), 160))}* ${code(job.id)}\n${waitingText(job)}`),
      actions(`review-${job.id}`, [
        button({ actionId: HOME_REVIEW_ACTION, label: 'Read and decide', value: job.id, style: 'primary' }),
      ]),
    ]);
  return [header(`Waiting for you: ${counted(jobs.length, 'plan')}`), ...rows, ...moreLine(jobs.length - PENDING_MAX)];
}

function waitingText({ requestedBy, approval, channel }: Job): string {
  const given = approval?.approvedBy.length ?? 0;
  const expires = approval === undefined ? '' : `, expires ${dateText(approval.expiresAt)}`;
  return `Asked by ${mention(requestedBy)} in <#${escapeMrkdwn(channel)}>, ${given} of ${approval?.required ?? 1} approved${expires}.`;
}

function runningBlocks(jobs: Job[]): KnownBlock[] {
  if (jobs.length === 0) return [];
  const rows = jobs
    .slice(0, RUNNING_MAX)
    .map((job) => `${escapeMrkdwn(cutPlain(headline(job), 160))} ${code(job.id)} ${mention(job.requestedBy)}`);
  return [header('Running'), section(rows.join('\n')), ...moreLine(jobs.length - RUNNING_MAX)];
}

function clusterBlocks(clusters: HomeCluster[]): KnownBlock[] {
  if (clusters.length === 0) {
    const why = 'You are in no channel of a cluster. A cluster is shown to the members of its channel.';
    return [section(why)];
  }
  return [
    ...clusters.slice(0, CLUSTERS_MAX).map((cluster) => section(clusterText(cluster))),
    ...moreLine(clusters.length - CLUSTERS_MAX),
  ];
}

function clusterText(one: HomeCluster): string {
  const head = `*${escapeMrkdwn(cutPlain(one.cluster, 80))}* in <#${escapeMrkdwn(one.channel)}>`;
  const hosts = one.hosts === undefined ? '' : `, ${counted(one.hosts, 'host')}`;
  const { heldBy } = one;
  const lines = [
    `${head}${hosts}`,
    ...(heldBy === undefined ? [] : [`*LOCKED* by ${code(heldBy.id)} of ${mention(heldBy.requestedBy)}`]),
    ...(one.freeze === undefined ? [] : [freezeText(one.freeze)]),
    ...(one.hours === undefined ? [] : [hoursText(one.hours)]),
    ...lastLines(one),
  ];
  return lines.join('\n');
}

/** A change tests what it changed; then it stands there once. */
function lastLines({ lastChange, lastTest }: HomeCluster): string[] {
  if (lastChange !== undefined && lastChange.id === lastTest?.id)
    return [`Last change and test: ${jobText(lastChange)}`];
  return [
    lastChange === undefined ? 'Never changed' : `Last change: ${jobText(lastChange)}`,
    lastTest === undefined ? 'Never tested' : `Last test: ${jobText(lastTest)}`,
  ];
}

function jobText(job: Job): string {
  const at = job.endedAt === undefined ? '' : `, ${dateText(job.endedAt)}`;
  return `${escapeMrkdwn(cutPlain(headline(job), 120))} ${code(job.id)}${at}`;
}

function moreLine(left: number): KnownBlock[] {
  return left > 0 ? [context([`... and ${left} more`])] : [];
}

function footer(now: Date): KnownBlock[] {
  const refresh = button({ actionId: HOME_REFRESH_ACTION, label: 'Refresh', value: now.toISOString() });
  return [context([`As it was ${dateText(now.toISOString())}.`]), actions(`home-${now.getTime()}`, [refresh])];
}
