import type { GrainKind, Link } from './matrix-links.ts';

/** Which paths of a party are meant: those to and from it, only those it sends on, only those it is reached on. */
export type Scope = 'both' | 'out' | 'in';

/**
 * Something that explains bad links. `all`: none of the links between these ends is good. `party`: none of those of one
 * host, adapter, ... is. `groups`: none between the groups is, both ways. `one-way`: none from the first group to the
 * second. `groups` holds places in the list of ends, one group for `all` and `party`; `links` the bad ones explained.
 */
export type Found = {
  kind: 'all' | 'party' | 'groups' | 'one-way';
  grain: GrainKind;
  scope: Scope;
  groups: number[][];
  links: Link[];
};
