/** What nobody could verify on a real vCenter. A client must live with every setting; tests turn them both ways. */
export type Switches = {
  /** How many reads of a host still show its stacks as they were before the last change. */
  runtimeLagReads: number;
  /** How many reads show a stack as deactivating after its last adapter left. */
  deactivatingReads: number;
  /** Whether adapters on the vmotion stack are listed as selected for vMotion. */
  listsVmotionStackInSelectedVnic: boolean;
  /** What selecting vMotion on a default-stack adapter does while the vmotion stack is live. */
  selectVmotionWhileLive: 'fault' | 'accept';
  /** What editing a stack without adapters does. */
  editInactiveStack: 'fault' | 'accept';
  /** The fault for another netstack in UpdateVirtualNic. */
  changeStackFault: 'HostConfigFault' | 'InvalidArgument';
  /** Whether a stack's gateways, routes and DNS are still there when the stack comes to life again. */
  gatewaySurvivesDormancy: boolean;
  /** Whether a stack loses gateways and routes as soon as none of its adapters reaches them any more. */
  unreachedGatewayLeaves: boolean;
  /** Whether gateways that are set whole take away those that DHCP or a router told, where they name none. */
  gatewayEditDropsTold: boolean;
  /** Whether an adapter may have a larger MTU than its switch. */
  acceptsMtuAboveSwitch: boolean;
  /** Whether ExecuteSoap's reply carries a prefix: `<reflect:response>`. */
  reflectPrefix: boolean;
  /** Whether the session cookie's value stands in double quotes. */
  quotedCookie: boolean;
  /** Objects in one page of a property collector's answer. */
  pageSize: number;
  /** What a property collector does about an object that is gone, where it was asked to tell of it in the answer. */
  missingObject: 'left-out' | 'fault';
  /** Whether an expired session shows as `missingSet` in a property collector's answer, not as a fault. */
  expiryInMissingSet: boolean;
  /** What a host that vCenter cannot reach shows of its configuration. */
  configOfUnreachableHost: 'absent' | 'cached';
  /** The privilege on a host that esxcli commands need. */
  esxcliPrivilege: 'Host.Config.Settings' | 'Host.Cim.CimInteraction' | 'none';
  /** How many lines BrowseDiagnosticLog gives at most. */
  logLinesMost: number;
  /** What it counts for a start behind the end: up to the end, or up to the start. */
  logPastEnd: 'tells-the-end' | 'echoes-the-start';
  /** How many lines a log has when it begins anew. */
  logRotatesAt: number;
  /** Whether vmkernel.log names the device of an adapter beside its address. */
  logsVmkDevice: boolean;
  /** Whether a new adapter gets the lowest free number, or one above all that are in use. */
  vmkNumber: 'lowest-free' | 'above-all';
  /** Whether a machine that is off keeps its standard port group from being removed, as one that runs does. */
  stoppedVmHoldsPortGroup: boolean;
  /** What `RoundtripTimeMS` of esxcli's ping counts. */
  pingTimeUnit: 'microseconds' | 'milliseconds';
};

/** Close to what was seen of real vCenters. */
export const DEFAULT_SWITCHES: Switches = {
  runtimeLagReads: 1,
  deactivatingReads: 2,
  listsVmotionStackInSelectedVnic: false,
  selectVmotionWhileLive: 'fault',
  editInactiveStack: 'fault',
  changeStackFault: 'HostConfigFault',
  gatewaySurvivesDormancy: false,
  unreachedGatewayLeaves: false,
  gatewayEditDropsTold: false,
  acceptsMtuAboveSwitch: false,
  reflectPrefix: true,
  quotedCookie: true,
  pageSize: 1000,
  missingObject: 'left-out',
  expiryInMissingSet: false,
  configOfUnreachableHost: 'absent',
  esxcliPrivilege: 'Host.Config.Settings',
  logLinesMost: 1000,
  logPastEnd: 'tells-the-end',
  logRotatesAt: 20_000,
  logsVmkDevice: true,
  vmkNumber: 'lowest-free',
  stoppedVmHoldsPortGroup: false,
  pingTimeUnit: 'microseconds',
};
