// Who changed a field: the last of vCenter's events that can have done it.
import type { HostChange } from './drift-find.ts';
import type { VcenterEvent } from './vcenter-event.ts';

/** A job of the product's that changed hosts, from its request to its end. `hosts`: those it wrote to, by name. */
export type OwnWork = { from: string; until: string; hosts: string[] };

/** `own`: the product did it. `unknown`: no event tells. */
export type Author = { kind: 'own' } | { kind: 'other'; by: string; at: string; event: string } | { kind: 'unknown' };

export type Witness = {
  /** Since the last audit, the oldest first. */
  events: VcenterEvent[];
  /** The product's account, as vCenter or as the secret names it. */
  account: string;
  work: OwnWork[];
};

/** vCenter's clock and the product's may be apart. */
const SKEW_MS = 300_000;

/** Who made a change, by vCenter's events between two audits: the last one whose task can have made it. `own`: this
 * product's account while one of its jobs was at work there, or no event and such a job. */
export function findAuthor(change: HostChange, { events, account, work }: Witness): Author {
  const fits = events.filter((event) => event.user !== undefined && canHaveChanged(event, change));
  const last = fits.findLast((event) => isSpecific(event, change)) ?? fits.at(-1);
  if (last?.user === undefined) {
    return work.some(({ hosts }) => hosts.includes(change.host)) ? { kind: 'own' } : { kind: 'unknown' };
  }
  const isOwn = isSameAccount(last.user, account) && work.some((one) => isDuring(last.at, one));
  return isOwn ? { kind: 'own' } : { kind: 'other', by: last.user, at: last.at, event: last.message };
}

/** Which tasks change which fields, by the last part of their names; the first kind whose pattern fits. */
const TASKS: { field: RegExp; tasks: string[] }[] = [
  { field: /^vmk\d+ services$/, tasks: ['selectVnic', 'deselectVnic', 'addVirtualNic', 'removeVirtualNic'] },
  { field: /^vmk\d+ /, tasks: ['addVirtualNic', 'updateVirtualNic', 'removeVirtualNic'] },
  { field: /^netstack .* state$/, tasks: ['addVirtualNic', 'removeVirtualNic'] },
  { field: /^netstack /, tasks: ['updateNetworkConfig'] },
  { field: /^port group /, tasks: ['addPortGroup', 'updatePortGroup', 'removePortGroup'] },
  { field: /^switch /, tasks: ['addVirtualSwitch', 'updateVirtualSwitch', 'removeVirtualSwitch'] },
];

function isSpecific({ task }: VcenterEvent, { field }: HostChange): boolean {
  const tasks = TASKS.find((one) => one.field.test(field))?.tasks ?? [];
  // One call of this can carry any change of a host's network: the vSphere Client makes several of its changes so.
  return [...tasks, 'updateNetworkConfig'].includes(lastPart(task));
}

/** Any change of a host's network; of a distributed switch's, which belongs to no host, any reconfiguration. */
function canHaveChanged({ task, host }: VcenterEvent, change: HostChange): boolean {
  const name = task ?? '';
  if (change.field.startsWith('distributed port group ')) return /^dvs\.|DistributedVirtual/i.test(name);
  return host?.name === change.host && /NetworkSystem|VirtualNicManager|VMotionSystem|profile/i.test(name);
}

const lastPart = (task: string | undefined) => task?.slice(task.lastIndexOf('.') + 1) ?? '';

function isDuring(at: string, { from, until }: OwnWork): boolean {
  const ms = Date.parse(at);
  return ms >= Date.parse(from) - SKEW_MS && ms <= Date.parse(until) + SKEW_MS;
}

/** "VSPHERE.LOCAL\svc" and "svc@vsphere.local" are one account; so are "CORP\svc" and "svc@corp.example.com". */
export function isSameAccount(left: string, right: string): boolean {
  const [a, b] = [toParts(left), toParts(right)];
  if (a.name !== b.name) return false;
  if (a.domain === '' || b.domain === '' || a.domain === b.domain) return true;
  return a.domain.split('.')[0] === b.domain || b.domain.split('.')[0] === a.domain;
}

function toParts(account: string): { name: string; domain: string } {
  const text = account.toLowerCase();
  const backslash = text.indexOf('\\');
  if (backslash >= 0) return { domain: text.slice(0, backslash), name: text.slice(backslash + 1) };
  const at = text.lastIndexOf('@');
  return at < 0 ? { domain: '', name: text } : { domain: text.slice(at + 1), name: text.slice(0, at) };
}
