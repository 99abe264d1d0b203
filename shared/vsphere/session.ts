import { createConcealer } from '../domain/concealer.ts';
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, Credentials } from '../ports.ts';
import { chooseVersion, VERSIONS_PATH } from './api-version.ts';
import { shorten } from './faults.ts';
import { createReadBudget, type ReadBudget, type ReadLimits } from './read-budget.ts';
import type { OperationName } from './schema.ts';
import { ATTEMPTS_MAX, type CallOptions, createSoap, pauseMs, RESTARTING, type Soap } from './soap.ts';
import type { SoapTransport } from './transport.ts';
import type { Parameters, Returned, Vim } from './vim.ts';

/** A logged-in session that logs in again, once a call, when vCenter has ended it. Calls may run in parallel. */
export type Session = {
  readonly content: Vim<'ServiceContent'>;
  readonly calls: number;
  /** Grows with every login: what vCenter handed out for an older one is void. */
  readonly generation: number;
  /** vCenter's name for the present login, which some of its operations ask for. */
  readonly key: string;
  /** Who is logged in, as vCenter names the account. */
  readonly user: string;
  call<O extends OperationName>(
    operation: O,
    target: Moref,
    parameters: Parameters<O>,
    options?: CallOptions,
  ): Promise<Returned<O>>;
  /** Runs `work` on plain calls, and once more after a new login if vCenter says that the session is over. */
  withLogin<T>(work: (soap: Soap) => Promise<T>): Promise<T>;
  /** For a reading that may take more than one call. */
  createReadBudget(): ReadBudget;
  logout(): Promise<void>;
};

export type SessionParts = {
  transport: SoapTransport;
  credentials: () => Promise<Credentials>;
  operationId: string;
  clock: Clock;
  log: Log;
  readLimits?: ReadLimits | undefined;
};

const SERVICE_INSTANCE: Moref = { type: 'ServiceInstance', value: 'ServiceInstance' };
const TIMEOUT_MS = 30_000;
const LOGOUT_TIMEOUT_MS = 10_000;
const NAME_CHARS_MAX = 100;

/** Agrees on a version, makes sure that it is a vCenter, logs in. */
export async function openSession(parts: SessionParts): Promise<Session> {
  const { transport, operationId, clock, log } = parts;
  const concealer = createConcealer();
  const askCredentials = async () => {
    const credentials = await parts.credentials();
    concealer.learn(credentials.password);
    return credentials;
  };
  // Before anything is read: who has seen the password at another login may say it back before this one.
  const first = await askCredentials();
  const version = chooseVersion(await getVersions(transport, clock));
  const soap = createSoap({ transport, version, operationId, clock, log, concealer });
  const content = await soap.call('RetrieveServiceContent', SERVICE_INSTANCE, {}, { timeoutMs: TIMEOUT_MS });
  const sessionManager = requireVcenter(content);

  let generation = 0;
  let key = '';
  let userName = '';
  let pending: Promise<void> | undefined;
  const login = async ({ user, password }: Credentials) => {
    // The locale makes vCenter answer in English whatever the account's is.
    const parameters = { userName: user, password, locale: 'en_US' };
    const opened = await soap.call('Login', sessionManager, parameters, { timeoutMs: TIMEOUT_MS });
    key = opened.key;
    // With some servers it is the cookie, and with all of them nobody's business.
    concealer.learn(key);
    userName = concealer.conceal(opened.userName);
    generation += 1;
  };
  /** Calls that find the session over at the same time share one login. */
  const loginAgain = async (seen: number) => {
    if (generation !== seen) return;
    pending ??= Promise.resolve()
      .then(async () => {
        log.warn('vcenter.session-expired', { operationId });
        // A login on a cookie that the server still half knows is refused as a second one.
        soap.forgetCookie();
        await login(await askCredentials());
      })
      .finally(() => (pending = undefined));
    await pending;
  };

  const withLogin = async <T>(work: (soap: Soap) => Promise<T>): Promise<T> => {
    const seen = generation;
    try {
      return await work(soap);
    } catch (error) {
      // vCenter answers this before it does anything, so that writes too may be sent again.
      if (!(error instanceof OpsError) || error.fault !== 'NotAuthenticated') throw error;
      await loginAgain(seen);
      return work(soap);
    }
  };

  await login(first);
  return {
    content,
    get calls() {
      return soap.calls;
    },
    get generation() {
      return generation;
    },
    get key() {
      return key;
    },
    get user() {
      return userName;
    },
    call: (operation, target, parameters, options) =>
      withLogin((inner) => inner.call(operation, target, parameters, options)),
    withLogin,
    createReadBudget: () => createReadBudget(parts.readLimits),
    async logout() {
      await soap.call('Logout', sessionManager, {}, { timeoutMs: LOGOUT_TIMEOUT_MS });
    },
  };
}

async function getVersions(transport: SoapTransport, clock: Clock): Promise<{ status: number; body: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await transport.get(VERSIONS_PATH, TIMEOUT_MS);
    if (!RESTARTING.has(reply.status) || attempt === ATTEMPTS_MAX) return reply;
    await clock.sleep(pauseMs(attempt));
  }
}

function requireVcenter({ about, sessionManager }: Vim<'ServiceContent'>): Moref {
  if (about?.apiType === 'VirtualCenter' && sessionManager !== undefined) return sessionManager;
  throw new OpsError(
    'vcenter-not-a-vcenter',
    `${shorten(about?.fullName ?? 'The server', NAME_CHARS_MAX)} is not a vCenter.`,
    {
      retry: 'never',
      remedy: 'Name the vCenter that manages the cluster, not one of its hosts.',
    },
  );
}
