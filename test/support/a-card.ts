import type { AlarmCard } from '../../shared/domain/card.ts';

/** A card that was raised once, on a host of cluster-a. */
export function aCard(change: Partial<AlarmCard> = {}): AlarmCard {
  return {
    schema: 1,
    id: 'a-0123456789',
    fingerprint: '0123456789abcdef',
    version: 1,
    channel: 'C0VSPHERE',
    alarm: 'vMotion network lost',
    source: 'vcenter',
    vcenter: 'lab',
    cluster: 'cluster-a',
    host: { name: 'esx02.lab.local', moref: 'host-12' },
    summary: 'vmk2 is gone',
    severity: 'critical',
    state: 'new',
    isRaised: true,
    changedBy: { source: 'vcenter', at: '2026-01-02T03:04:05.000Z' },
    action: 'notify',
    episode: 1,
    count: 1,
    firstSeenAt: '2026-01-02T03:04:05.000Z',
    lastSeenAt: '2026-01-02T03:04:05.000Z',
    raisedAt: '2026-01-02T03:04:05.000Z',
    transitions: ['2026-01-02T03:04:05.000Z'],
    seen: [],
    history: [{ seq: 1, at: '2026-01-02T03:04:05.000Z', kind: 'raised', text: 'raised (vcenter)' }],
    ...change,
  };
}
