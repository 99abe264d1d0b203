// A vim25 caller for the tests of the lab: one request, one answer, no session handling of its own.
import { DEFAULT_NETSTACK, type Moref } from '../../shared/domain/inventory.ts';
import { decodeEnvelope, encodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { decodeResponse, encodeOperation } from '../../shared/vsphere/operation-codec.ts';
import type { OperationName } from '../../shared/vsphere/schema.ts';
import type { Parameters, Returned, VimInput } from '../../shared/vsphere/vim.ts';
import { findChild, parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import {
  createLabVcenter,
  type LabOptions,
  type LabResponse,
  type LabVcenter,
} from '../../infra/lab/vcenter/vcenter.ts';

/** A fault as it came over the wire. */
export class AnsweredFault extends Error {
  readonly type: string;
  readonly detail: XmlElement;

  constructor(type: string, message: string, detail: XmlElement) {
    super(message);
    this.type = type;
    this.detail = detail;
  }
}

export type LabCaller = {
  lab: LabVcenter;
  send(body: string): Promise<LabResponse>;
  call<O extends OperationName>(operation: O, target: Moref, parameters: Parameters<O>): Promise<Returned<O>>;
  login(): Promise<void>;
};

/** Logged in already. */
export async function createCaller(options: LabOptions = {}): Promise<LabCaller> {
  const caller = createAnonymousCaller(options);
  await caller.login();
  return caller;
}

export function createAnonymousCaller(options: LabOptions = {}): LabCaller {
  return createCallerAt(createLabVcenter(options));
}

/** Another caller at a lab that is there, under the product's account unless another one is given. */
export function createCallerAt(lab: LabVcenter, account = lab.credentials): LabCaller {
  let cookie: string | undefined;
  const send = async (body: string): Promise<LabResponse> => {
    const headers = { cookie, soapaction: 'urn:vim25/8.0.3.0' };
    const answer = await lab.handle({ method: 'POST', path: '/sdk', headers, body });
    cookie = answer.headers['set-cookie']?.split(';')[0] ?? cookie;
    return answer;
  };
  const call: LabCaller['call'] = async (operation, target, parameters) => {
    const answer = await send(encodeEnvelope(encodeOperation(operation, target, parameters), 'test'));
    if (answer.status === 500) throw readFault(answer.body);
    return decodeResponse(operation, decodeEnvelope(answer.body).body);
  };
  const login = async () => {
    cookie = undefined;
    const { user, password } = account;
    await call('Login', SESSION_MANAGER, { userName: user, password, locale: 'en_US' });
  };
  return { lab, send, call, login };
}

export const SERVICE_INSTANCE = { type: 'ServiceInstance', value: 'ServiceInstance' };
export const SESSION_MANAGER = { type: 'SessionManager', value: 'SessionManager' };
export const PROPERTY_COLLECTOR = { type: 'PropertyCollector', value: 'propertyCollector' };
export const ROOT_FOLDER = { type: 'Folder', value: 'group-d1' };

/** The fault in an HTTP 500. */
export function readFault(body: string): AnsweredFault {
  const fault = findChild(findChild(parseXml(body), 'Body') ?? parseXml(body), 'Fault');
  const detail = fault && findChild(fault, 'detail')?.children[0];
  if (fault === undefined || detail?.xsiType === undefined) throw new Error(`not a fault: ${body}`);
  return new AnsweredFault(detail.xsiType, findChild(fault, 'faultstring')?.text ?? '', detail);
}

/** The type of the fault that the work ends in, or "none". */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof AnsweredFault) return error.type;
    throw error;
  }
}

export function networkSystem({ lab }: LabCaller, host: string): Moref {
  return { type: 'HostNetworkSystem', value: `networkSystem-${getHost(lab.model, host).number}` };
}

export function nicManager({ lab }: LabCaller, host: string): Moref {
  return { type: 'HostVirtualNicManager', value: `virtualNicManager-${getHost(lab.model, host).number}` };
}

/** A port group's specification on vSwitch1, with one active uplink and the other unused. */
export function aPortGroup(name: string, vlanId: number, activeUplink?: string): VimInput<'HostPortGroupSpec'> {
  const nicTeaming = activeUplink === undefined ? undefined : { nicOrder: { activeNic: [activeUplink] } };
  return { name, vlanId, vswitchName: 'vSwitch1', policy: { nicTeaming } };
}

/** An adapter's specification on the vmotion stack with MTU 9000, unless said otherwise. */
export function aNic(ipAddress: string, more: Partial<VimInput<'HostVirtualNicSpec'>> = {}) {
  const ip = { dhcp: false, ipAddress, subnetMask: '255.255.255.0' };
  return { ip, mtu: 9000, netStackInstanceKey: 'vmotion', ...more } satisfies VimInput<'HostVirtualNicSpec'>;
}

export function onDefaultStack(ipAddress: string): VimInput<'HostVirtualNicSpec'> {
  return aNic(ipAddress, { netStackInstanceKey: DEFAULT_NETSTACK });
}

/** Adds the port group and the adapter in it; answers the device. */
export async function addAdapter(
  caller: LabCaller,
  host: string,
  want: { portGroup: string; vlanId: number; uplink?: string; nic: VimInput<'HostVirtualNicSpec'> },
): Promise<string> {
  const target = networkSystem(caller, host);
  await caller.call('AddPortGroup', target, { portgrp: aPortGroup(want.portGroup, want.vlanId, want.uplink) });
  return caller.call('AddVirtualNic', target, { portgroup: want.portGroup, nic: want.nic });
}

/** Sets the gateway of a host's vmotion stack, or clears it. */
export async function setGateway(caller: LabCaller, host: string, defaultGateway?: string): Promise<void> {
  const ipRouteConfig = { _type: 'HostIpRouteConfig', defaultGateway };
  await caller.call('UpdateNetworkConfig', networkSystem(caller, host), {
    config: { netStackSpec: [{ netStackInstance: { key: 'vmotion', ipRouteConfig }, operation: 'edit' }] },
    changeMode: 'modify',
  });
}

/** One property of one object. */
export async function readProperty(caller: LabCaller, obj: Moref, path: string): Promise<unknown> {
  const answer = await caller.call('RetrievePropertiesEx', PROPERTY_COLLECTOR, {
    specSet: [{ propSet: [{ type: obj.type, pathSet: [path] }], objectSet: [{ obj }] }],
    options: {},
  });
  return answer?.objects[0]?.propSet.find(({ name }) => name === path)?.val;
}

/** The ids of the lab's events, without those that only say which call was made. */
export function toldBy(lab: LabVcenter): string[] {
  return lab.model.events.map(({ id }) => id).filter((id) => id !== 'TaskEvent' && !id.startsWith('Alarm'));
}
