import { heatMapSvg } from './heat-map-svg.ts';
import { rasterise } from './heat-map-raster.ts';
import { heatMapAltText, type HeatMapInput } from './heat-map-text.ts';

/** A picture to upload. `width` and `height` in pixels. */
export type HeatMap = { png: Uint8Array; width: number; height: number; altText: string };

/**
 * Draws a tested matrix, at most 4096 pixels a side, and says in words what it shows. Up to 128 adapters have rows; of
 * more, those that fail most. Rejects only when the rasteriser's files can't be read: the text of the matrix is then
 * what is left to show.
 */
export async function renderHeatMap(input: HeatMapInput): Promise<HeatMap> {
  const { svg, width, height } = heatMapSvg(input);
  return { png: await rasterise(svg), width, height, altText: heatMapAltText(input) };
}
