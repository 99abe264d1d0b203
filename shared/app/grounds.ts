// Reason and ticket, where the policy of a cluster asks for them.
import type { CommandOf, Grounds } from '../domain/command.ts';
import { withGrounds } from '../domain/command-of.ts';
import { configPath } from '../domain/config-path.ts';
import type { Refusal } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';

/** A plan needs no grounds: it changes nothing until somebody carries it out. */
type Asking = CommandOf<'enable' | 'repair' | 'revert' | 'trial'>;

const REASON = 'the reason';
const TICKET = 'ID';

/** Why these grounds are not enough to change the cluster; `undefined`: they are. `again`: the whole command with
 * other grounds. */
export function findGroundless(
  { name, approval }: ClusterSettings,
  given: Grounds,
  again: (grounds: Grounds) => string,
): Refusal | undefined {
  const { reason, ticket } = given;
  const at = (...path: string[]) => `(rule ${configPath(['clusters', name, 'approval', ...path])})`;
  if (approval.reason === true && reason === undefined) {
    const isTicketToo = approval.ticket !== undefined && ticket === undefined;
    return {
      kind: 'refused',
      code: 'reason-missing',
      what: `Why is "${name}" to be changed?`,
      why: `A change of this cluster needs a reason${isTicketToo ? ' and a ticket' : ''} ${at('reason')}.`,
      fix: again({ reason: REASON, ticket: isTicketToo ? TICKET : ticket }),
      exitCode: 2,
    };
  }
  if (approval.ticket === undefined) return undefined;
  const { pattern } = approval.ticket;
  if (ticket === undefined) {
    return {
      kind: 'refused',
      code: 'ticket-missing',
      what: `Under which ticket is "${name}" to be changed?`,
      why: `A change of this cluster needs a ticket that fits ${pattern} ${at('ticket', 'pattern')}.`,
      fix: again({ reason, ticket: TICKET }),
      exitCode: 2,
    };
  }
  if (new RegExp(`^(?:${pattern})$`, 'u').test(ticket)) return undefined;
  return {
    kind: 'refused',
    code: 'ticket-malformed',
    what: `"${ticket}" is no ticket for "${name}".`,
    why: `The whole of it has to fit ${pattern} ${at('ticket', 'pattern')}.`,
    fix: again({ reason, ticket: TICKET }),
    exitCode: 2,
  };
}

/** The same for a command as it was typed. */
export function findGroundlessCommand(cluster: ClusterSettings, command: Asking): Refusal | undefined {
  return findGroundless(cluster, command, (grounds) => withGrounds(command, grounds));
}
