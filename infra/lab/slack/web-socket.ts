// A WebSocket's server side (RFC 6455), as far as Socket Mode needs it: text, ping, pong, close. Node has only a client.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export type WebSocketServerSide = {
  send(text: string): void;
  /** Says goodbye; the socket ends when the other side has answered, or after a second. */
  close(code: number): void;
};

export type WebSocketListeners = { onText: (text: string) => void; onClose: () => void };

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const PAYLOAD_BYTES_MAX = 1024 * 1024;
const PING_MS = 10_000;
const GOODBYE_MS = 1000;
const PROTOCOL_ERROR = 1002;

const OPCODES = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa };

/** Answers the upgrade and speaks from then on. Undefined, and the socket ended, for a request that is no handshake. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  { onText, onClose }: WebSocketListeners,
): WebSocketServerSide | undefined {
  const key = request.headers['sec-websocket-key'];
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || key === undefined) {
    socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    return undefined;
  }
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
      `sec-websocket-accept: ${accept}\r\n\r\n`,
  );
  let isClosing = false;
  const close = (code: number) => {
    if (isClosing) return;
    isClosing = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    socket.write(toFrame(OPCODES.close, payload));
    setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
  };
  const take = createFrameReader({
    onText,
    onPing: (payload) => socket.write(toFrame(OPCODES.pong, payload)),
    onClose: () => {
      close(1000);
      socket.end();
    },
    onWrong: () => close(PROTOCOL_ERROR),
  });
  const pings = setInterval(() => socket.write(toFrame(OPCODES.ping, Buffer.alloc(0))), PING_MS);
  pings.unref();
  socket.on('data', take);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearInterval(pings);
    onClose();
  });
  return {
    send: (text) => {
      if (!isClosing) socket.write(toFrame(OPCODES.text, Buffer.from(text)));
    },
    close,
  };
}

/** What a server sends is one whole frame, and not masked. */
export function toFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(2) : Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

type FrameListeners = {
  onText: (text: string) => void;
  onPing: (payload: Buffer) => void;
  onClose: () => void;
  onWrong: () => void;
};

/** Takes bytes as they come, in whatever pieces, and tells what they say. */
export function createFrameReader({ onText, onPing, onClose, onWrong }: FrameListeners): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let isOver = false;
  const end = (tell: () => void) => {
    isOver = true;
    tell();
  };
  const take = ({ opcode, isLast, payload }: Frame) => {
    if (opcode === OPCODES.ping) onPing(payload);
    if (opcode === OPCODES.close) end(onClose);
    if (opcode !== OPCODES.text && opcode !== OPCODES.continuation) return;
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > PAYLOAD_BYTES_MAX) return end(onWrong);
    if (!isLast) return;
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    onText(text);
  };
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    // As many frames as there are bytes for.
    for (;;) {
      if (isOver) return;
      const frame = readFrame(rest);
      if (frame === 'incomplete') return;
      if (frame === 'wrong') return end(onWrong);
      rest = rest.subarray(frame.bytes);
      take(frame);
    }
  };
}

type Frame = { opcode: number; isLast: boolean; payload: Buffer; bytes: number };

function readFrame(buffer: Buffer): Frame | 'incomplete' | 'wrong' {
  const [first, second] = buffer;
  if (first === undefined || second === undefined) return 'incomplete';
  // A client masks everything, and nobody asked for an extension's bits.
  if ((second & 0x80) === 0 || (first & 0x70) !== 0) return 'wrong';
  const size = second & 0x7f;
  const lengthBytes = size === 126 ? 2 : size === 127 ? 8 : 0;
  const at = 2 + lengthBytes + 4;
  if (buffer.length < at) return 'incomplete';
  const length =
    lengthBytes === 0 ? size : lengthBytes === 2 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  if (length > PAYLOAD_BYTES_MAX) return 'wrong';
  if (buffer.length < at + length) return 'incomplete';
  const mask = buffer.subarray(at - 4, at);
  const payload = Buffer.from(buffer.subarray(at, at + length));
  for (let index = 0; index < length; index += 1) payload[index] = payload[index]! ^ mask[index % 4]!;
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, bytes: at + length };
}
