import type { Found } from './matrix-found.ts';
import { type Layer, NOT_SEPARATE } from './matrix-layer.ts';
import type { MatrixNames } from './matrix-names.ts';
import { answering, isBackGood, wordsOfEsxi, bytesText, fullBytes, isJumbo, isRouted, listed } from './found-facts.ts';

/** A host, an adapter, a gateway: what is wrong with all its paths, and where to look. */
export function partySentence(layer: Layer, found: Found, names: MatrixNames): string {
  const [ends = []] = found.groups;
  const who = names.of(ends, found.grain);
  const isMany = names.countHosts(ends) > 1;
  const paths = pathsText(found, who, names);
  switch (layer.kind) {
    case 'silent':
      return `${silentPartyText(layer, found, names)}${wordsOfEsxi(found)}`;
    case 'loss': {
      const silent = found.links.filter(({ cell }) => cell.result.kind !== 'lossy').length;
      const rest = silent === 0 ? '' : ` (${silent} of ${found.links.length} do not answer at all)`;
      return (
        `Every path ${paths} loses packets${rest}: look at ${isMany ? 'their' : 'its'} cables and uplinks, and at the ` +
        'error counters of the switch ports.'
      );
    }
    case 'size': {
      const place = isJumbo(found)
        ? `look for a switch port or uplink of ${names.hosts(ends)} that is not set to jumbo frames`
        : `look at the MTU of the switch ports and uplinks of ${names.hosts(ends)}`;
      const back = isBackGood(layer, found) ? ', while the way back takes full size' : '';
      return (
        `Every path ${paths}${answering(layer, found)} lets only ${bytesText(found)} bytes through, ` +
        `not ${fullBytes(found)}${back}: ${place}.`
      );
    }
    case 'leak':
      return `${who} ${reachText(found, isMany)} on ${found.links.length} paths, and must not: ${NOT_SEPARATE}.`;
    default:
      throw new Error(`unknown layer ${layer.kind satisfies never}`);
  }
}

/** "to and from esx01", "from esx01 to other subnets". */
function pathsText({ scope, grain, groups }: Found, who: string, names: MatrixNames): string {
  if (grain === 'gateway') return `through the gateway ${listed(names.gateways(groups[0] ?? []))} (${who})`;
  const other = grain === 'routed';
  if (scope === 'out') return `from ${who}${other ? ' to other subnets' : ''}`;
  if (scope === 'in') return `to ${who}${other ? ' from other subnets' : ''}`;
  return `to and from ${who}${other ? ' that crosses subnets' : ''}`;
}

function silentPartyText(layer: Layer, found: Found, names: MatrixNames): string {
  const [ends = []] = found.groups;
  const who = names.of(ends, found.grain);
  const isMany = names.countHosts(ends) > 1;
  const gateways = names.gateways(ends);
  const isBehindGateway = gateways.length > 0 && isRouted(found);
  const [its, is] = isMany ? ['their', 'are'] : ['its', 'is'];
  const gateway = `${its} ${gateways.length > 1 ? 'gateways' : 'gateway'} ${listed(gateways)}`;
  if (found.scope === 'out') {
    const place = isBehindGateway ? `${gateway}, and for a filter on the way` : 'a filter on the way out';
    const back = isBackGood(layer, found) ? `, while ${isMany ? 'they are' : 'it is'} reached` : '';
    const look = isBehindGateway ? 'at' : 'for';
    return `Nothing that ${who} ${isMany ? 'send' : 'sends'} arrives${back}: look ${look} ${place}.`;
  }
  if (found.scope === 'in') {
    const back = isBackGood(layer, found) ? `, while what ${isMany ? 'they send' : 'it sends'} arrives` : '';
    const also = isBehindGateway ? `, and at ${gateway}` : '';
    return `Nobody reaches ${who}${back}: look for a filter on the way there${also}.`;
  }
  if (found.grain === 'gateway') {
    const cut = `${names.hosts(ends)} ${is} cut off from other subnets`;
    return `No path through the gateway ${listed(gateways)} works, while others do: ${cut}.`;
  }
  if (found.grain === 'routed') return `No path between ${who} and other subnets works: look at ${gateway}.`;
  const others = layer.links.some((link) => !link.isBad) ? ', while others do' : '';
  const isOneFamily = found.grain === 'family' || (found.grain === 'end' && ends.length > 1);
  if (isOneFamily)
    return `No path to or from ${who} works${others}: look at ${its} addresses, routes and gateway of this family.`;
  const port = isMany
    ? 'their uplinks, their VLAN or the switch ports behind them'
    : 'its uplink, its VLAN or the switch port behind it';
  const place = isBehindGateway
    ? `${gateway}, ${isMany ? 'their uplinks or their VLAN' : 'its uplink or its VLAN'}`
    : port;
  return `No path to or from ${who} works${others}: look at ${place}.`;
}

function reachText({ scope }: Found, isMany: boolean): string {
  const reach = `${isMany ? 'reach' : 'reaches'} other islands`;
  if (scope === 'out') return reach;
  const is = isMany ? 'are' : 'is';
  return scope === 'in' ? `${is} reached from other islands` : `${reach} and ${is} reached from there`;
}
