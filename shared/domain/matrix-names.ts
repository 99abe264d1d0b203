// What the ends of a matrix are called in a sentence.
import { hostLabels, nameHosts } from './host-names.ts';
import { isIpv6, subnetText } from './ip-network.ts';
import type { Endpoint } from './matrix.ts';
import type { GrainKind } from './matrix-links.ts';

/** `places` are those of the list of ends. `of`: the grain tells whether hosts, adapters or addresses are meant. */
export type MatrixNames = {
  /** "esx01 vmk2", and "esx01 vmk2 IPv6". */
  end: (end: Endpoint) => string;
  /** "esx01-esx32", or "vmk3 of esx01-esx32", or "esx01 vmk2 (172.16.1.51)" where that is all there is. */
  of: (places: number[], grain: GrainKind) => string;
  /** The same without the address. */
  short: (places: number[], grain: GrainKind) => string;
  hosts: (places: number[]) => string;
  gateways: (places: number[]) => string[];
  countHosts: (places: number[]) => number;
  host: (host: string) => string;
};

/** Names that mean one host each among these ends. */
export function createMatrixNames(ends: Endpoint[]): MatrixNames {
  const labels = hostLabels(ends.map(({ host }) => host));
  const host = (name: string) => labels.get(name) ?? name;
  const hasFamilies = new Set(ends.map(({ address }) => isIpv6(address))).size > 1;
  const at = (places: number[]) => places.flatMap((place) => ends[place] ?? []);
  const hosts = (places: number[]) => nameHosts(at(places).map((end) => host(end.host)));
  const end = (one: Endpoint) => `${host(one.host)} ${one.device}${isIpv6(one.address) ? ' IPv6' : ''}`;
  const hostCount = new Set(ends.map((one) => one.host)).size;
  const countHosts = (places: number[]) => new Set(at(places).map((one) => one.host)).size;
  const short = (places: number[], grain: GrainKind) => {
    const [first, second] = at(places);
    if (first !== undefined && second === undefined) return end(first);
    if (grain === 'subnet' || grain === 'island') {
      const subnets = nameHosts(at(places).map((one) => subnetText(one)));
      return `${countHosts(places) < hostCount ? hosts(places) : devices(at(places))} (${subnets})`;
    }
    const family = (grain === 'family' || grain === 'end') && hasFamilies ? ` (${familyOf(first)})` : '';
    const isOfAdapter = grain === 'device' || grain === 'end';
    return `${isOfAdapter ? `${devices(at(places))} of ` : ''}${hosts(places)}${family}`;
  };
  return {
    end,
    hosts,
    host,
    short,
    of: (places, grain) => {
      const [first, second] = at(places);
      return first !== undefined && second === undefined ? `${end(first)} (${first.address})` : short(places, grain);
    },
    countHosts,
    gateways: (places) => [...new Set(at(places).flatMap(({ gateway }) => gateway ?? []))],
  };
}

const devices = (ends: Endpoint[]): string => nameHosts(ends.map(({ device }) => device));

function familyOf(end: Endpoint | undefined): string {
  return end !== undefined && isIpv6(end.address) ? 'IPv6' : 'IPv4';
}
