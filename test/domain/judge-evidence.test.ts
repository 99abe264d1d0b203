import { describe, expect, it } from 'vitest';
import type { MigrationTrace } from '../../shared/domain/evidence.ts';
import { judgeMigration, judgeMigrations, toEvidencePlan, toTime } from '../../shared/domain/judge-evidence.ts';
import { aGroup, aNetwork, aVmk } from '../support/builders.ts';

const ID = '1767323045000000';

function network(host: number) {
  const vmk = (device: string, portGroup: string, subnet: number) =>
    aVmk(device, {
      netstack: 'vmotion',
      attachment: { kind: 'standard', portGroup },
      ipv4: { dhcp: false, address: `172.16.${subnet}.5${host}`, prefixLength: 24 },
    });
  return aNetwork({
    vmks: [aVmk('vmk0', { services: ['management'] }), vmk('vmk2', 'vMotion-A', 1), vmk('vmk3', 'vMotion-B', 2)],
    portGroups: [
      aGroup('vMotion-A', { uplinks: { active: ['vmnic2'], standby: [] } }),
      aGroup('vMotion-B', { uplinks: { active: ['vmnic3'], standby: [] } }),
    ],
  });
}

const plans = [toEvidencePlan('esx01', network(1)), toEvidencePlan('esx02', network(2))];

function trace(host: 1 | 2, addresses: string[], change: Partial<MigrationTrace> = {}): MigrationTrace {
  return {
    id: ID,
    host: `esx0${host}`,
    side: host === 1 ? 'source' : 'destination',
    sourceAddress: '172.16.1.51',
    destinationAddress: '172.16.1.52',
    bound: addresses.map((address) => ({ address, connections: 1 })),
    streams: 2,
    acceptedFrom: [],
    ...change,
  };
}

const whole = [trace(1, ['172.16.1.51', '172.16.2.51']), trace(2, ['172.16.1.52', '172.16.2.52'])];

describe('the plan of a host', () => {
  it('lists the adapters that carry vMotion, and adds up their uplinks', () => {
    expect(plans[0]).toEqual({
      host: 'esx01',
      adapters: [
        { device: 'vmk2', addresses: ['172.16.1.51'], isDynamic: false },
        { device: 'vmk3', addresses: ['172.16.2.51'], isDynamic: false },
      ],
      lineRateMb: 20_000,
    });
  });

  it('counts an uplink that two adapters share once', () => {
    const shared = network(1);
    for (const group of shared.portGroups) group.uplinks = { active: ['vmnic2'], standby: [] };
    expect(toEvidencePlan('esx01', shared).lineRateMb).toBe(10_000);
  });

  it('knows no line rate where no uplink has a link', () => {
    const dark = { ...network(1), pnics: [{ device: 'vmnic2' }, { device: 'vmnic3' }] };
    expect(toEvidencePlan('esx01', dark).lineRateMb).toBeUndefined();
  });

  it('finds the uplinks of an adapter on a distributed switch', () => {
    const vmk = aVmk('vmk2', {
      netstack: 'vmotion',
      attachment: { kind: 'distributed', switchUuid: 'uuid-1', portGroupKey: 'dvportgroup-1' },
    });
    const uplinks = [
      { name: 'Uplink 1', pnic: 'vmnic2' },
      { name: 'Uplink 2', pnic: 'vmnic3' },
    ];
    const one = aNetwork({
      vmks: [vmk],
      distributedSwitches: [{ uuid: 'uuid-1', name: 'DVS1', mtuBytes: 9000, uplinks }],
      distributedPortGroups: [
        {
          key: 'dvportgroup-1',
          name: 'dv-vMotion-A',
          switchUuid: 'uuid-1',
          uplinks: { active: ['Uplink 2'], standby: [] },
          configVersion: '1',
        },
      ],
      pnics: [{ device: 'vmnic2' }, { device: 'vmnic3', linkSpeedMb: 25_000 }],
    });
    expect(toEvidencePlan('esx01', one).lineRateMb).toBe(25_000);
  });
});

describe('a migration', () => {
  it('over every adapter of both hosts is proven, with its speed against the line rate', () => {
    const [source, destination] = whole;
    if (source === undefined || destination === undefined) throw new Error('no traces');
    const fast = [{ ...source, bandwidthMegabytes: 571.132 }, destination];
    expect(judgeMigration(fast, plans)).toMatchObject({
      at: '2026-01-02T03:04:05.000Z',
      from: 'esx01',
      to: 'esx02',
      verdict: 'proven',
      streams: 2,
      lineRateMb: 20_000,
      sentences: [
        'Proven: the migration from esx01 to esx02 used every vMotion adapter of both hosts, and no other.',
        'esx01 used vmk2 172.16.1.51 and vmk3 172.16.2.51.',
        'esx02 used vmk2 172.16.1.52 and vmk3 172.16.2.52.',
        '2 streams over 2 adapters a host.',
        '571.1 MB/s, that is 4.6 Gb/s or 23 % of the 20.0 Gb/s that the uplinks have. A small or idle VM never fills them.',
      ],
    });
  });

  it.each([
    {
      what: 'that left an adapter unused is proven in part',
      traces: [trace(1, ['172.16.1.51'], { streams: 1 }), trace(2, ['172.16.1.52', '172.16.2.52'])],
      verdict: 'in-part',
      says: 'esx01 did not use vmk3 172.16.2.51.',
    },
    {
      what: 'over the management adapter is not as planned',
      traces: [trace(1, ['172.16.1.51', '172.16.2.51']), trace(2, ['10.0.0.52'])],
      verdict: 'contradicted',
      says: 'esx02 used 10.0.0.52, which does not carry vMotion now.',
    },
    {
      what: 'that one log knows is proven in part',
      traces: [trace(2, ['172.16.1.52', '172.16.2.52'])],
      verdict: 'in-part',
      says: "Only one of the two hosts' logs shows it, the one it went to.",
    },
    {
      what: 'of which the logs name no adapter is not proven',
      traces: [trace(1, []), trace(2, [])],
      verdict: 'unproven',
      says: 'The log of esx02 names no adapter of this migration.',
    },
    {
      what: 'between hosts without such adapters is not proven',
      traces: [trace(1, ['172.16.1.51'], { host: 'esx09' })],
      verdict: 'unproven',
      says: 'esx09 has no vMotion adapter as it is now, so nothing can be compared.',
    },
  ])('$what', ({ traces, verdict, says }) => {
    const judged = judgeMigration(traces, plans);
    expect(judged.verdict).toBe(verdict);
    expect(judged.sentences).toContain(says);
  });

  it('is proven where the target logs only whose connections it took', () => {
    const silent = trace(2, [], { acceptedFrom: ['172.16.1.51', '172.16.2.51'] });
    expect(judgeMigration([trace(1, ['172.16.1.51', '172.16.2.51']), silent], plans).verdict).toBe('proven');
  });

  it('finds its ends by address where the log does not say which side it was', () => {
    const traces = whole.map((one) => ({ ...one, side: undefined }));
    expect(judgeMigration(traces, plans)).toMatchObject({ from: 'esx01', to: 'esx02', verdict: 'proven' });
  });

  it('over a handed-out IPv6 address counts for the adapter that the log names', () => {
    const vmk = aVmk('vmk2', {
      netstack: 'vmotion',
      ipv4: { dhcp: true },
      ipv6: { dhcp: false, autoconfiguration: true, addresses: [] },
    });
    const dynamic = ['esx01', 'esx02'].map((host) => toEvidencePlan(host, aNetwork({ vmks: [vmk] })));
    const named = (host: 1 | 2, device?: string) =>
      trace(host, [], { bound: [{ address: `2001:db8::5${host}`, device, connections: 2 }] });
    expect(judgeMigration([named(1, 'vmk2'), named(2, 'vmk2')], dynamic).verdict).toBe('proven');
    expect(judgeMigration([named(1), named(2)], dynamic).verdict).toBe('in-part');
    expect(judgeMigration([named(1, 'vmk0'), named(2, 'vmk2')], dynamic).verdict).toBe('contradicted');
  });
});

it('judges the newest migration first', () => {
  const older = whole.map((one) => ({ ...one, id: '1767323044000000' }));
  expect(judgeMigrations([...older, ...whole], plans).map((one) => one.id)).toEqual([ID, '1767323044000000']);
});

it('reads no time out of an id that is none', () => {
  expect(toTime('12345678')).toBeUndefined();
});
