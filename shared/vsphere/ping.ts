import { DEFAULT_NETSTACK } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { HostRef, PingOutcome, PingRequest } from '../ports.ts';
import { dataObjects, type Esxcli, type EsxcliArguments } from './esxcli.ts';
import { findChild, type XmlElement } from './xml.ts';

const TIMEOUT_MS = 90_000;

/** `esxcli network diag ping` on the host. What the network says is an outcome, not an error; so is that vCenter has the
 * host no more, which is no matter of the other hosts that are pinged from. */
export async function pingFrom(esxcli: Esxcli, host: HostRef, request: PingRequest): Promise<PingOutcome> {
  // ESXi answers when the last packet came back or was waited for.
  const timeoutMs = TIMEOUT_MS + request.count * (1 + request.waitSeconds) * 1000;
  const asked = esxcli.run(host, 'network diag ping', { args: toArguments(request), timeoutMs });
  const result = await asked.catch((error: unknown) => {
    if (error instanceof OpsError && error.code === 'vcenter-object-gone') return undefined;
    throw error;
  });
  if (result === undefined) return { kind: 'refused', reason: `${host.name} is no longer shown by vCenter` };
  if (result.kind === 'failed') return classifyFailure(result.messages);
  return readOutcome(result.response, host);
}

function toArguments(request: PingRequest): EsxcliArguments {
  const isIpv6 = request.address.includes(':');
  return {
    count: request.count,
    // IPv6 has no such bit: routers never fragment.
    df: isIpv6 ? undefined : request.dontFragment,
    host: request.address,
    interface: request.device,
    ipv6: isIpv6 ? true : undefined,
    // Naming the default stack changes what some versions do; a vmk of another stack is not found without its name.
    netstack: request.netstack === DEFAULT_NETSTACK ? undefined : request.netstack,
    size: request.payloadBytes,
    wait: request.waitSeconds,
  };
}

/** What ESXi's words mean. A larger MTU missing further on the path shows as loss, never here. */
function classifyFailure(messages: readonly string[]): PingOutcome {
  if (messages.some((message) => /message too long/i.test(message))) return { kind: 'too-long' };
  return { kind: 'refused', reason: messages.join(' ') };
}

function readOutcome(response: XmlElement, host: HostRef): PingOutcome {
  const summary = dataObjects(response)
    .map((row) => findChild(row, 'Summary'))
    .find((one) => one !== undefined);
  const read = (name: string) => {
    const text = summary === undefined ? undefined : findChild(summary, name)?.text.trim();
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const sent = read('Transmitted');
  // ESXi's own spelling first.
  const received = read('Recieved') ?? read('Received');
  if (sent === undefined || received === undefined) throw noSummary(host);
  const duplicates = read('Duplicated') ?? 0;
  // Named milliseconds, counted in microseconds.
  const outcome: PingOutcome = { kind: 'sent', sent, received, roundTripMicros: read('RoundtripAvgMS') ?? 0 };
  return duplicates > 0 ? { ...outcome, duplicates } : outcome;
}

function noSummary(host: HostRef): OpsError {
  return new OpsError('vcenter-reply-invalid', `The ping on ${host.name} was answered without a summary.`, {
    retry: 'later',
    remedy: 'Run "esxcli network diag ping" on the host itself and compare.',
  });
}
