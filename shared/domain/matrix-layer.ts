import type { Link } from './matrix-links.ts';

/** What is wrong with a path: no answer at all, packets lost, only small packets, an answer where none must come. */
export type LayerKind = 'silent' | 'loss' | 'size' | 'leak';

/** `links`: all of the layer, good and bad, for what can be said of the rest. `others`: paths that should be reachable
 * and are too bad for this layer. */
export type Layer = { kind: LayerKind; links: Link[]; others: Link[] };

/** The end of each sentence about a leak. */
export const NOT_SEPARATE = 'the islands are not separate';
