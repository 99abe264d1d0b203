// The newest ping of each adapter to each address, for people to look at. Nothing of the lab depends on it.
import type { HostContext } from './host-context.ts';
import { findVmk, type LabHost } from './model.ts';
import type { PingAnswer, PingInput } from './ping.ts';
import { sourceAddress } from './vmk-address.ts';

/** `bytes`: of the IP packet. `bytesThatPass`: the largest smaller one that was answered since. */
export type LabPing = {
  device: string;
  /** The adapter's address then. */
  from: string | undefined;
  to: string;
  bytes: number;
  ok: boolean;
  bytesThatPass?: number;
  at: Date;
};

const HEADER_BYTES = { ipv4: 28, ipv6: 48 };
/** Smaller packets within this time belong to the same search for the path's MTU. */
const SEARCH_MS = 120_000;

const journals = new WeakMap<LabHost, Map<string, LabPing>>();

export function recordPing({ host, now }: HostContext, input: PingInput, answer: PingAnswer): void {
  const journal = journals.get(host) ?? new Map<string, LabPing>();
  journals.set(host, journal);
  const device = input.interface ?? '';
  const key = `${device} ${input.host}`;
  const ok = answer.kind === 'sent' && answer.replies.length > 0;
  const bytes = input.size + (input.host.includes(':') ? HEADER_BYTES.ipv6 : HEADER_BYTES.ipv4);
  const before = journal.get(key);
  const isSearch =
    before !== undefined && !before.ok && bytes < before.bytes && now.getTime() - before.at.getTime() < SEARCH_MS;
  if (!isSearch)
    journal.set(key, { device, from: addressOf(host, device, input.host), to: input.host, bytes, ok, at: now });
  else if (ok) before.bytesThatPass = Math.max(before.bytesThatPass ?? 0, bytes);
}

/** In the order in which the pairs were first pinged. Those of adapters that are no longer what they were are left out. */
export function pingsOf(host: LabHost): LabPing[] {
  const all = [...(journals.get(host)?.values() ?? [])];
  return all.filter(({ device, to, from }) => from === addressOf(host, device, to));
}

function addressOf(host: LabHost, device: string, to: string): string | undefined {
  const vmk = findVmk(host, device);
  return vmk === undefined ? undefined : sourceAddress(vmk, to);
}
