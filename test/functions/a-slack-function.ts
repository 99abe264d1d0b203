// The Slack function with use cases that remember what reached them, and Slack's modals in memory.
import { createSlackFunction } from '../../functions/slack.ts';
import type { DecisionRequest } from '../../shared/app/decide-approval.ts';
import type { EdgeUseCases } from '../../shared/app/edge-use-cases.ts';
import type { CommandRequest } from '../../shared/app/command-request.ts';
import { createFindStranger } from '../../shared/app/find-stranger.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Installations } from '../../shared/ports.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { Respond } from '../../shared/slack/respond.ts';
import type { Answer } from '../../shared/slack/views/reply.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createMemoryViews } from '../support/memory-views.ts';
import { NOW, SIGNING_SECRET } from './slack-request.ts';

export const HELP: Reply = { kind: 'help', clusters: ['cluster-a'] };

export type FunctionOverride = {
  command?: (request: CommandRequest) => Promise<Reply>;
  decide?: (request: DecisionRequest) => Promise<Reply>;
  rehearse?: (text: string) => Promise<Reply>;
  suggest?: EdgeUseCases['suggest'];
  home?: EdgeUseCases['home'];
  clusters?: string[];
  /** Further workspaces of vmotion.yaml, and what Slack says of the installation. */
  slackTeams?: string[];
  installations?: Installations;
  once?: () => never;
  respond?: Respond;
};

export function aSlackFunction(override: FunctionOverride = {}) {
  const commands: CommandRequest[] = [];
  const decisions: DecisionRequest[] = [];
  const rehearsed: { text: string; user: string; channel: string }[] = [];
  const answers: Answer[] = [];
  const logged: string[] = [];
  const views = createMemoryViews();
  const handle = createSlackFunction({
    signingSecret: async () => SIGNING_SECRET,
    once: override.once === undefined ? createMemoryStore().once : { claim: override.once },
    clock: { now: () => NOW },
    log: createJsonLog((line) => logged.push(line)),
    respond: override.respond ?? (async (_url, answer) => void answers.push(answer)),
    views,
    findStranger: createFindStranger({
      settings: { slack: { teams: override.slackTeams ?? [] } },
      installations: override.installations ?? { read: async () => ({ teams: ['T0LAB'] }) },
      log: createJsonLog((line) => logged.push(line)),
    }),
    receiveCommand: async (request) => {
      commands.push(request);
      return override.command === undefined ? HELP : override.command(request);
    },
    decideApproval: async (request) => {
      decisions.push(request);
      return override.decide === undefined ? HELP : override.decide(request);
    },
    rehearsal: {
      command: async (request) => {
        rehearsed.push(request);
        return override.rehearse === undefined ? HELP : override.rehearse(request.text);
      },
      decision: async () => HELP,
    },
    suggest: override.suggest ?? (async () => ({ kind: 'names', names: [] })),
    home: override.home ?? {
      readHome: async () => ({ clusters: [], pending: [], running: [] }),
      readJob: async () => ({ reply: HELP, channel: 'C0VSPHERE' }),
    },
    findCluster: async (jobId) => (jobId === 'j-7f3k9c' ? 'cluster-a' : undefined),
    clustersIn: () => override.clusters ?? ['cluster-a', 'cluster-b'],
  });
  return { handle, commands, decisions, rehearsed, answers, logged, views };
}
