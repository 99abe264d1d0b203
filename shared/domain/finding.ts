/** Every code stands in docs/errors.md with what it means and what to do. */
export const FINDING_CODES = [
  'host-not-connected',
  'esxi-too-old',
  'network-unknown',
  'no-address-for-host',
  'no-gateway-for-host',
  'address-outside-subnet',
  'address-not-usable',
  'duplicate-address',
  'address-in-use',
  'gateway-lost',
  'storage-lost',
  'gateway-outside-subnet',
  'gateway-equals-default-stack',
  'gateway-is-own-address',
  'host-in-maintenance',
  'ipv6-disabled',
  'too-many-adapters',
  'switch-missing',
  'switch-differs',
  'pnic-missing',
  'pnic-in-use',
  'port-group-missing',
  'uplink-missing',
  'uplink-down',
  'switch-mtu-too-small',
  'ip-hash-teaming',
  'port-group-differs',
  'port-group-taken',
  'touches-whole-switch',
  'port-group-shared',
  'vlan-advised',
  'switch-mtu-larger',
  'vmotion-switched-off',
  'vmotion-leaves-adapter',
  'adapter-kept-for-services',
  'adapter-kept-for-gateway',
  'adapter-kept-for-storage',
  'storage-not-placed',
  'adapter-kept-on-opaque',
  'adapter-on-stack-kept',
  'adapter-not-explained',
  'cannot-restore',
  'host-not-the-same',
  'host-left-out',
  'address-answers',
  'address-not-asked',
  'connections-need-reboot',
  'privilege-missing',
  'vms-on-port-group',
  'vm-network-missing',
  'vm-network-differs',
  'vm-network-unknown',
  'migration-running',
  'drs-automated',
  'config-managed',
  'relocate-refused',
  'relocate-warning',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something a person should know before approving. `blocking`: nothing is done to the host until it is resolved. */
export type Finding = {
  code: FindingCode;
  severity: 'blocking' | 'warning' | 'note';
  /** Absent: about the cluster. */
  host?: string | undefined;
  /** What and why, in one sentence with names and values. */
  message: string;
  /** What to do about it, in one sentence. */
  remedy?: string | undefined;
};
