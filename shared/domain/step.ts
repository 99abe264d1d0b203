// The changes that a plan is made of. Each is one call to vCenter (or a wait for it), on one host unless it says so.
import type {
  DistributedPortGroup,
  NetstackSettings,
  PortGroup,
  Service,
  StandardSwitch,
  VmkSpec,
} from './inventory.ts';

export type Step =
  | { kind: 'add-switch'; standardSwitch: StandardSwitch }
  | { kind: 'remove-switch'; standardSwitch: StandardSwitch }
  /** Touches every host of the switch, so it is part of one host's plan only. */
  | { kind: 'update-distributed-port-group'; from: DistributedPortGroup; to: DistributedPortGroup }
  | { kind: 'add-port-group'; portGroup: PortGroup }
  | { kind: 'update-port-group'; from: PortGroup; to: PortGroup }
  | { kind: 'remove-port-group'; portGroup: PortGroup }
  /** vCenter picks the device. `device`: the one expected, where later steps call the adapter by it. */
  | { kind: 'add-vmk'; spec: VmkSpec; device?: string | undefined }
  | { kind: 'update-vmk'; device: string; from: VmkSpec; to: VmkSpec }
  | { kind: 'remove-vmk'; device: string; spec: VmkSpec; services: Service[] }
  | { kind: 'set-netstack'; netstack: string; from: NetstackSettings; to: NetstackSettings }
  /** A stack goes dormant some time after its last adapter left; services can't return before. */
  | { kind: 'await-dormant'; netstack: string }
  | { kind: 'select-service'; device: string; service: Service }
  | { kind: 'deselect-service'; device: string; service: Service };

export type StepKind = Step['kind'];
