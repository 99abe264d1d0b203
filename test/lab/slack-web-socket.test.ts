import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameReader, toFrame } from '../../infra/lab/slack/web-socket.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_121);
const MASK = Buffer.from([1, 2, 3, 4]);

/** As a client sends it: masked, and in as many fragments as there are texts. */
function clientFrames(texts: string[]): Buffer {
  return Buffer.concat(
    texts.map((text, index) => {
      const isLast = index === texts.length - 1;
      const frame = toFrame(index === 0 ? 1 : 0, Buffer.from(text));
      const payload = Buffer.from(Buffer.from(text).map((byte, at) => byte ^ MASK[at % 4]!));
      const head = frame.subarray(0, frame.length - payload.length);
      head[0] = (head[0]! & 0x7f) | (isLast ? 0x80 : 0);
      head[1] = head[1]! | 0x80;
      return Buffer.concat([head, MASK, payload]);
    }),
  );
}

function read(pieces: Buffer[]) {
  const heard: string[] = [];
  const take = createFrameReader({
    onText: (text) => heard.push(text),
    onPing: (payload) => heard.push(`ping ${payload.toString()}`),
    onClose: () => heard.push('close'),
    onWrong: () => heard.push('wrong'),
  });
  for (const piece of pieces) take(piece);
  return heard;
}

it('reads every text whole, in whatever pieces and fragments its bytes come', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.constant('x'.repeat(70_000)));
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
      fc.nat(200),
      (all, size) => {
        const bytes = Buffer.concat(all.map(clientFrames));
        const length = size + 1;
        const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
          bytes.subarray(index * length, (index + 1) * length),
        );
        expect(read(pieces)).toEqual(all.map((texts) => texts.join('')));
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

it.each([
  { what: 'a frame that is not masked', bytes: toFrame(1, Buffer.from('x')), heard: ['wrong'] },
  { what: 'an extension that nobody asked for', bytes: Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), heard: ['wrong'] },
  {
    what: 'a text that is too long',
    bytes: Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    heard: ['wrong'],
  },
  {
    what: 'a goodbye, and nothing after it',
    bytes: Buffer.from([0x88, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0]),
    heard: ['close'],
  },
  { what: 'a ping', bytes: Buffer.from([0x89, 0x81, 0, 0, 0, 0, 0x41]), heard: ['ping A'] },
])('hears $what', ({ bytes, heard }) => {
  expect(read([bytes])).toEqual(heard);
});
