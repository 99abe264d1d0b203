/** A part of the picture as wide as the picture, drawn from its own upper edge. `height` in pixels. */
export type Part = { svg: string; height: number };
