import { describe, expect, it } from 'vitest';
import { answersText, findAnswering } from '../../shared/app/probe-addresses.ts';
import type { Asker, Candidate } from '../../shared/domain/address-askers.ts';
import { type ErrorCode, OpsError, type Retry } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { HostRef, PingOutcome, PingRequest, VsphereSession } from '../../shared/ports.ts';
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
    expect((await answer).map(({ address }) => address).toSorted()).toEqual([
      '172.16.1.61',
      '172.16.1.62',
      '172.16.1.63',
      '172.16.1.64',
    ]);
    // The others are asked for what was its part, too.
    expect(asked.toSorted()).toEqual([
      'esx01.lab.local 172.16.1.61',
      'esx02.lab.local 172.16.1.61',
      'esx02.lab.local 172.16.1.62',
      'esx02.lab.local 172.16.1.63',
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

describe('a question', () => {
  const session = (outcome: PingOutcome, sent: PingRequest[] = []): VsphereSession =>
    ({
      ping: async (_: HostRef, request: PingRequest) => {
        sent.push(request);
        return outcome;
      },
    }) as Partial<VsphereSession> as VsphereSession;
  const hosts = new Map(HOSTS.map((host) => [host.name, host as HostRef]));
  const log = createJsonLog(() => undefined);
  const candidate: Candidate = { host: 'esx09', address: '172.17.8.6', netstack: 'vmotion', island: 1 };
  const asker = (change: Partial<Asker>): Asker => ({
    host: 'esx01.lab.local',
    device: 'vmk2',
    netstack: 'vmotion',
    island: 1,
    subnets: [],
    routes: [],
    ...change,
  });
  const near = asker({ subnets: [{ address: '172.17.8.1', prefixLength: 24 }] });
  const routed = asker({ routes: [{ address: '0.0.0.0', prefixLength: 0 }] });
  const answer = { kind: 'sent', sent: 1, received: 1, roundTripMicros: 90 } as const;
  const find = (outcome: PingOutcome, askers: Asker[], sent?: PingRequest[]) =>
    findAnswering({ session: session(outcome, sent), hosts, log }, askers, [candidate], 'routed');

  it.each([
    { way: 'on its own wire', who: near, count: 1, text: 'esx01.lab.local vmk2' },
    { way: 'through a router', who: routed, count: 2, text: 'esx01.lab.local vmk2, through its router' },
  ])('$way is asked small and uncut, $count times, and told so', async ({ who, count, text }) => {
    const sent: PingRequest[] = [];
    const [found] = await find(answer, [who], sent);
    expect(sent).toMatchObject([{ payloadBytes: 56, dontFragment: false, count, device: 'vmk2', netstack: 'vmotion' }]);
    if (found === undefined) throw new Error('nothing was heard');
    expect(answersText(found)).toBe(`172.17.8.6, wanted for esx09, already answers a ping from ${text}`);
  });

  it.each<PingOutcome>([
    { kind: 'sent', sent: 1, received: 0, roundTripMicros: 0 },
    { kind: 'refused', reason: 'No route to host' },
    { kind: 'too-long' },
  ])('that nobody answers ($kind) is no finding', async (outcome) => {
    expect(await find(outcome, [near])).toEqual([]);
  });

  it('is asked by nobody who can not ping now', async () => {
    const sent: PingRequest[] = [];
    const away = asker({ host: 'esx07.lab.local', subnets: near.subnets });
    expect(await find(answer, [away], sent)).toEqual([]);
    expect(sent).toEqual([]);
    // Another one takes it over.
    expect(await find(answer, [away, near], sent)).toHaveLength(1);
  });
});
