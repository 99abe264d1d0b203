// The vMotion stack's own default gateway on one host, from the rule in vmotion.yaml.
import { configPath } from './config-path.ts';
import type { Finding, FindingCode } from './finding.ts';
import { findHostEntry } from './host-entry.ts';
import { type Cidr, contains, firstUsable, isIpv4, subnetText, unusableBecause } from './ip-network.ts';
import type { GatewayRule } from './profile.ts';

/** `adapters`: those of the host whose address is known. `first`: the profile's first adapter, if it is among them.
 * `isAnyUnknown`: another adapter gets its address by DHCP, so its subnet may be the gateway's. */
export type GatewayContext = { host: string; adapters: Cidr[]; first: Cidr | undefined; isAnyUnknown: boolean };

const GATEWAY_PATH = ['profile', 'stack', 'gateway'];

export type GatewayAnswer = { address: string | undefined; findings: Finding[] };

/** The gateway with what is wrong with it: a wrong one is still named, so that a person sees what was meant. `at`: where
 * the rule stands in vmotion.yaml. */
export function gatewayByRule(
  rule: GatewayRule,
  context: GatewayContext,
  at: (string | number)[] = GATEWAY_PATH,
): GatewayAnswer {
  switch (rule.kind) {
    case 'none':
      return { address: undefined, findings: [] };
    case 'first-address':
      // Without the first adapter's address there is a finding already.
      if (context.first === undefined) return { address: undefined, findings: [] };
      return judged(firstUsable(context.first), context, at);
    case 'address':
      return judged(rule.address, context, at);
    case 'per-host':
      return fromHosts(rule.addresses, context, at);
    default:
      throw new Error(`unknown gateway rule ${JSON.stringify(rule satisfies never)}`);
  }
}

function fromHosts(addresses: Record<string, string>, context: GatewayContext, at: (string | number)[]): GatewayAnswer {
  const entry = findHostEntry(addresses, context.host);
  if (entry !== undefined) return judged(entry.value, context, [...at, entry.key]);
  const message = `${context.host} gets no gateway: it is not among the hosts listed.`;
  const remedy = `Add ${context.host} under ${configPath(at)} in vmotion.yaml.`;
  return { address: undefined, findings: [toFinding('no-gateway-for-host', context.host, { message, remedy })] };
}

function judged(address: string, context: GatewayContext, at: (string | number)[]): GatewayAnswer {
  const remedy = `Correct ${configPath(at)} in vmotion.yaml.`;
  const find = (code: FindingCode, message: string): GatewayAnswer => {
    return { address, findings: [toFinding(code, context.host, { message: `${context.host}: ${message}`, remedy })] };
  };
  if (!isIpv4(address)) return find('gateway-outside-subnet', `the gateway ${address} is not an IPv4 address.`);
  // With no adapter there is nothing to compare with, and a finding already.
  if (context.adapters.length === 0) return { address, findings: [] };
  const own = context.adapters.find((adapter) => adapter.address === address);
  if (own !== undefined) return find('gateway-is-own-address', `the gateway ${address} is the adapter's own address.`);
  const local = context.adapters.find((adapter) => contains(adapter, address));
  if (local === undefined) {
    if (context.isAnyUnknown) return { address, findings: [] };
    const subnets = context.adapters.map(subnetText).join(', ');
    return find('gateway-outside-subnet', `the gateway ${address} lies outside every adapter's subnet (${subnets}).`);
  }
  const reason = unusableBecause({ ...local, address });
  if (reason !== undefined) return find('address-not-usable', `${address} can't be a gateway: ${reason}.`);
  return { address, findings: [] };
}

function toFinding(code: FindingCode, host: string, text: { message: string; remedy: string }): Finding {
  return { code, severity: 'blocking', host, ...text };
}
