import type { SoapReply, SoapTransport } from '../../shared/vsphere/transport.ts';

/** Keeps what a server answered, and then answers it again at once: what is left is the client's own work. */
export type RecordedTransport = { record(): SoapTransport; replay(): SoapTransport; bytes(): number };

export function createRecordedTransport(server: SoapTransport): RecordedTransport {
  const kept = new Map<string, SoapReply>();
  let versions: { status: number; body: string } | undefined;
  return {
    record: () => ({
      async post(request) {
        const reply = await server.post(request);
        kept.set(request.body, reply);
        return reply;
      },
      async get(path, timeoutMs) {
        versions = await server.get(path, timeoutMs);
        return versions;
      },
      close: () => undefined,
    }),
    replay: () => ({
      async post({ body }) {
        const reply = kept.get(body);
        if (reply === undefined) throw new Error('this request was not recorded');
        return reply;
      },
      async get() {
        if (versions === undefined) throw new Error('nothing was recorded');
        return versions;
      },
      close: () => undefined,
    }),
    bytes: () => Math.max(0, ...[...kept.values()].map((reply) => Buffer.byteLength(reply.body))),
  };
}
