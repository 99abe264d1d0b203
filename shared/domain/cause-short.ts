import type { Found } from './matrix-found.ts';
import type { LayerKind } from './matrix-layer.ts';
import type { MatrixNames } from './matrix-names.ts';
import { isRouted, listed } from './found-facts.ts';

/** A few words for a table. */
export function causeShort(kind: LayerKind, found: Found, names: MatrixNames): string {
  const { kind: what, grain, scope, groups } = found;
  if (kind === 'leak') return 'leak between islands';
  const trouble = { silent: 'no answer', loss: 'loss', size: 'MTU' }[kind];
  if (what === 'all') return grain === 'host' ? `${trouble} everywhere` : `${trouble} in the whole network`;
  if (what !== 'party') return what === 'groups' ? `${trouble} between groups` : `${trouble} from group to group`;
  const [first = []] = groups;
  const who = names.short(first, grain);
  if (grain === 'gateway') return `${trouble} by gateway ${listed(names.gateways(first))}`;
  if (kind !== 'silent') return `${trouble} ${{ both: 'at', out: 'from', in: 'to' }[scope]} ${who}`;
  if (scope !== 'both') return scope === 'out' ? `${who} can't send` : `${who} is not reached`;
  if (grain === 'routed') return `gateway of ${who}`;
  return isRouted(found) ? `gateway or VLAN of ${who}` : `uplink or VLAN of ${who}`;
}
