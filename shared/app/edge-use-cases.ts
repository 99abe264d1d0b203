import type { Reply } from '../domain/reply.ts';
import type { Installations, Membership } from '../ports.ts';
import { clustersOf } from './access.ts';
import { createAuditRequest } from './audit-request.ts';
import { createDecideApproval, type DecisionRequest } from './decide-approval.ts';
import type { EdgeParts } from './parts.ts';
import { createFindStranger, type FindStranger } from './find-stranger.ts';
import { createHomeReader, type HomeReader } from './read-home.ts';
import type { CommandRequest } from './command-request.ts';
import { createReceiveCommand } from './receive-command.ts';
import { createRehearsal, type Rehearsal } from './rehearse-command.ts';
import { createSuggest, type SuggestionRequest, type Suggestions } from './suggest.ts';

/** All that a person can do from Slack. */
export type EdgeUseCases = {
  /** Comes before all others. */
  findStranger: FindStranger;
  receiveCommand: (request: CommandRequest) => Promise<Reply>;
  decideApproval: (request: DecisionRequest) => Promise<Reply>;
  rehearsal: Rehearsal;
  suggest: (request: SuggestionRequest) => Promise<Suggestions>;
  home: HomeReader;
  /** Names of the clusters that may be named in the channel. */
  clustersIn: (channel: string) => string[];
  /** The name of the cluster that a job is about. */
  findCluster: (jobId: string) => Promise<string | undefined>;
};

/** All use cases on the same parts. Decisions by button stand in the audit log, as commands do by themselves. */
export function createEdgeUseCases(
  parts: EdgeParts & { membership: Membership; installations: Installations },
): EdgeUseCases {
  const decideApproval = createDecideApproval(parts);
  const audited = createAuditRequest(parts);
  return {
    findStranger: createFindStranger(parts),
    receiveCommand: createReceiveCommand(parts),
    // A pressed button stands in the audit log as the command it stands for.
    decideApproval: (request) =>
      audited({ ...request, said: `${request.decision} ${request.jobId} (button)` }, () => decideApproval(request)),
    rehearsal: createRehearsal(parts),
    suggest: createSuggest(parts),
    home: createHomeReader(parts),
    clustersIn: (channel) => clustersOf(parts.settings, channel).map((cluster) => cluster.name),
    findCluster: async (jobId) => (await parts.store.jobs.find(jobId))?.cluster,
  };
}
