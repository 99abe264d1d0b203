// The pings of a matrix: one at a time a host, all hosts at once, until the time is over or nobody wants it any more.
import { describe, expect, it } from 'vitest';
import { type Pinger, probeMatrix, toPing } from '../../shared/app/probe-matrix.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import type { HostRef, PingRequest, VsphereSession } from '../../shared/ports.ts';
import { aHost, anEndpoint } from '../support/builders.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `esx${index + 1}`);

/** So many hosts of one adapter each; a ping takes a second. */
function aPlace(count: number, answers: (request: PingRequest) => boolean = () => true) {
  const clock = createVirtualClock();
  const sent: { host: string; request: PingRequest; at: number }[] = [];
  const since = clock.now().getTime();
  const busy = new Map<string, number>();
  let most = 0;
  const session: Partial<VsphereSession> = {
    ping: async ({ name }, request) => {
      busy.set(name, (busy.get(name) ?? 0) + 1);
      most = Math.max(
        most,
        [...busy.values()].reduce((sum, one) => sum + one, 0),
      );
      expect(busy.get(name)).toBe(1);
      sent.push({ host: name, request, at: clock.now().getTime() - since });
      await clock.sleep(1000);
      busy.set(name, 0);
      const received = answers(request) ? request.count : 0;
      return { kind: 'sent', sent: request.count, received, roundTripMicros: 90 };
    },
  };
  const hosts = new Map(names(count).map((name, index) => [name, { ...aHost(index + 1), name } as HostRef]));
  const pinger: Pinger = { session: session as VsphereSession, hosts, clock };
  const paths = toPaths(
    names(count).map((host) => anEndpoint(host)),
    'routed',
  );
  const until = (seconds: number) => new Date(since + seconds * 1000);
  return { pinger, paths, sent, until, most: () => most };
}

describe('a matrix', () => {
  it('asks each path once where it works, one at a time a host, all hosts at once', async () => {
    const { pinger, paths, sent, until, most } = aPlace(4);
    const cells = await probeMatrix(pinger, paths, until(100));
    expect(cells).toHaveLength(12);
    expect(new Set(cells.map(({ result }) => result.kind))).toEqual(new Set(['ok']));
    expect(sent).toHaveLength(12);
    expect(most()).toBe(4);
    // Three seconds for three others.
    expect(Math.max(...sent.map(({ at }) => at))).toBe(2000);
  });

  it('of more than 64 hosts lets 64 ask at once', async () => {
    const { pinger, paths, most, until } = aPlace(66);
    const few = paths.filter(({ to }) => to.host === 'esx1' || to.host === 'esx2');
    expect(await probeMatrix(pinger, few, until(100))).toHaveLength(few.length);
    expect(most()).toBe(64);
  });

  it('gives each host’s row as soon as it has it', async () => {
    const { pinger, paths, until } = aPlace(3);
    const rows = new Map<string, string[]>();
    await probeMatrix(pinger, paths, until(100), async (host, cells) => {
      rows.set(
        host,
        cells.map(({ to }) => to.host),
      );
    });
    expect(Object.fromEntries(rows)).toEqual({
      esx1: ['esx2', 'esx3'],
      esx2: ['esx1', 'esx3'],
      esx3: ['esx1', 'esx2'],
    });
  });

  it('leaves out what there is no time for', async () => {
    const { pinger, paths, until } = aPlace(4);
    const rows: Cell[][] = [];
    const cells = await probeMatrix(pinger, paths, until(2), async (_, row) => void rows.push(row));
    expect(cells).toHaveLength(8);
    expect(rows.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
    expect(await probeMatrix(pinger, paths, until(0))).toEqual([]);
  });

  it('stops once nobody wants it any more', async () => {
    const { pinger, paths, until } = aPlace(4);
    const cells = await probeMatrix({ ...pinger, isOver: () => pinger.clock.now() >= until(1) }, paths, until(100));
    expect(cells).toHaveLength(4);
    expect(await probeMatrix({ ...pinger, isOver: () => false }, paths, until(100))).toHaveLength(12);
  });

  it('asks again what does not answer, down to what there is', async () => {
    const { pinger, paths, sent, until } = aPlace(2, ({ payloadBytes }) => payloadBytes <= 1472);
    const [cell] = await probeMatrix(pinger, paths.slice(0, 1), until(100));
    expect(cell?.result).toMatchObject({ kind: 'mtu', mtuBytes: 1500 });
    expect(sent.map(({ request }) => [request.payloadBytes + 28, request.count, request.dontFragment])).toEqual([
      [9000, 1, true],
      [9000, 3, true],
      [84, 2, false],
      [1500, 1, true],
      [1501, 1, true],
    ]);
  });

  it('from a host that can not ping is a defect', async () => {
    const { pinger, paths, until } = aPlace(2);
    pinger.hosts.delete('esx2');
    await expect(probeMatrix(pinger, paths, until(100))).rejects.toThrow('esx2 is not among the hosts that can ping');
  });
});

it('a ping has its adapter, its stack, and as much payload as its headers leave', () => {
  const from = { device: 'vmk2', netstack: 'vmotion' };
  const probe = { sizeBytes: 9000, dontFragment: true, count: 3 };
  expect(toPing(from, '172.16.1.52', probe)).toEqual({
    ...from,
    address: '172.16.1.52',
    payloadBytes: 8972,
    dontFragment: true,
    count: 3,
    waitSeconds: 1,
  });
  expect(toPing(from, 'fd00::52', probe).payloadBytes).toBe(8952);
});
