import type { LabResponse, LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { OpsError } from '../../shared/errors.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';

/** What may happen to a request on its way; throwing `lostAnswer()` after the call, `notSent()` before it. `instead`:
 * what somebody before vCenter answers without asking it. `reply`: what comes back of its answer. */
export type Wire = {
  before?(): Promise<void> | void;
  instead?(): LabResponse | undefined;
  after?(): Promise<void> | void;
  reply?(reply: LabResponse): LabResponse;
};

/** The simulated vCenter without sockets: the client's own codec on one side, the simulator's on the other. */
export function createLabTransport(lab: LabVcenter, wire: Wire = {}): SoapTransport {
  const send = async (request: {
    method: string;
    path: string;
    headers: Record<string, string | undefined>;
    body: string;
  }) => {
    await wire.before?.();
    const other = wire.instead?.();
    if (other !== undefined) return other;
    // A hook that broke the connection: the caller never learns what happened.
    const reply = await lab.handle(request).catch((error: unknown) => {
      throw lostAnswer(error);
    });
    await wire.after?.();
    return wire.reply?.(reply) ?? reply;
  };
  return {
    async post({ body, soapAction, cookie }) {
      const headers = { 'content-type': 'text/xml; charset="utf-8"', soapaction: soapAction, cookie };
      const reply = await send({ method: 'POST', path: '/sdk', headers, body });
      return { status: reply.status, body: reply.body, setCookie: reply.headers['set-cookie'] };
    },
    async get(path) {
      const { status, body } = await send({ method: 'GET', path, headers: {}, body: '' });
      return { status, body };
    },
    close: () => undefined,
  };
}

/** As the HTTPS transport says it when a request left and no answer came. */
export function lostAnswer(cause?: unknown): OpsError {
  const remedy = 'The host is observed before anything is repeated.';
  return new OpsError('vcenter-timeout', 'vCenter did not answer in time.', {
    retry: 'outcome-unknown',
    remedy,
    cause,
  });
}

/** As the HTTPS transport says it when nothing was sent. */
export function notSent(): OpsError {
  return new OpsError('vcenter-unreachable', 'vCenter can not be reached.', {
    retry: 'later',
    remedy: 'Check the network.',
  });
}
