import { expect, it } from 'vitest';
import { findAnswering } from '../../shared/app/probe-addresses.ts';
import type { Asker, Candidate } from '../../shared/domain/address-askers.ts';
import { type ErrorCode, OpsError, type Retry } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import { aHost } from '../support/builders.ts';

const HOSTS = [aHost(1), aHost(2)];

/** Both hosts have an adapter in 172.16.1.0/24; the first of them throws when it is to ping. */
const ask = (error: Error, lines: string[] = []) => {
  const asked: string[] = [];
  const session: Partial<VsphereSession> = {
    ping: async (host, { address }) => {
      asked.push(`${host.name} ${address}`);
      if (host.name === HOSTS[0]?.name) throw error;
      return { kind: 'sent', sent: 1, received: 1, roundTripMicros: 90 };
    },
  };
  const hosts = new Map(HOSTS.map((host) => [host.name, host as HostRef]));
  const askers = HOSTS.map(({ name }): Asker => {
    const subnets = [{ address: '172.16.1.51', prefixLength: 24 }];
    return { host: name, device: 'vmk2', netstack: 'vmotion', island: 1, subnets, routes: [] };
  });
  const candidates = [61, 62, 63, 64].map((octet): Candidate => {
    return { host: 'esx09.lab.local', address: `172.16.1.${octet}`, netstack: 'vmotion', island: 1 };
  });
  const log = createJsonLog((line) => lines.push(line));
  const answer = findAnswering({ session: session as VsphereSession, hosts, log }, askers, candidates, 'routed');
  return { asked, answer };
};

const failing = (code: ErrorCode, retry: Retry = 'never') =>
  new OpsError(code, 'It does not.', { retry, remedy: 'Wait.' });

it.each(['vcenter-fault', 'vcenter-object-gone'] as const)(
  'a host that answers %s for good when it shall ask is asked no more, and the others are heard',
  async (code) => {
    const lines: string[] = [];
    const { asked, answer } = ask(failing(code), lines);
    expect((await answer).map(({ address }) => address)).toEqual(['172.16.1.62', '172.16.1.64']);
    expect(asked.toSorted()).toEqual([
      'esx01.lab.local 172.16.1.61',
      'esx02.lab.local 172.16.1.62',
      'esx02.lab.local 172.16.1.64',
    ]);
    expect(lines.join('')).toContain('addresses-not-asked');
  },
);

it.each([
  { code: 'vcenter-no-permission', retry: 'never' },
  { code: 'vcenter-unreachable', retry: 'later' },
  { code: 'lease-lost', retry: 'later' },
  { code: 'vcenter-fault', retry: 'later' },
  { code: 'host-not-connected', retry: 'later' },
] as const)('$code, to be tried $retry, goes on to whoever asked: no address goes unasked for it', async (one) => {
  const error = failing(one.code, one.retry);
  await expect(ask(error).answer).rejects.toBe(error);
});
