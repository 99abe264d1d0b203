// From one SOAP request to its answer: decoding, session, the call itself, encoding.
import { OPERATIONS } from '../../../shared/vsphere/schema.ts';
import { encodeResponse, decodeOperation } from '../../../shared/vsphere/operation-codec.ts';
import { WireError } from '../../../shared/vsphere/wire-error.ts';
import type { XmlElement } from '../../../shared/vsphere/xml.ts';
import type { LabAnswer, LabCall, LabWorld } from './call.ts';
import type { HostContext } from './host-context.ts';
import { QUERY_HANDLERS, WRITE_HANDLERS } from './host-operations.ts';
import type { HostQueues } from './host-queues.ts';
import { MANAGER_HANDLERS } from './manager-operations.ts';
import { isManagedKindOf } from './managed-types.ts';
import type { LabHost } from './model.ts';
import { requirePrivilege } from './privileges.ts';
import { ALARM_HANDLERS } from './alarm-manager.ts';
import { EVENT_HANDLERS } from './event-manager.ts';
import { eventUser } from './lab-event.ts';
import { recordHostTask } from './task-event.ts';
import { findObject, PROPERTY_HANDLERS } from './property-operations.ts';
import type { HostCallView } from './scenarios.ts';
import { SESSION_HANDLERS } from './session-operations.ts';
import type { LabSession } from './sessions.ts';
import { TASK_HANDLERS } from './task-operations.ts';
import { invalidRequest, managedObjectNotFound, notAuthenticated, VimFault } from './vim-fault.ts';

export type Played = {
  refuse(call: HostCallView): VimFault | undefined;
  delayMs(call: HostCallView): number;
};

/** Decodes as strictly as vCenter: what it does not understand is InvalidRequest. */
export function toCall(world: LabWorld, element: XmlElement, session: LabSession | undefined): LabCall {
  const { operation, target, parameters } = decodeStrictly(element);
  const object = findObject({ world, session }, target);
  // Without a session nobody learns which objects exist.
  if (object === undefined && session === undefined) throw notAuthenticated();
  if (object === undefined) throw managedObjectNotFound(target);
  const isForIt = OPERATIONS.get(operation)?.targets.some((type) => isManagedKindOf(object.moref.type, type));
  if (isForIt !== true) {
    throw new VimFault('MethodNotFound', `The method ${operation} is not one of vim.${target.type}.`, {
      receiver: target,
      method: operation,
    });
  }
  return { world, operation, target, object, parameters, session };
}

/** Whether the call is answered without a login. */
export function isAnonymous(call: LabCall): boolean {
  if (['RetrieveServiceContent', 'Login'].includes(call.operation)) return true;
  const specSet = call.parameters.specSet;
  if (!Array.isArray(specSet)) return false;
  const starts = specSet.flatMap((spec: { objectSet: { obj: { type: string } }[] }) => spec.objectSet);
  return starts.every(({ obj }) => ['SessionManager', 'ServiceInstance'].includes(obj.type));
}

/** Carries the call out, after as long as it takes. */
export async function perform(call: LabCall, parts: { queues: HostQueues; played: Played }): Promise<LabAnswer> {
  const { operation, world, object } = call;
  const write = WRITE_HANDLERS[operation];
  const query = QUERY_HANDLERS[operation];
  if (object.host === undefined || (write === undefined && query === undefined)) return performCentral(call);
  const { host } = object;
  requireConnected(host, operation);
  requireHostPrivilege(world, host, operation);
  const view: HostCallView = { operation, host, parameters: call.parameters };
  await pause(world, parts.played.delayMs(view));
  if (query !== undefined) {
    const { takesMs = 0, ...answer } = query({ ...call, host }, toContext(world, host));
    await pause(world, world.latency.commandMs(takesMs));
    return answer;
  }
  return parts.queues.run(host.name, async () => {
    await pause(world, world.latency.writeMs());
    requireConnected(host, operation);
    const fault = parts.played.refuse(view);
    if (fault !== undefined) throw fault;
    if (write === undefined) throw new Error(`${operation} has no handler`);
    return { value: watched(call, host, () => write(toContext(world, host), call.parameters)) };
  });
}

/** Makes the change; an event tells who asked for it, and alarms follow from what has become of the host. */
function watched<T>({ world, operation, session }: LabCall, host: LabHost, change: () => T): T {
  const { model, alarms, clock, credentials } = world;
  const user = session?.user ?? '';
  alarms.watch(host);
  recordHostTask(model, { operation, host, user: eventUser(user), at: clock.now() });
  try {
    return change();
  } finally {
    alarms.look(host, { isProduct: user === credentials.user });
  }
}

/** The response element, as XML. */
export function encodeAnswer(call: LabCall, answer: LabAnswer): string {
  if (answer.xml === undefined) return encodeResponse(call.operation, answer.value);
  return `<${call.operation}Response xmlns="urn:vim25">${answer.xml}</${call.operation}Response>`;
}

async function performCentral(call: LabCall): Promise<LabAnswer> {
  const handler =
    SESSION_HANDLERS[call.operation] ??
    PROPERTY_HANDLERS[call.operation] ??
    TASK_HANDLERS[call.operation] ??
    MANAGER_HANDLERS[call.operation] ??
    EVENT_HANDLERS[call.operation] ??
    ALARM_HANDLERS[call.operation];
  if (handler === undefined) throw unknownOperation(call.operation);
  const answer = await handler(call);
  const objects = answer.xml === undefined ? 0 : answer.xml.split('<obj ').length - 1;
  await pause(call.world, call.world.latency.readMs(objects));
  return answer;
}

function decodeStrictly(element: XmlElement): ReturnType<typeof decodeOperation> {
  if (!OPERATIONS.has(element.name)) throw unknownOperation(element.name);
  try {
    return decodeOperation(element);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw invalidRequest(`${error.message} ${WHERE}`);
  }
}

const WHERE =
  'while parsing SOAP body at line 1, column 0 while parsing SOAP envelope at line 1, column 0 ' +
  'while parsing HTTP request before method was determined at line 1, column 0';

function unknownOperation(name: string): VimFault {
  return invalidRequest(`Unable to resolve WSDL method name ${name} for namespace name urn:vim25 ${WHERE}`);
}

function requireConnected(host: LabHost, operation: string): void {
  // References are vCenter's own to give; all else has to reach the host.
  if (host.connection === 'connected' || operation === 'RetrieveDynamicTypeManager') return;
  const type = host.connection === 'disconnected' ? 'HostNotConnected' : 'HostNotReachable';
  throw new VimFault(type, `Unable to communicate with the remote host, since it is ${host.connection}.`);
}

/** What only asks needs none, esxcli and iSCSI apart. */
function requireHostPrivilege({ model, switches }: LabWorld, host: LabHost, operation: string): void {
  if (WRITE_HANDLERS[operation] !== undefined) requirePrivilege(model, host.moref, 'Host.Config.Network');
  if (operation === 'QueryBoundVnics') requirePrivilege(model, host.moref, 'Host.Config.Storage');
  if (operation === 'ExecuteSoap' && switches.esxcliPrivilege !== 'none') {
    requirePrivilege(model, host.moref, switches.esxcliPrivilege);
  }
}

function toContext(world: LabWorld, host: LabHost): HostContext {
  return { model: world.model, host, switches: world.switches, seed: world.seed, now: world.clock.now() };
}

async function pause(world: LabWorld, ms: number): Promise<void> {
  if (ms > 0) await world.clock.sleep(ms);
}
