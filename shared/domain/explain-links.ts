// The smallest things that explain bad links, the largest of them first.
import { findGroups, findSegments } from './find-groups.ts';
import { findDead, findParties } from './find-parties.ts';
import type { Found } from './matrix-found.ts';
import type { Grain, GrainKind, Grains, Link } from './matrix-links.ts';

const PARTIES: GrainKind[] = ['host', 'gateway', 'routed', 'family', 'device', 'end'];
const SEGMENTS: GrainKind[] = ['island', 'subnet'];
const GROUPS: GrainKind[] = ['host', 'family', 'device', 'end'];

/** Each bad link is explained once, or not at all. What was explained no longer counts when the rest is looked at. */
export function explainLinks(links: Link[], grains: Grains, isOfIslands: boolean): Found[] {
  const found: Found[] = [];
  let open = links;
  const look = (finder: (open: Link[], grain: Grain) => Found[], kinds: GrainKind[]) => {
    for (const grain of grains(kinds)) {
      if (!open.some((link) => link.isBad)) return;
      const fresh = finder(open, grain);
      const taken = new Set(fresh.flatMap((one) => one.links));
      open = open.filter((link) => !taken.has(link));
      found.push(...fresh);
    }
  };
  if (isOfIslands) look(findSegments, ['island']);
  look((left, grain) => {
    const dead = findDead(left, grain);
    return dead.length > 0 ? dead : findParties(left, grain, 'both');
  }, PARTIES);
  look((left, grain) => findParties(left, grain, 'out'), PARTIES);
  look((left, grain) => findParties(left, grain, 'in'), PARTIES);
  if (!isOfIslands) look(findSegments, SEGMENTS);
  look(findGroups, GROUPS);
  return found;
}
