// Every fault of vCenter's that a call may be answered with, and what is in it.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import type { Random } from '../support/random.ts';
import { isWrite } from './write-calls.ts';

type Fields = Record<string, unknown>;
const TASK = { type: 'Task', value: 'task-4711' };
const failure = { fault: { _type: 'SystemError', reason: 'out of memory' }, localizedMessage: 'out of memory' };

/** What any operation may answer. */
const ANY: Record<string, Fields> = {
  SystemError: { reason: 'vpxd is out of memory' },
  RequestCanceled: {},
  Timedout: {},
  NotEnoughLicenses: {},
  UnexpectedFault: { faultName: 'vim.fault.Unheard' },
  InvalidRequest: {},
  ManagedObjectNotFound: { obj: { type: 'HostSystem', value: 'host-4711' } },
  NotImplemented: {},
};
const HOST: Record<string, Fields> = {
  HostNotConnected: {},
  HostNotReachable: {},
  HostCommunication: {},
  MethodDisabled: { source: 'com.vmware.vim.eam' },
  NoPermission: { privilegeId: 'Host.Config.Network' },
  RestrictedVersion: {},
};
const NETWORK: Record<string, Fields> = {
  TaskInProgress: { task: TASK },
  ConcurrentAccess: {},
  InvalidState: {},
  InvalidHostState: {},
  ResourceInUse: { type: 'Network', name: 'vMotion-A' },
  AlreadyExists: { name: 'vMotion-A' },
  DuplicateName: { name: 'vMotion-A', object: TASK },
  InvalidName: { name: 'vMotion-A' },
  NotFound: {},
  InvalidArgument: { invalidProperty: 'nic.ip' },
  NotSupported: {},
  HostConfigFault: {},
  PlatformConfigFault: { text: 'Sysinfo error: Out of resources' },
  HostConfigFailed: { failure: [failure] },
  HostInDomain: {},
};
const DISTRIBUTED: Record<string, Fields> = {
  ConcurrentAccess: {},
  DvsFault: {},
  DvsNotAuthorized: {},
  InvalidName: { name: 'dv-vMotion-A' },
  DvsOperationBulkFault: { hostFault: [{ host: { type: 'HostSystem', value: 'host-20' }, fault: failure }] },
  RollbackFailure: { entityName: 'DVS1', entityType: 'DistributedVirtualSwitch' },
  TaskInProgress: { task: TASK },
};
const INTERFACE = { atSourceHost: true, failedHost: 'esx01.lab.local' };
const DEVICE = { device: 'Network adapter 1', backing: 'VM Network', connected: true };
const MOVE: Record<string, Fields> = {
  TaskInProgress: { task: TASK },
  InvalidPowerState: { existingState: 'suspended' },
  MigrationFault: {},
  MigrationNotReady: { reason: 'vmotion' },
  NetworksMayNotBeTheSame: { name: 'VM Network' },
  NotEnoughLicenses: {},
  VMotionNotConfigured: INTERFACE,
  VMotionNotLicensed: INTERFACE,
  VMotionNotSupported: INTERFACE,
  VMotionLinkDown: { ...INTERFACE, network: 'vMotion-A' },
  VMotionLinkCapacityLow: { ...INTERFACE, network: 'vMotion-A' },
  VMotionProtocolIncompatible: {},
  CannotAccessNetwork: DEVICE,
  DestinationSwitchFull: DEVICE,
};
const LOG: Record<string, Fields> = { CannotAccessFile: { file: '/var/log/vmkernel.log' } };
/** Faults that tell of the way to the host, so that the host may have done it. */
export const MAY_HAVE_HAPPENED = [
  'HostCommunication',
  'HostNotReachable',
  'SystemError',
  'RequestCanceled',
  'Timedout',
];

const RARE = new Set(['ReconfigureDVPortgroup_Task', 'RelocateVM_Task', 'BrowseDiagnosticLog', 'Login', 'Logout']);

/** Few stories come to such a call, and then to one or two. */
export const isRare = (operation: string): boolean => RARE.has(operation);

/** Each fault that the call may be answered with, and its fields. */
export function faultsOf({ operation, host }: HookCall): Record<string, Fields> {
  if (operation === 'ReconfigureDVPortgroup_Task') return { ...ANY, ...DISTRIBUTED };
  if (operation === 'RelocateVM_Task') return { ...ANY, ...MOVE };
  if (operation === 'BrowseDiagnosticLog') return { ...ANY, ...LOG };
  if (operation === 'Login') return { SystemError: { reason: 'no sso' }, InvalidLogin: {} };
  if (operation === 'Logout') return { SystemError: { reason: 'no sso' } };
  if (host === undefined) return ANY;
  return isWrite(operation) ? { ...ANY, ...HOST, ...NETWORK } : { ...ANY, ...HOST };
}

/** Every type that can be drawn. */
export const DRAWN_FAULTS: readonly string[] = [
  ...new Set(
    [ANY, HOST, NETWORK, DISTRIBUTED, MOVE, LOG]
      .flatMap((one) => Object.keys(one))
      .concat('NotAuthenticated', 'InvalidLogin'),
  ),
].toSorted();

const FAVOURITES_MAX = 2;

/** What one vCenter is prone to: of all types each is then as likely, however rare the calls are that answer with it. */
export function chooseFavourites(random: Random): string[] {
  return Array.from({ length: 1 + random.below(FAVOURITES_MAX) }, () => random.pick(DRAWN_FAULTS));
}

/** Whether only such a command comes to a call that may be answered with one of them. */
export const isOfTrials = (types: readonly string[]): boolean => types.some((type) => isOnlyIn(MOVE, type));
export const isOfEvidence = (types: readonly string[]): boolean => types.some((type) => isOnlyIn(LOG, type));

const isOnlyIn = (some: Record<string, Fields>, type: string): boolean =>
  Object.hasOwn(some, type) && ![ANY, HOST, NETWORK].some((others) => Object.hasOwn(others, type));
