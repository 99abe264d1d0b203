import type { Service } from '../domain/inventory.ts';

const NAMES: Record<string, string> = {
  vmotion: 'vMotion',
  management: 'management',
  vsan: 'vSAN',
  vsanWitness: 'vSAN witness',
  faultToleranceLogging: 'Fault Tolerance',
  vSphereProvisioning: 'provisioning',
  vSphereReplication: 'replication',
  vSphereReplicationNFC: 'replication NFC',
  vSphereBackupNFC: 'backup NFC',
};

/** A service as the vSphere Client calls it; one it does not know, as vCenter spells it. */
export function serviceName(service: Service): string {
  return NAMES[service] ?? service;
}
