import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Trust } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';

export type TlsTarget = { host: string; port: number; trust: Trust; timeoutMs: number };

/** Connects and answers with a socket only when the certificate is trusted: nothing was written to it before that. */
export function connectTrusted(
  target: TlsTarget,
  done: (error: OpsError | undefined, socket?: TLSSocket) => void,
): TLSSocket {
  const { host, port, trust } = target;
  const socket = connect({
    host,
    port,
    // The certificate is judged below, so that a refusal can name the one that was seen.
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trust.kind === 'ca' ? { ca: trust.pem } : {}),
  });
  let isSettled = false;
  const settle = (error: OpsError | undefined) => {
    if (isSettled) return;
    isSettled = true;
    socket.setTimeout(0);
    if (error === undefined) return done(undefined, socket);
    socket.destroy();
    done(error);
  };
  socket.setTimeout(target.timeoutMs, () =>
    settle(unreachable(target, new Error(`no connection in ${target.timeoutMs} ms`))),
  );
  socket.on('error', (cause) => settle(unreachable(target, cause)));
  socket.once('close', () => settle(unreachable(target, new Error('closed while connecting'))));
  socket.once('secureConnect', () => settle(judge(socket, target)));
  return socket;
}

function judge(socket: TLSSocket, { host, port, trust }: TlsTarget): OpsError | undefined {
  const seen = socket.getPeerCertificate().fingerprint256;
  if (trust.kind === 'sha256') {
    if (seen !== undefined && normalize(seen) === normalize(trust.fingerprint)) return undefined;
  } else if (socket.authorized) return undefined;
  const expected =
    trust.kind === 'sha256' ? 'not the one that is pinned' : `not trusted (${String(socket.authorizationError)})`;
  return new OpsError(
    'vcenter-untrusted',
    `${host}:${port} shows the certificate ${seen ?? 'without a key'}: ${expected}.`,
    {
      retry: 'never',
      remedy:
        'Compare this SHA-256 with the one shown on the vCenter appliance itself. If it is the same, pin it in ' +
        'vmotion.yaml (trust: sha256), or name the CA that signed it (trust: ca). If not, somebody is in between.',
    },
  );
}

function unreachable({ host, port }: TlsTarget, cause: Error): OpsError {
  return new OpsError('vcenter-unreachable', `No connection to vCenter at ${host}:${port}: ${cause.message}.`, {
    retry: 'later',
    remedy: 'Check the URL in vmotion.yaml, name resolution, and that a route and a firewall rule lead to that port.',
    cause,
  });
}

// Fingerprints are written with and without colons, in both cases.
const normalize = (fingerprint: string) => fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
