import type { Moref } from '../domain/inventory.ts';
import type { Session } from './session.ts';

export type WantedPrivileges = { entity: Moref; name: string; privileges: string[] };
export type MissingPrivileges = { name: string; privileges: string[] };

/** AuthorizationManager.HasPrivilegeOnEntities, in one call: of each entry, what the session's account lacks. */
export async function findMissingPrivileges(
  session: Session,
  wanted: readonly WantedPrivileges[],
): Promise<MissingPrivileges[]> {
  const privId = [...new Set(wanted.flatMap(({ privileges }) => privileges))].sort();
  const { authorizationManager } = session.content;
  if (privId.length === 0 || authorizationManager === undefined) return [];
  const entity = [...new Map(wanted.map((one) => [one.entity.value, one.entity])).values()];
  // After a new login the question is about the new session.
  const answers = await session.withLogin((soap) =>
    soap.call('HasPrivilegeOnEntities', authorizationManager, { entity, sessionId: session.key, privId }),
  );
  const granted = new Set(
    answers.flatMap((answer) =>
      answer.privAvailability.filter((one) => one.isGranted).map((one) => `${answer.entity.value} ${one.privId}`),
    ),
  );
  return wanted
    .map(({ entity: { value }, name, privileges }) => ({
      name,
      privileges: privileges.filter((one) => !granted.has(`${value} ${one}`)),
    }))
    .filter(({ privileges }) => privileges.length > 0);
}
