// Whether a host still is where it was when it was planned, and in words why it can't be worked on.
import type { Host, Moref } from './inventory.ts';
import type { JobFailure } from './job.ts';

/** What is kept of where a host was. Absent in rows of older versions. */
export type Place = { parent?: Moref | undefined };

/** Whether somebody has moved the host to another cluster since, or out of any. What is not known is not held against it. */
export function isElsewhere(then: Place, { parent }: Pick<Host, 'parent'>): boolean {
  return then.parent !== undefined && parent !== undefined && then.parent.value !== parent.value;
}

/** "esx03 is disconnected", for a host that is not connected. */
export function awayText({ name, connection }: Pick<Host, 'name' | 'connection'>): string {
  return `${name} is ${connection === 'gone' ? 'no longer shown by vCenter' : connection}`;
}

/** The same for a host that was moved. `cluster`: where it was. */
export function movedText({ name }: Pick<Host, 'name'>, cluster: string): string {
  return `${name} was moved out of ${cluster}`;
}

/** What the matrix goes without, where hosts left between their change and the test. `moved`: those that are elsewhere. */
export function missingFromTest(lost: Host[], moved: Host[], cluster: string): JobFailure | undefined {
  const gone = lost.filter(({ connection }) => connection === 'gone');
  const away = lost.filter(({ connection }) => connection !== 'gone');
  const name = (hosts: Host[]) => hosts.map((host) => host.name).join(', ');
  const parts = [
    ...(away.length === 0 ? [] : [LOST.away(name(away))]),
    ...(gone.length === 0 ? [] : [LOST.gone(name(gone))]),
    ...(moved.length === 0 ? [] : [LOST.moved(name(moved), cluster)]),
  ];
  const [first] = parts;
  if (first === undefined) return undefined;
  return { code: first.code, what: parts.map(({ what }) => what).join(' '), remedy: first.remedy };
}

const LOST = {
  away: (names: string) => ({
    code: 'host-not-connected',
    what: `${names} lost the connection to vCenter before the test.`,
    remedy: 'Reconnect and run the test again.',
  }),
  gone: (names: string) => ({
    code: 'vcenter-object-gone',
    what: `vCenter no longer shows ${names}.`,
    remedy: 'Look in vCenter for who removed it, and why; the others are tested.',
  }),
  moved: (names: string, cluster: string) => ({
    code: 'host-moved',
    what: `${names} left ${cluster} before the test.`,
    remedy: 'Move it back and run the test again; the others are tested.',
  }),
};
