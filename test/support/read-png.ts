// A PNG as its pixels, read without any help of what wrote it. Only what the product writes: 8 bits, no interlacing.
import { inflateSync } from 'node:zlib';

const SIGNATURE = '89504e470d0a1a0a';
const CHANNELS: Record<number, number> = { 2: 3, 6: 4 };

/** `pixelAt` answers red, green and blue. */
export type Png = { width: number; height: number; pixelAt(x: number, y: number): [number, number, number] };

/** Throws for what is no PNG, or cut off. */
export function readPng(bytes: Uint8Array): Png {
  const png = Buffer.from(bytes);
  if (png.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('no PNG signature');
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined || chunks.at(-1)?.type !== 'IEND') throw new Error('no whole PNG');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS[header.readUInt8(9)];
  if (header.readUInt8(8) !== 8 || channels === undefined || header.readUInt8(12) !== 0) throw new Error('other PNG');
  const data = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data)));
  const pixels = unfilter(data, { height, stride: width * channels, step: channels });
  return {
    width,
    height,
    pixelAt(x, y) {
      if (x < 0 || y < 0 || x >= width || y >= height) throw new Error(`no pixel at ${x}, ${y}`);
      const [red = 0, green = 0, blue = 0] = pixels.subarray((y * width + x) * channels);
      return [red, green, blue];
    },
  };
}

function readChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** Each row is coded against its left and upper neighbours, in one of five ways: PNG, section 9. */
function unfilter(data: Buffer, { height, stride, step }: { height: number; stride: number; step: number }): Buffer {
  if (data.length !== height * (stride + 1)) throw new Error('too few pixels');
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y += 1) {
    const kind = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < step ? 0 : (out[at - step] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < step || y === 0 ? 0 : (out[at - stride - step] ?? 0);
      const predicted = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][kind] ?? 0;
      out[at] = ((data[y * (stride + 1) + 1 + x] ?? 0) + predicted) & 255;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
