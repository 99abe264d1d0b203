// What explains bad paths, in words for somebody who is woken up by it: what doesn't work, and where to look.
import type { Found } from './matrix-found.ts';
import { type Layer, NOT_SEPARATE } from './matrix-layer.ts';
import type { MatrixNames } from './matrix-names.ts';
import { answering, wordsOfEsxi, bytesText, fullBytes, isJumbo, isRouted, listed } from './found-facts.ts';
import { partySentence } from './party-words.ts';

/** One sentence or two: what is wrong with the paths that were found, and where to look. */
export function causeSentence(layer: Layer, found: Found, names: MatrixNames): string {
  switch (found.kind) {
    case 'all':
      return allSentence(layer, found, names);
    case 'party':
      return partySentence(layer, found, names);
    case 'groups':
      return groupsSentence(layer, found, names);
    case 'one-way':
      return oneWaySentence(layer, found, names);
    default:
      throw new Error(`unknown cause ${found.kind satisfies never}`);
  }
}

function allSentence(layer: Layer, found: Found, names: MatrixNames): string {
  const { kind } = layer;
  const [ends = []] = found.groups;
  const isOfRoutes = found.grain === 'gateway' || found.grain === 'routed';
  const where = isOfRoutes ? ' between subnets' : found.grain === 'host' ? '' : ` among ${names.of(ends, found.grain)}`;
  const every = `Every path${where}${answering(layer, found)}`;
  const shared = isOfRoutes ? `the gateways (${listed(names.gateways(ends))}) and the routing between them` : SHARED;
  switch (kind) {
    case 'silent':
      return `No path${where} works: look at ${shared}.${wordsOfEsxi(found)}`;
    case 'loss':
      return `${every} loses packets: look at ${shared}.`;
    case 'size':
      return (
        `${every} lets only ${bytesText(found)} bytes through, not ${fullBytes(found)}: ` +
        `${isJumbo(found) ? 'the network between the hosts is not set to jumbo frames' : `look at ${shared}`}.`
      );
    case 'leak':
      return `All ${found.links.length} paths from one island to another answer, and must not: ${NOT_SEPARATE}.`;
    default:
      throw new Error(`unknown layer ${kind satisfies never}`);
  }
}

function groupsSentence({ kind }: Layer, found: Found, names: MatrixNames): string {
  const groups = groupsText(found, names);
  switch (kind) {
    case 'silent': {
      const place = isRouted(found)
        ? `the routing between their subnets (gateways ${listed(names.gateways(found.groups.flat()))})`
        : 'the VLAN and the links between the groups';
      return `${groups} do not reach each other at all: look at ${place}.`;
    }
    case 'loss':
      return `${groups} reach each other only with loss: look at the links between the groups.`;
    case 'size': {
      const what = isJumbo(found) ? 'is not jumbo' : `does not take ${fullBytes(found)} bytes`;
      const path = found.groups.length === 2 ? 'the path between the two groups' : 'what joins the groups';
      return `${groups} reach each other only with packets up to ${bytesText(found)} bytes: ${path} ${what}.`;
    }
    case 'leak':
      return `${groups} reach each other on ${found.links.length} paths, and must not: ${NOT_SEPARATE}. ${JOINED}`;
    default:
      throw new Error(`unknown layer ${kind satisfies never}`);
  }
}

function oneWaySentence({ kind, links }: Layer, found: Found, names: MatrixNames): string {
  const [from = '', to = ''] = found.groups.map((group) => names.of(group, found.grain));
  const [starts, stops] = found.groups.map((group) => new Set(group));
  const returning = links.filter((link) => stops?.has(link.from) === true && starts?.has(link.to) === true);
  const isBackGood = returning.length > 0 && returning.every((link) => !link.isBad);
  const back = (what: string) => (isBackGood ? `, while the way back ${what}` : '');
  switch (kind) {
    case 'silent':
      return `Nothing from ${from} reaches ${to}${back('works')}: look for a filter between the groups.`;
    case 'loss':
      return `Every path from ${from} to ${to} loses packets${back('does not')}: look at the links between the groups.`;
    case 'size':
      return (
        `From ${from} to ${to} only packets up to ${bytesText(found)} bytes get through, not ${fullBytes(found)}` +
        `${back('takes them')}: look at the links of that direction.`
      );
    case 'leak':
      return `${from} can send to ${to} on ${found.links.length} paths, and must not: ${NOT_SEPARATE}.`;
    default:
      throw new Error(`unknown layer ${kind satisfies never}`);
  }
}

/** "esx01-esx32 and esx33-esx64"; names that are lists themselves in brackets. */
function groupsText({ groups, grain }: Found, names: MatrixNames): string {
  const texts = groups.map((group) => names.of(group, grain));
  if (texts.length > 2) {
    const shown = texts.slice(0, 4).map((text) => `(${text})`);
    return `${texts.length} groups, ${shown.join(', ')}${texts.length > 4 ? ` and ${texts.length - 4} more,` : ','}`;
  }
  const isList = texts.some((text) => text.includes(' and ') || text.includes(', '));
  return isList ? `One group (${texts[0]}) and another (${texts[1]})` : texts.join(' and ');
}

const JOINED = 'Look for a router or a VLAN that joins them.';
const SHARED = 'what the hosts share, the VLAN and the switches between them';
