// Socket Mode: the same requests as by HTTP, over a connection that the app opened. Nothing is signed: the ticket is.
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Delivery, Outgoing } from './deliver.ts';
import { parseJson } from './methods/api-arguments.ts';
import { LAB_BOT } from './people.ts';
import { acceptWebSocket, type WebSocketServerSide } from './web-socket.ts';

export type SocketMode = {
  /** A new address to connect to, good for one connection. `host`: of the workspace, with its port. */
  newUrl(host: string): string;
  /** Takes an upgrade; ends one whose ticket is not known. */
  upgrade(request: IncomingMessage, socket: Duplex): void;
  /** How many connections there are. */
  count(): number;
  /** Over one of the connections, in turns. `failed` where the acknowledgement does not come in time. */
  deliver(outgoing: Outgoing, answerWithinMs: number): Promise<Delivery>;
  /** Asks all connections to reconnect, or tells them that Socket Mode was switched off. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  close(): void;
};

const CONNECTIONS_MAX = 10;
const HOST = 'applink-lab';

export function createSocketMode(): SocketMode {
  const tickets = new Set<string>();
  const connections: WebSocketServerSide[] = [];
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;

  const onText = (text: string) => {
    const { envelope_id: id, payload } = (parseJson(text) ?? {}) as { envelope_id?: string; payload?: unknown };
    waiting.get(id ?? '')?.(payload);
  };

  return {
    newUrl(host) {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `ws://${host}/link/?ticket=${ticket}&app_id=${LAB_BOT.appId}`;
    },
    upgrade(request, socket) {
      const { searchParams } = new URL(request.url ?? '/', 'http://lab');
      if (!tickets.delete(searchParams.get('ticket') ?? '') || connections.length >= CONNECTIONS_MAX) {
        socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        return;
      }
      const onClose = () => {
        const index = connections.findIndex((one) => one === side);
        if (index >= 0) connections.splice(index, 1);
      };
      const side = acceptWebSocket(request, socket, { onText, onClose });
      if (side === undefined) return;
      connections.push(side);
      side.send(JSON.stringify(hello(connections.length)));
    },
    count: () => connections.length,
    deliver({ kind, body, retry }, answerWithinMs) {
      turn += 1;
      const connection = connections[turn % Math.max(1, connections.length)];
      if (connection === undefined) return Promise.resolve({ kind: 'failed', error: 'dispatch_failed' });
      const id = randomUUID();
      const answer = new Promise<Delivery>((resolve) => {
        const late = setTimeout(() => resolve({ kind: 'failed', error: 'operation_timeout' }), answerWithinMs);
        waiting.set(id, (payload) => {
          clearTimeout(late);
          resolve(toDelivery(payload));
        });
      });
      const retried = retry === undefined ? {} : { retry_attempt: retry.number, retry_reason: retry.reason };
      const acceptsPayload = kind !== 'events_api';
      const envelope = { envelope_id: id, type: kind, payload: body, accepts_response_payload: acceptsPayload };
      connection.send(JSON.stringify({ ...envelope, ...retried }));
      return answer.finally(() => waiting.delete(id));
    },
    disconnect(reason) {
      const text = JSON.stringify({ type: 'disconnect', reason, debug_info: { host: HOST } });
      for (const connection of connections) connection.send(text);
    },
    close() {
      for (const connection of connections.splice(0)) connection.close(1001);
    },
  };
}

// Without anything to say the real client sends an empty payload.
function toDelivery(payload: unknown): Delivery {
  const isEmpty = payload === undefined || payload === null || Object.keys(payload).length === 0;
  return { kind: 'answered', body: isEmpty ? '' : JSON.stringify(payload), isJson: !isEmpty };
}

function hello(connections: number): object {
  return {
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: LAB_BOT.appId },
    debug_info: {
      host: `${HOST}-${randomBytes(3).toString('hex')}`,
      build_number: 1,
      approximate_connection_time: 18_060,
    },
  };
}
