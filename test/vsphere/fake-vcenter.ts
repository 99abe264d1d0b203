import type { Clock } from '../../shared/ports.ts';
import { decodeEnvelope, encodeEnvelope, encodeFault } from '../../shared/vsphere/envelope.ts';
import { decodeOperation, encodeResponse } from '../../shared/vsphere/operation-codec.ts';
import type { SoapReply, SoapRequest, SoapTransport } from '../../shared/vsphere/transport.ts';

export type Call = { operation: string; target: { type: string; value: string }; parameters: Record<string, unknown> };

/** A fault to answer with. */
export class Fault extends Error {
  readonly fault: { _type: string };
  constructor(fault: { _type: string } & Record<string, unknown>, message: string = fault._type) {
    super(message);
    this.fault = fault;
  }
}

export type FakeVcenter = SoapTransport & {
  /** Session cookies that are logged in now. */
  readonly sessions: Set<string>;
  /** Every call that reached the server, in order, refused or not. */
  readonly calls: (Call & { cookie: string | undefined; operationId: string | undefined; soapAction: string })[];
  /** What an operation answers, by name. May throw a `Fault`, or anything the transport may throw. */
  answers: Record<string, (call: Call) => unknown>;
  /** Replaces the next answers whole, oldest first. */
  readonly interruptions: ((request: SoapRequest) => SoapReply)[];
  about: Record<string, string>;
  versions: { status: number; body: string };
  isClosed: boolean;
};

const REF = (type: string, value: string) => ({ type, value });
const VERSIONS =
  '<namespaces version="1.0"><namespace><name>urn:vim25</name><version>8.0.3.0</version>' +
  '<priorVersions><version>8.0.2.0</version><version>6.0</version></priorVersions></namespace></namespaces>';

export const CREDENTIALS = { user: 'svc@vsphere.local', password: 's3cret & <long>' };

/** As much of a vCenter as sessions need: cookies that live and die, and answers that a test gives. */
export function createFakeVcenter(): FakeVcenter {
  let cookies = 0;
  const fake: FakeVcenter = {
    sessions: new Set(),
    calls: [],
    answers: {},
    interruptions: [],
    about: { apiType: 'VirtualCenter', fullName: 'VMware vCenter Server 8.0.3' },
    versions: { status: 200, body: VERSIONS },
    isClosed: false,
    async get() {
      return fake.versions;
    },
    async post(request) {
      const interruption = fake.interruptions.shift();
      if (interruption !== undefined) return interruption(request);
      const { body, operationId } = decodeEnvelope(request.body);
      const call = decodeOperation(body);
      fake.calls.push({ ...call, cookie: request.cookie, operationId, soapAction: request.soapAction });
      // Real values are wrapped in quotes that belong to them. It is set on the first call, login or not.
      const setCookie =
        request.cookie === undefined ? `vmware_soap_session="c-${++cookies}"; Path=/; HttpOnly; Secure` : undefined;
      const cookie = request.cookie ?? `vmware_soap_session="c-${cookies}"`;
      try {
        const value = answer(fake, call, cookie);
        return { status: 200, body: encodeEnvelope(encodeResponse(call.operation, value)), setCookie };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { status: 500, body: encodeEnvelope(encodeFault(error.fault, error.message)), setCookie };
      }
    },
    close() {
      fake.isClosed = true;
    },
  };
  return fake;
}

function answer(fake: FakeVcenter, call: Call, cookie: string): unknown {
  const own = fake.answers[call.operation];
  if (call.operation === 'RetrieveServiceContent') return own?.(call) ?? serviceContent(fake);
  if (call.operation === 'Login') {
    own?.(call);
    const { userName, password } = call.parameters;
    if (fake.sessions.has(cookie)) throw new Fault({ _type: 'InvalidLogin' }, 'already logged in');
    if (userName !== CREDENTIALS.user || password !== CREDENTIALS.password) throw new Fault({ _type: 'InvalidLogin' });
    fake.sessions.add(cookie);
    return SESSION;
  }
  if (!fake.sessions.has(cookie)) throw new Fault({ _type: 'NotAuthenticated' }, 'The session is not authenticated.');
  if (call.operation === 'Logout') fake.sessions.delete(cookie);
  return own?.(call);
}

const serviceContent = (fake: FakeVcenter) => ({
  rootFolder: REF('Folder', 'group-d1'),
  propertyCollector: REF('PropertyCollector', 'propertyCollector'),
  about: {
    name: 'VMware vCenter Server',
    vendor: 'VMware, Inc.',
    version: '8.0.3',
    build: '1',
    osType: 'linux-x64',
    productLineId: 'vpx',
    apiVersion: '8.0.3.0',
    ...fake.about,
  },
  sessionManager: REF('SessionManager', 'SessionManager'),
  authorizationManager: REF('AuthorizationManager', 'AuthorizationManager'),
  eventManager: REF('EventManager', 'EventManager'),
  taskManager: REF('TaskManager', 'TaskManager'),
  diagnosticManager: REF('DiagnosticManager', 'DiagMgr'),
  vmProvisioningChecker: REF('VirtualMachineProvisioningChecker', 'ProvChecker'),
});

const SESSION = {
  key: '52',
  userName: CREDENTIALS.user,
  fullName: CREDENTIALS.user,
  loginTime: '2026-01-02T03:04:05Z',
  lastActiveTime: '2026-01-02T03:04:05Z',
  locale: 'en_US',
  messageLocale: 'en_US',
  extensionSession: false,
  ipAddress: '127.0.0.1',
  userAgent: 'test',
  callCount: 0,
};

/** A clock on which every pause is over at once; `slept` counts its milliseconds. */
export function createInstantClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => new Date(1_800_000_000_000 + clock.slept),
    elapsedMs: () => 0,
    async sleep(ms: number) {
      clock.slept += ms;
    },
  };
  return clock;
}
