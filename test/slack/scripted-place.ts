// The lab's workspace with the real Slack function, use cases and views behind it. Only the worker is the test's hand:
// it moves the job's row, and the channel follows.
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createSlackFunction } from '../../functions/slack.ts';
import { createLabSlack, type LabSlack, type LabSlackOptions } from '../../infra/lab/slack/workspace.ts';
import { createEdgeUseCases } from '../../shared/app/edge-use-cases.ts';
import { createReport } from '../../shared/app/report.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { People, Settings } from '../../shared/domain/settings.ts';
import { silentLog } from '../../shared/log.ts';
import { createRespond } from '../../shared/slack/respond.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';
import { createWebApiInstallations } from '../../shared/slack/web-api-installations.ts';
import { createWebApiMembership } from '../../shared/slack/web-api-membership.ts';
import { createWebApiViews } from '../../shared/slack/web-api-views.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { createMemoryStore } from '../support/memory-store.ts';

export type ScriptedPlace = {
  lab: LabSlack;
  /** The newest job of the cluster. */
  job(): Promise<Job>;
  jobs(): Promise<Job[]>;
  /** What a worker would write, and the channel's update after it. */
  move(change: Partial<Job>, records?: HostRecord[]): Promise<void>;
  /** The channel shows everything that has happened. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

const SECRETS = { signingSecret: 'a-secret-of-the-page-test', botToken: 'xoxb-page' };

const SETTINGS: Settings = {
  vcenters: {},
  clusters: {
    'cluster-a': {
      name: 'cluster-a',
      vcenter: 'lab',
      path: '/Lab/host/cluster-a',
      channel: 'C0VSPHERE',
      profile: {
        stack: { gateway: { kind: 'none' } },
        adapters: [],
        oldAdapters: 'remove',
        reach: 'routed',
        rollout: { canary: 1, wave: 2, pingGateway: false },
      },
      approval: { required: 1, expiresMinutes: 60 },
      access: { operators: ['U0ANN', 'U0BOB'], approvers: ['U0ANN', 'U0BOB'], admins: ['U0BOB'] },
    },
  },
};

export type ScriptedPlaceOptions = Pick<LabSlackOptions, 'channels' | 'users'> & {
  /** In place of the settings' own. */
  approvers?: People;
  slackTeams?: string[];
};

export async function startScriptedPlace(options: ScriptedPlaceOptions = {}): Promise<ScriptedPlace> {
  const { approvers, slackTeams = [], ...workspace } = options;
  const settings = structuredClone(SETTINGS);
  const access = settings.clusters['cluster-a']?.access;
  if (access !== undefined && approvers !== undefined) access.approvers = approvers;
  settings.slack = { teams: slackTeams };
  const store = createMemoryStore();
  const queue = createMemoryQueue();
  const clock = { now: () => new Date(), elapsedMs: () => 0, sleep: async () => undefined };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const edge = { settings, store, queue, clock, ids: { next: () => 'unused' }, sha256, log: silentLog };
  const front = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('utf8');
      const event = { headers: request.headers, body, isBase64Encoded: false } as unknown as Parameters<
        typeof slack
      >[0];
      const answer = await slack(event);
      void report();
      response.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const commandUrl = () => `http://127.0.0.1:${(front.address() as AddressInfo).port}/slack/events`;
  const lab = await createLabSlack({ ...SECRETS, ...workspace, commandUrl });
  const webApi = { token: async () => SECRETS.botToken, slackApiUrl: lab.apiUrl };
  const slack = createSlackFunction({
    ...createEdgeUseCases({
      ...edge,
      membership: createWebApiMembership(webApi),
      installations: createWebApiInstallations({ ...webApi, store: store.installation, clock, log: silentLog }),
    }),
    views: createWebApiViews(webApi),
    signingSecret: async () => SECRETS.signingSecret,
    once: store.once,
    clock,
    log: silentLog,
    respond: createRespond(),
  });
  const chat = createWebApiChat(webApi);
  const show = createReport({ store, chat, clock, log: silentLog, render: renderJob });

  const job = async () => {
    const [newest] = await store.jobs.listByCluster('cluster-a', 1);
    if (newest === undefined) throw new Error('no job was asked for yet');
    return newest;
  };
  // One notice after another, as the queue's groups see to.
  const showAll = async (before: Promise<void>) => {
    await before;
    for (let notice = queue.takeNotice(); notice !== undefined; notice = queue.takeNotice()) await show(notice);
  };
  let reported = Promise.resolve();
  const report = () => {
    reported = showAll(reported);
    return reported;
  };
  return {
    lab,
    job,
    jobs: () => store.jobs.listByCluster('cluster-a', 100),
    async move(change, records = []) {
      const before = await job();
      for (const record of records) await store.records.put({ ...record, jobId: before.id });
      const after = { ...before, ...change, version: before.version + 1, updatedAt: new Date().toISOString() };
      await store.jobs.save(after);
      await queue.sendNotice({ jobId: after.id, version: after.version, attempt: 0 });
      await report();
    },
    settled: () => reported,
    async close() {
      await reported;
      await lab.close();
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
