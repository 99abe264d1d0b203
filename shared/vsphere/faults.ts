// vCenter's faults as failures that somebody can act on. Matched by type, never by text.
import type { Moref } from '../domain/inventory.ts';
import { type ErrorCode, OpsError, type Retry } from '../errors.ts';
import { decodeElement } from './codec.ts';
import { FAULTS, isKindOf } from './schema.ts';
import type { Vim } from './vim.ts';
import { WireError } from './wire-error.ts';
import { findChild, type XmlElement } from './xml.ts';

/** A fault as decoded, under its concrete type. */
export type VimFault = Vim<'MethodFault'> & { _type: string };

/** What was being done when vCenter answered with a fault. `about`: the object's name for people. */
export type FaultContext = { operation: string; about?: string | undefined; isWrite: boolean };

/** The failure for a `<soapenv:Fault>`. */
export function faultToError(body: XmlElement, context: FaultContext): OpsError {
  const text = findChild(body, 'faultstring')?.text ?? '';
  const detail = findChild(body, 'detail')?.children[0];
  const fault = detail && readFault(detail);
  const error = vimFaultToError(fault, text, context);
  if (fault !== undefined || !context.isWrite) return error;
  // Something in between may say so as well as vCenter, and then nobody knows how far the call came.
  const { code, message, remedy } = error;
  return new OpsError(code, message, { retry: 'outcome-unknown', remedy });
}

/** The failure for a fault found in a value, such as a `missingSet`. */
export function vimFaultToError(fault: VimFault | undefined, text: string, context: FaultContext): OpsError {
  const type = nameOfFault(fault);
  const { code, retry, remedy } = judge(type, context);
  const where = context.about === undefined ? context.operation : `${context.operation} on ${context.about}`;
  return new OpsError(code, `${where}: ${faultText(fault, text)}`, {
    retry,
    remedy,
    fault: fault && shorten(fault._type, NAME_CHARS_MAX),
  });
}

/** The fault's name and vCenter's words about it, for a person. */
export function faultText(fault: VimFault | undefined, text: string): string {
  const words = [...new Set([text, ...detailsOf(fault)].map((one) => one.trim()).filter((one) => one !== ''))];
  return shorten(`${nameOfFault(fault)}${words.length === 0 ? '' : `: ${words.join(' ')}`}`, TEXT_CHARS_MAX);
}

/** What is longer than this fits neither a message nor a row, and nobody would read it. */
const TEXT_CHARS_MAX = 2_000;
const NAME_CHARS_MAX = 100;

/** The first `most` characters at most, with a mark where something is missing. */
export const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

const nameOfFault = (fault: VimFault | undefined) => fault?._type ?? 'unknown fault';

/** `undefined` for what is no fault of vim25's. */
function readFault(element: XmlElement): VimFault | undefined {
  // Old servers leave xsi:type out; the element is then named after the type.
  const named = element.name.endsWith('Fault') ? element.name.slice(0, -'Fault'.length) : undefined;
  const type = element.xsiType ?? named;
  if (type === undefined || type === '') return undefined;
  const known = FAULTS.has(type) ? type : 'MethodFault';
  return { ...readDetails(element, known, type), _type: type };
}

/** Its type says what to do; the words around it may be damaged. */
function readDetails(element: XmlElement, known: string, type: string): Vim<'MethodFault'> {
  try {
    return decodeElement(known, { ...element, xsiType: type }) as Vim<'MethodFault'>;
  } catch (error) {
    if (error instanceof WireError) return { faultMessage: [] };
    throw error;
  }
}

/** ESXi's useful words are in faultMessage; some faults carry more in fields of their own. */
function detailsOf(fault: VimFault | undefined): string[] {
  if (fault === undefined) return [];
  const { text, reason, invalidProperty, name, privilegeId, object, missingPrivileges } = fault as FaultFields;
  const details = fault.faultMessage.map((one) => one.message ?? '');
  if (text !== undefined) details.push(text);
  if (reason !== undefined) details.push(reason);
  if (invalidProperty !== undefined) details.push(`(${invalidProperty})`);
  if (name !== undefined) details.push(`(${name})`);
  const privileges = new Set([privilegeId, ...(missingPrivileges ?? []).flatMap((one) => one.privilegeIds)]);
  const missing = [...privileges].filter((one) => one !== undefined);
  if (missing.length > 0)
    details.push(`Missing privilege ${missing.join(', ')}${object ? ` on ${object.value}` : ''}.`);
  return details;
}

type FaultFields = {
  text?: string;
  reason?: string;
  invalidProperty?: string;
  name?: string;
  privilegeId?: string;
  object?: Moref;
  missingPrivileges?: { privilegeIds: string[] }[];
};

type Judgement = { code: ErrorCode; retry: Retry; remedy: string };

function judge(type: string, { operation, isWrite }: FaultContext): Judgement {
  if (type === 'ResourceInUse' && operation === 'RemovePortGroup') return PORT_GROUP_BUSY;
  if (type === 'ResourceInUse' && operation === 'RemoveVirtualSwitch') return SWITCH_BUSY;
  const rule = RULES.find(({ kinds }) => kinds.some((kind) => type === kind || isKindOf(type, kind)));
  if (rule === undefined) return OTHER;
  // The answer tells of the way to the host, not of what the host did.
  const isLost = isWrite && rule.mayHaveHappened === true;
  return { code: rule.code, retry: isLost ? 'outcome-unknown' : rule.retry, remedy: rule.remedy };
}

const PORT_GROUP_BUSY: Judgement = {
  code: 'port-group-busy',
  retry: 'later',
  remedy: 'Move the virtual machines and adapters that still use the port group, then try again.',
};

const SWITCH_BUSY: Judgement = {
  code: 'vcenter-busy',
  retry: 'later',
  remedy: 'Move the virtual machines and adapters that still use the switch, then try again.',
};

const OTHER: Judgement = {
  code: 'vcenter-fault',
  retry: 'never',
  remedy: "Look at the host's recent tasks and events in vCenter; they show the same fault with its cause.",
};

// The first kind that matches wins: subtypes stand before their bases.
const RULES: (Judgement & { kinds: string[]; mayHaveHappened?: true })[] = [
  {
    kinds: ['NotAuthenticated'],
    code: 'vcenter-session-lost',
    retry: 'later',
    remedy: 'Try again: a new session is opened. If it keeps happening, check who ends the sessions of this account.',
  },
  {
    kinds: ['InvalidLogin'],
    code: 'vcenter-login-failed',
    retry: 'never',
    remedy:
      'Check user and password in the secret of this vCenter, and that the account is neither locked nor expired.',
  },
  {
    kinds: ['NoPermission'],
    code: 'vcenter-no-permission',
    retry: 'never',
    remedy: "Give the account's role that privilege on the object or above it, with propagation.",
  },
  {
    kinds: ['ManagedObjectNotFound'],
    code: 'vcenter-object-gone',
    retry: 'never',
    remedy: 'Somebody has removed the object from vCenter. Plan again.',
  },
  {
    kinds: ['HostNotConnected'],
    code: 'host-not-connected',
    retry: 'later',
    remedy: 'Reconnect the host in vCenter, then try again.',
  },
  {
    kinds: ['HostCommunication'],
    code: 'host-not-connected',
    retry: 'later',
    remedy: 'Check that vCenter reaches the host, then try again.',
    mayHaveHappened: true,
  },
  {
    kinds: ['TaskInProgress', 'ConcurrentAccess', 'MethodDisabled'],
    code: 'vcenter-busy',
    retry: 'later',
    remedy: 'Another task works on the host, or it is entering maintenance. Wait for it to end, then try again.',
  },
  {
    kinds: ['SystemError', 'Timedout', 'RequestCanceled'],
    code: 'vcenter-fault',
    retry: 'later',
    remedy: "Look at the host's recent tasks in vCenter before anything is repeated.",
    mayHaveHappened: true,
  },
];
