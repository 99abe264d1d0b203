import type { LabAnswer, LabCall } from './call.ts';
import { serviceContent } from './about.ts';
import { toUserSession } from './inventory.ts';
import { notAuthenticated, VimFault } from './vim-fault.ts';

type Operation = (call: LabCall) => LabAnswer;

/** ServiceInstance and SessionManager. */
export const SESSION_HANDLERS: Record<string, Operation> = {
  RetrieveServiceContent: ({ world }) => ({ value: serviceContent(world.model.instanceUuid) }),
  CurrentTime: ({ world }) => ({ value: world.clock.now() }),
  Login: login,
  Logout: () => ({ logout: true }),
  SessionIsActive: ({ session, parameters }) => ({ value: session?.key === parameters.sessionID }),
};

/** A session that is logged in may not log in again. */
function login({ world, session, parameters }: LabCall): LabAnswer {
  const account = [world.credentials, ...world.others].find(({ user }) => user === parameters.userName);
  if (account === undefined || account.password !== parameters.password || session !== undefined) {
    throw new VimFault('InvalidLogin', 'Cannot complete login due to an incorrect user name or password.');
  }
  const opened = world.sessions.open(account.user, world.clock.now());
  return { value: toUserSession(opened), login: opened };
}

/** Throws NotAuthenticated without a session. */
export function requireSession<C extends LabCall>(call: C): NonNullable<C['session']> {
  if (call.session === undefined) throw notAuthenticated();
  return call.session;
}
