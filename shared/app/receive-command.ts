import type { Command } from '../domain/command.ts';
import { parseCommand } from '../domain/parse-command.ts';
import type { Reply } from '../domain/reply.ts';
import { VERSION } from '../domain/version.ts';
import { clustersOf } from './access.ts';
import { alarmCommands } from './alarm-commands.ts';
import { auditCommand } from './audit-command.ts';
import { auditLogCommand } from './audit-log-command.ts';
import { createAuditRequest } from './audit-request.ts';
import type { CommandRequest } from './command-request.ts';
import { control } from './control.ts';
import { deadLetters } from './dead-letters.ts';
import { createDecideApproval } from './decide-approval.ts';
import { freeze } from './freeze.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { overview } from './overview.ts';
import type { EdgeParts } from './parts.ts';
import { showJob } from './show-job.ts';
import { startJob, startRevert } from './start-job.ts';
import { whoami } from './whoami.ts';

/** Parses, decides, writes one row, sends one message, answers. Never reaches vCenter. */
export function createReceiveCommand(parts: EdgeParts): (request: CommandRequest) => Promise<Reply> {
  const perform = createPerformCommand(parts);
  const audited = createAuditRequest(parts);
  return async function receiveCommand(request) {
    const clusters = clustersOf(parts.settings, request.channel).map((cluster) => cluster.name);
    // A cluster of another channel is known too, so that the answer is "not here" and not "never heard of".
    const elsewhere = Object.keys(parts.settings.clusters).filter((name) => !clusters.includes(name));
    const command = parseCommand(request.text, { clusters, elsewhere });
    // What is no command asks for nothing, so the audit log has nothing to tell of it.
    if ('kind' in command) return command;
    if (command.verb === 'help') return { kind: 'help', verb: command.about, clusters };
    return audited({ ...request, said: request.text }, () => perform(request, command));
  };
}

type PerformCommand = (request: CommandRequest, command: Exclude<Command, { verb: 'help' }>) => Promise<Reply>;

function createPerformCommand(parts: EdgeParts): PerformCommand {
  const decideApproval = createDecideApproval(parts);
  return async function perform(request, command) {
    switch (command.verb) {
      case 'version':
        return { kind: 'version', version: VERSION };
      case 'whoami':
        return whoami(parts, request, command);
      case 'list':
        return list(parts, request, command);
      case 'status':
        return command.cluster === undefined
          ? overview(parts, request)
          : startJob(parts, request, command, command.cluster);
      case 'check':
      case 'plan':
      case 'enable':
      case 'repair':
      case 'test':
      case 'trial':
      case 'evidence':
        return startJob(parts, request, command, command.cluster);
      case 'audit':
        return auditCommand(parts, request, command);
      case 'revert':
        return startRevert(parts, request, command);
      case 'apply':
        return decideApproval({ ...request, jobId: command.job, decision: 'apply' });
      case 'approve':
        return decideApproval({ ...request, jobId: command.job, decision: 'approve', comment: command.comment });
      case 'reject':
        return decideApproval({ ...request, jobId: command.job, decision: 'reject', reason: command.reason });
      case 'withdraw':
        return decideApproval({ ...request, jobId: command.job, decision: 'withdraw' });
      case 'pause':
      case 'resume':
      case 'abort':
      case 'cancel':
      case 'retry':
        return control(parts, request, command);
      case 'show':
        return showJob(parts, request, command);
      case 'history':
        return history(parts, request, command);
      case 'freeze':
      case 'unfreeze':
        return freeze(parts, request, command);
      case 'policy':
      case 'alarms':
      case 'alarm':
      case 'subscribe':
      case 'unsubscribe':
        return alarmCommands(parts, request, command);
      case 'dlq':
        return deadLetters(parts, request, command);
      case 'audit-log':
        return auditLogCommand(parts, request, command);
      default:
        throw new Error(`unknown command ${String(command satisfies never)}`);
    }
  };
}
