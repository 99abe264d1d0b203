// SVG to PNG. The rasteriser and its fonts are files: beside the bundle in AWS, in node_modules everywhere else, and
// found the same way in both, because infra/aws/package-files.ts lays them out as npm does.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { FONT_FAMILY } from './heat-map-layout.ts';

/** Made at the first picture, once for a process: most never draw one. */
let fonts: Promise<Uint8Array[]> | undefined;

/** The picture that the SVG describes, in its own size. Holds the process for the time that takes. */
export async function rasterise(svg: string): Promise<Uint8Array> {
  fonts ??= load();
  const fontBuffers = await fonts.catch((error: unknown) => {
    // Not kept: the next picture tries again.
    fonts = undefined;
    throw error;
  });
  const resvg = new Resvg(svg, { font: { fontBuffers, defaultFontFamily: FONT_FAMILY, monospaceFamily: FONT_FAMILY } });
  try {
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    // Its memory is the rasteriser's own, which no collector sees.
    resvg.free();
  }
}

async function load(): Promise<Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  const read = async (name: string) => readFile(resolve(name));
  const [wasm, ...loaded] = await Promise.all([
    read('@resvg/resvg-wasm/index_bg.wasm'),
    read('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
    read('dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf'),
  ]);
  await initWasm(wasm);
  return loaded;
}
