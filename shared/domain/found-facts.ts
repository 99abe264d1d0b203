// What can be said of anything that explains bad paths, whatever it is.
import { contains } from './ip-network.ts';
import type { Cell } from './matrix.ts';
import type { Found } from './matrix-found.ts';
import type { Layer } from './matrix-layer.ts';
import { pathMtu } from './paths.ts';

/** Equal for parties that one sentence can name together. */
export function togetherKey({ kind }: Layer, found: Found): string {
  const size = kind === 'size' ? `${bytesText(found)} ${fullBytes(found)}` : '';
  return JSON.stringify([found.kind, found.grain, found.scope, isRouted(found), size, wordsOfEsxi(found)]);
}

/** Of paths some of which don't answer at all, only the others are meant. */
export function answering({ others }: Layer, { groups }: Found): string {
  const ends = new Set(groups.flat());
  return others.some(({ from, to }) => ends.has(from) || ends.has(to)) ? ' that answers' : '';
}

/** Whether all paths of the other direction are good; false where both are meant. */
export function isBackGood({ links }: Layer, { scope, groups }: Found): boolean {
  const ends = new Set(groups.flat());
  const back = links.filter(({ from, to }) => ends.has(scope === 'out' ? to : from));
  return scope !== 'both' && back.length > 0 && back.every((link) => !link.isBad);
}

/** A sentence with the first reason ESXi gave for not sending, if it gave one. */
export function wordsOfEsxi({ links }: Found): string {
  const reasons = links.flatMap(({ cell }) => (cell.result.kind === 'refused' ? [cell.result.reason] : []));
  const [first] = reasons;
  return first === undefined ? '' : ` ESXi says why it can't send: ${first.slice(0, 120)}.`;
}

/** "1500", or "1400 to 1500" where paths differ. */
export function bytesText({ links }: Found): string {
  const sizes = links.flatMap(({ cell }) => (cell.result.kind === 'mtu' ? [cell.result.mtuBytes] : []));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least === most ? `${most}` : `${least} to ${most}`;
}

/** What the ends are set up for. */
export const fullBytes = ({ links }: Found): number => Math.max(...links.map(({ cell }) => pathMtu(cell)));

/** The Ethernet standard ends at 1500 bytes; what is longer has to be switched on at each port. */
export const isJumbo = (found: Found): boolean => fullBytes(found) > 1500;

/** Whether all of it lies between subnets with a gateway each. */
export const isRouted = ({ links }: Found): boolean => links.every(({ cell }) => isBetweenSubnets(cell));

function isBetweenSubnets({ from, to }: Cell): boolean {
  return from.gateway !== undefined && to.gateway !== undefined && !contains(from, to.address);
}

/** The first three, and how many more there are. */
export const listed = (texts: string[]): string =>
  texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more` : texts.join(', ');
