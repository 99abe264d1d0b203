// Why a migration failed, in words: vCenter's faults by their names.

type Explained = { why: string; remedy: string };

const EXPLAINED: Record<string, Explained> = {
  VMotionNotConfigured: {
    why: 'One of the hosts has no adapter that carries vMotion.',
    remedy: 'Look at both hosts with status, then enable or repair the cluster.',
  },
  VMotionLinkDown: {
    why: 'The uplink of a vMotion adapter has no link.',
    remedy: 'Check cable and switch port of that uplink, then test the cluster.',
  },
  VMotionLinkCapacityLow: {
    why: 'The link of a vMotion adapter is slower than vMotion needs.',
    remedy: 'Give the adapter a faster uplink.',
  },
  VMotionNotLicensed: { why: 'A host has no licence for vMotion.', remedy: 'License vMotion on both hosts.' },
  VMotionNotSupported: { why: 'A host does not support vMotion.', remedy: 'Choose another host.' },
  VMotionProtocolIncompatible: {
    why: 'The hosts speak different versions of vMotion.',
    remedy: 'Bring both hosts to releases that can work together.',
  },
  CannotAccessNetwork: {
    why: "A network of the VM is not on the target host. vMotion's own network has no part in this.",
    remedy: 'Make the network available there; check shows all such VMs.',
  },
  DestinationSwitchFull: {
    why: 'The distributed switch has no free port on the target host.',
    remedy: 'Raise its number of ports.',
  },
  NetworksMayNotBeTheSame: {
    why: "The VM's network on the target host may be another one of the same name.",
    remedy: 'Compare VLAN and switch on both hosts.',
  },
  CannotAccessVmDevice: {
    why: 'A device of the VM is connected to something that only its host has.',
    remedy: 'Disconnect the device, for example an ISO image in its drive.',
  },
  MigrationNotReady: { why: 'The VM could not be made ready to move.', remedy: "Look at the VM's events in vCenter." },
  MigrationFault: { why: 'The hosts gave the migration up.', remedy: 'Test the cluster, then try again.' },
  Timedout: {
    why: 'The migration took too long; most often its network lets small packets through and large ones not.',
    remedy: 'Test the cluster: it finds the path and the MTU that passes.',
  },
  HostNotConnected: { why: 'A host lost its connection to vCenter.', remedy: 'Reconnect it, then try again.' },
  InsufficientResourcesFault: { why: 'The target host has no room for the VM.', remedy: 'Choose another host or VM.' },
  NoPermission: {
    why: 'The account may not move this VM.',
    remedy: 'Give its role Resource.HotMigrate on the cluster and the VM.',
  },
  RequestCanceled: { why: 'Somebody cancelled the migration.', remedy: 'Find out who, then try again.' },
};

/** What a fault of RelocateVM_Task means, and what to do; for those unknown here, where to look. */
export function explainRelocateFault(fault: string): Explained {
  const known = Object.hasOwn(EXPLAINED, fault) ? EXPLAINED[fault] : undefined;
  return (
    known ?? { why: `vCenter's fault is ${fault}.`, remedy: "Look at the VM's recent tasks and events in vCenter." }
  );
}
