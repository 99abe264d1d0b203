import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The code points that a TrueType font of the package dejavu-fonts-ttf has a glyph for, from its character map (format 12
 * where it has one, else format 4; OpenType 1.9, "cmap"). */
export function readFontLetters(name: string): Set<number> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = Array.from({ length: view.getUint16(4) }, (_, index) => 12 + index * 16);
  const cmap = tables.find((at) => bytes.toString('latin1', at, at + 4) === 'cmap');
  if (cmap === undefined) throw new Error(`${name} has no cmap`);
  const start = view.getUint32(cmap + 8);
  const subtables = Array.from(
    { length: view.getUint16(start + 2) },
    (_, index) => start + view.getUint32(start + 4 + index * 8 + 4),
  );
  const wide = subtables.find((at) => view.getUint16(at) === 12);
  if (wide !== undefined) return readGroups(view, wide);
  const narrow = subtables.find((at) => view.getUint16(at) === 4);
  if (narrow === undefined) throw new Error(`${name} has no character map that is known here`);
  return readSegments(view, narrow);
}

function readGroups(view: DataView, at: number): Set<number> {
  const letters = new Set<number>();
  for (let group = 0; group < view.getUint32(at + 12); group += 1) {
    const place = at + 16 + group * 12;
    for (let code = view.getUint32(place); code <= view.getUint32(place + 4); code += 1) letters.add(code);
  }
  return letters;
}

function readSegments(view: DataView, at: number): Set<number> {
  const letters = new Set<number>();
  const twice = view.getUint16(at + 6);
  for (let segment = 0; segment < twice; segment += 2) {
    const end = view.getUint16(at + 14 + segment);
    const first = view.getUint16(at + 16 + twice + segment);
    for (let code = first; code <= end && code !== 0xffff; code += 1) letters.add(code);
  }
  return letters;
}
