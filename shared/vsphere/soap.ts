import type { Concealer } from '../domain/concealer.ts';
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { concealElement, maySpellSecret } from './conceal-element.ts';
import { decodeEnvelope, encodeEnvelope } from './envelope.ts';
import { faultToError, shorten } from './faults.ts';
import { decodeResponse, encodeOperation } from './operation-codec.ts';
import type { OperationName } from './schema.ts';
import type { ReadBudget } from './read-budget.ts';
import type { SoapReply, SoapTransport } from './transport.ts';
import type { Parameters, Returned } from './vim.ts';
import { WireError } from './wire-error.ts';
import type { XmlElement, XmlOptions } from './xml.ts';

/** `about`: the host's name for messages. `skip` and `take`: what not to keep of the answer (see `XmlOptions`). `budget`:
 * of the reading that the call is a part of. */
export type CallOptions = Pick<XmlOptions, 'skip' | 'take'> & {
  about?: string | undefined;
  timeoutMs?: number;
  budget?: ReadBudget | undefined;
};

/** Calls operations of managed objects and keeps the session's cookie. Knows nothing of logins. What vCenter says is free
 * of the secrets that `concealer` knows, the cookie among them, whether it is a value or a failure. */
export type Soap = {
  readonly calls: number;
  readonly concealer: Concealer;
  call<O extends OperationName>(
    operation: O,
    target: Moref,
    parameters: Parameters<O>,
    options?: CallOptions,
  ): Promise<Returned<O>>;
  forgetCookie(): void;
};

export type SoapParts = {
  transport: SoapTransport;
  version: string;
  operationId: string;
  clock: Clock;
  log: Log;
  concealer: Concealer;
};

const READ_TIMEOUT_MS = 60_000;
const WIRE_CHARS_MAX = 300;
const WRITE_TIMEOUT_MS = 120_000;
/** How often a read is sent at most, and the pause after an attempt. */
export const ATTEMPTS_MAX = 4;
/** Milliseconds after the attempt of that number, from 1: 500, then twice as long each time. */
export const pauseMs = (attempt: number) => 500 * 2 ** (attempt - 1);
/** HTTP statuses of the proxies in front of vpxd while that restarts, or takes longer than they wait. */
export const RESTARTING: ReadonlySet<number> = new Set([502, 503, 504]);

/** The operations that change something. A lost answer leaves their outcome unknown; all others can be repeated. */
const WRITES: ReadonlySet<OperationName> = new Set([
  'AddVirtualNic',
  'UpdateVirtualNic',
  'RemoveVirtualNic',
  'UpdateNetworkConfig',
  'AddPortGroup',
  'UpdatePortGroup',
  'RemovePortGroup',
  'AddVirtualSwitch',
  'UpdateVirtualSwitch',
  'RemoveVirtualSwitch',
  'SelectVnicForNicType',
  'DeselectVnicForNicType',
  'ReconfigureDVPortgroup_Task',
  'ReconfigureComputeResource_Task',
  'RelocateVM_Task',
]);

/** What these answer goes back to vCenter as it came, and is shown to nobody: the session's key, with some servers its
 * cookie too, and an object that is named after the session. */
const SENT_BACK: ReadonlySet<OperationName> = new Set(['Login', 'RetrieveManagedMethodExecuter']);

/** Calls of one operation after another with the session's cookie. Reads are repeated while vCenter restarts; a write is sent
 * once, and where its answer is lost the error's `retry` is `outcome-unknown`. Nothing that is thrown or logged holds a
 * secret. */
export function createSoap(parts: SoapParts): Soap {
  const { transport, clock, log, concealer } = parts;
  let cookie: string | undefined;
  let calls = 0;

  const post = async (operation: OperationName, body: string, timeoutMs: number): Promise<SoapReply> => {
    calls += 1;
    const reply = await transport.post({ body, soapAction: `urn:vim25/${parts.version}`, cookie, timeoutMs });
    // Beside a login, a call of the dead session may still be answered with a new, anonymous cookie.
    if (operation === 'Login' || cookie === undefined) cookie = readCookie(reply.setCookie) ?? cookie;
    if (cookie !== undefined) concealer.learn(cookie.slice(cookie.indexOf('=') + 1).replaceAll('"', ''));
    return reply;
  };

  /** Reads are tried again while vCenter restarts and after a connection was lost; writes never are. */
  const postPatiently = async (operation: OperationName, body: string, timeoutMs: number): Promise<SoapReply> => {
    const isWrite = WRITES.has(operation);
    for (let attempt = 1; ; attempt += 1) {
      const mayRepeat = !isWrite && attempt < ATTEMPTS_MAX;
      try {
        const reply = await post(operation, body, timeoutMs);
        if (!RESTARTING.has(reply.status) || !mayRepeat) return reply;
        log.warn('vcenter.restarting', { operation, status: reply.status, attempt });
      } catch (error) {
        // A second login on a cookie that is logged in is refused like a wrong password.
        const isRepeatable = mayRepeat && attempt === 1 && operation !== 'Login';
        if (!isRepeatable || !isConnectionLost(error)) throw error;
        log.warn('vcenter.connection-lost', { operation, attempt });
      }
      await clock.sleep(pauseMs(attempt));
    }
  };

  return {
    get calls() {
      return calls;
    },
    concealer,
    async call(operation, target, parameters, options = {}) {
      const isWrite = WRITES.has(operation);
      const body = encodeEnvelope(encodeOperation(operation, target, parameters), parts.operationId);
      const timeoutMs = options.timeoutMs ?? (isWrite ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS);
      const context = { operation, about: options.about, isWrite, concealer };
      try {
        const reply = await postPatiently(operation, body, timeoutMs);
        const { skip, take, budget } = options;
        return readReply(operation, reply, { ...context, skip, take, budget });
      } catch (error) {
        throw toCallError(error, context);
      }
    },
    forgetCookie() {
      cookie = undefined;
    },
  };
}

type Reading = Context & XmlOptions & Pick<CallOptions, 'budget'>;
type Context = { operation: OperationName; about: string | undefined; isWrite: boolean; concealer: Concealer };

function readReply<O extends OperationName>(operation: O, reply: SoapReply, context: Reading): Returned<O> {
  if (reply.status !== 200 && reply.status !== 500) throw new HttpStatusError(reply.status);
  const body = readBody(operation, reply, context);
  if (body.name === 'Fault') throw faultToError(body, context);
  // Whoever says that it failed and that it worked is not believed.
  if (reply.status === 500) throw new HttpStatusError(reply.status);
  return decodeResponse(operation, body);
}

function readBody(operation: OperationName, reply: SoapReply, { skip, take, concealer, budget }: Reading): XmlElement {
  budget?.takeDocument(reply.body);
  const isClean = !maySpellSecret(reply.body, concealer);
  const clean = (element: XmlElement) => (isClean ? element : concealElement(element, concealer));
  const each = (element: XmlElement) => {
    budget?.takeElement(element);
    take?.each(clean(element));
  };
  const { body } = decodeEnvelope(reply.body, { skip, take: take && { name: take.name, each } });
  budget?.takeElement(body);
  const isSentBack = SENT_BACK.has(operation) && body.name !== 'Fault';
  return isSentBack ? body : clean(body);
}

class HttpStatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** Names the call in failures below SOAP, and says what they mean for a write. */
function toCallError(error: unknown, context: Context): unknown {
  const what = context.about === undefined ? context.operation : `${context.operation} on ${context.about}`;
  if (error instanceof OpsError) {
    if (error.fault !== undefined || error.retry !== 'outcome-unknown') return error;
    const { code, remedy } = error;
    return new OpsError(code, `${what}: ${error.message}`, { retry: lostRetry(context), remedy, cause: error });
  }
  if (error instanceof HttpStatusError && RESTARTING.has(error.status)) {
    return new OpsError('vcenter-unreachable', `${what}: vCenter is restarting (HTTP ${error.status}).`, {
      retry: lostRetry(context),
      remedy: "Wait until vCenter's services are up again.",
      cause: error,
    });
  }
  if (error instanceof WireError || error instanceof HttpStatusError) {
    // It quotes names of elements, which are the other side's words too.
    const why = shorten(context.concealer.conceal(error.message), WIRE_CHARS_MAX);
    return new OpsError('vcenter-reply-invalid', `${what}: the answer is not one of vCenter's: ${why}.`, {
      retry: context.isWrite ? 'outcome-unknown' : 'never',
      remedy: 'Check that the URL is that of a vCenter, and that nothing in between rewrites its answers.',
      cause: new WireError(why),
    });
  }
  return error;
}

const lostRetry = ({ isWrite }: Context) => (isWrite ? 'outcome-unknown' : 'later');

function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof OpsError) || error.code !== 'vcenter-timeout') return false;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && ['ECONNRESET', 'EPIPE'].includes(String(cause.code));
}

/** The cookie to send back, byte for byte: real ones are wrapped in double quotes that belong to the value. */
function readCookie(setCookie: string | undefined): string | undefined {
  if (setCookie === undefined) return undefined;
  return /^[^=]+=(?:"[^"]*"|[^;]*)/.exec(setCookie)?.[0];
}
