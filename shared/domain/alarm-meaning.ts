// What the alarms that concern vMotion mean in practice, by the ids of vCenter's events and the names of its own alarms.
import type { AlarmSignal } from './alarm-signal.ts';

export type AlarmMeaning =
  | 'vmotion-off'
  | 'gateway-missing'
  | 'mtu-changed'
  | 'adapter-wrong'
  | 'uplink-lost'
  | 'duplicate-address'
  | 'host-added'
  | 'migration-failed'
  | 'other';

/** `isFixable`: configuration can mend it. What is broken outside of it is looked into and never "repaired". */
export type MeaningText = { says: string; isFixable: boolean };

export const MEANINGS: Record<AlarmMeaning, MeaningText> = {
  'vmotion-off': { says: 'vMotion is switched off on an adapter that should carry it.', isFixable: true },
  'gateway-missing': { says: 'The vMotion stack has no gateway, or could not set it.', isFixable: true },
  'mtu-changed': {
    says: 'The MTU of an adapter or switch is not what the path needs: large packets are lost.',
    isFixable: true,
  },
  'adapter-wrong': { says: 'A vMotion adapter is gone, or migrations can not bind to it.', isFixable: true },
  'uplink-lost': {
    says: 'A physical uplink is down. No configuration mends a cable, a port or a physical switch.',
    isFixable: false,
  },
  'duplicate-address': {
    says: 'Another device answers on an address of this host. Which of the two must go is for people to say.',
    isFixable: false,
  },
  'host-added': { says: 'A host has joined the cluster and may not be on the vMotion stack yet.', isFixable: true },
  'migration-failed': {
    says: 'A migration failed. A test shows whether the vMotion network is the cause.',
    isFixable: true,
  },
  other: { says: 'Not an alarm with a meaning of its own for vMotion.', isFixable: true },
};

/** Most telling first: an uplink that is down also breaks what stands on it. */
const BY_EVENT: [AlarmMeaning, RegExp][] = [
  ['duplicate-address', /vmknic\.ip\.duplicate|HostIpConflictEvent|DuplicateIpDetectedEvent|IpConflict/i],
  ['uplink-lost', /net\.(dvport\.)?(redundancy|connectivity)\.(lost|degraded)|vmnic\.linkstate\.(down|flapping)/i],
  ['gateway-missing', /net\.gateway\.set\.failed/i],
  ['mtu-changed', /net\.uplink\.mtu\.failed|MtuMismatchEvent|MtuNotSupportEvent|unsupported\.latency/i],
  ['adapter-wrong', /net\.migrate\.bindtovmk|default\.heap\.create\.failed|pending\.cnx\.listen|HostVnicConnected/i],
  ['host-added', /\bHostAddedEvent|HostAddEvent|HostConnectedEvent/i],
  ['migration-failed', /MigrationErrorEvent|VmFailedMigrateEvent|vmotionping/i],
];

const BY_NAME: [AlarmMeaning, RegExp][] = [
  ['duplicate-address', /duplicate (ip|address)|ip (address )?conflict/i],
  ['uplink-lost', /uplink redundancy|network connectivity lost|link (is )?down|uplink (is )?down|uplink lost/i],
  ['gateway-missing', /gateway/i],
  ['mtu-changed', /\bmtu\b|jumbo/i],
  ['vmotion-off', /vmotion (is |was )?(switched |turned )?(off|disabled)|vmotion not enabled/i],
  ['adapter-wrong', /vmkernel nic not configured|vmotion (adapter|network)|vmkernel adapter/i],
  ['host-added', /host (was |has been )?(added|joined)/i],
  ['migration-failed', /migration (error|failed)|vmotion (failed|error)/i],
];

/** What the alarm means; the event's id tells more than the name that somebody gave the alarm. */
export function meaningOf({ alarm, event }: Pick<AlarmSignal, 'alarm' | 'event'>): AlarmMeaning {
  const byEvent = event === undefined ? undefined : BY_EVENT.find(([, pattern]) => pattern.test(event));
  return (byEvent ?? BY_NAME.find(([, pattern]) => pattern.test(alarm)))?.[0] ?? 'other';
}
