// What happens at the simulated vCenter while it runs and the product does not do it: by other people, or by itself.
import type { Alarms } from './alarms.ts';
import { applyBreak, BREAK_KINDS, type BreakKind, type Broken } from './break-host.ts';
import type { Inventory } from './inventory.ts';
import { addEvent } from './lab-event.ts';
import { allHosts, getHost, type LabHost, type LabModel } from './model.ts';
import type { Switches } from './switches.ts';
import type { LabClock } from './system-clock.ts';
import { taskEventFields } from './task-event.ts';
import { addHostTo, moveHostTo, removeHostFrom } from './topology.ts';

/** Who turns at the lab's hosts beside the product, where nobody else is named. */
export const SOMEBODY = 'VSPHERE.LOCAL\\bob';

export type LiveChanges = {
  /** Answers false, and changes nothing, where the host has nothing of the kind to break, or it is broken already. */
  breakHost(kind: BreakKind, host: string, user?: string): boolean;
  /** Puts back what `breakHost` changed. Answers false where it changed nothing, or that was put back already. */
  mendHost(kind: BreakKind, host: string, user?: string): boolean;
  /** A new host joins the cluster as hosts come: without the vMotion stack. Answers its name. */
  addHost(cluster: string, user?: string): string;
  /** Puts the host into another cluster, or into none. Answers false where it is there already. */
  moveHost(host: string, cluster: string | undefined, user?: string): boolean;
  /** The host leaves vCenter, and the lab with it. Answers false where there is none of that name. */
  removeHost(host: string, user?: string): boolean;
  /** Hosts that `addHost` has added and that are still there, the newest first. */
  added(): string[];
};

export type LiveParts = {
  model: LabModel;
  switches: Switches;
  clock: LabClock;
  seed: number;
  alarms: Alarms;
  inventory: Pick<Inventory, 'addHost' | 'placeHost' | 'removeHost'>;
};

export function createLiveChanges(parts: LiveParts): LiveChanges {
  const { model, switches, clock, seed, alarms, inventory } = parts;
  const broken = new Map<string, Broken>();
  const added = new Set<string>();

  const record = (host: LabHost, { deed }: Broken, user: string): void => {
    if (deed === undefined) return;
    const fields = taskEventFields(model, { host, user, descriptionId: deed.task, at: clock.now() });
    addEvent(model, { at: clock.now(), class: 'TaskEvent', host: host.name, user, message: deed.message, fields });
  };

  return {
    breakHost(kind, name, user = SOMEBODY) {
      const host = getHost(model, name);
      if (broken.has(`${kind} ${name}`)) return false;
      alarms.watch(host);
      const done = applyBreak(kind, { model, host, switches });
      if (done === undefined) return false;
      broken.set(`${kind} ${name}`, done);
      record(host, done, user);
      alarms.lookAtAll();
      return true;
    },
    mendHost(kind, name, user = SOMEBODY) {
      const done = broken.get(`${kind} ${name}`);
      const host = allHosts(model).find((one) => one.name === name);
      if (done === undefined || host === undefined) return false;
      broken.delete(`${kind} ${name}`);
      const before = JSON.stringify([host.network, model.fabric.devices]);
      done.mend();
      // What the product has mended meanwhile needs nobody else.
      if (JSON.stringify([host.network, model.fabric.devices]) !== before) record(host, done, user);
      alarms.lookAtAll();
      return true;
    },
    addHost(cluster, user = SOMEBODY) {
      const host = addHostTo(model, cluster, seed);
      inventory.addHost(host);
      added.add(host.name);
      alarms.joined(host, user);
      return host.name;
    },
    moveHost(name, cluster, user = SOMEBODY) {
      return moveHost(parts, { host: getHost(model, name), cluster, user });
    },
    removeHost(name, user = SOMEBODY) {
      const host = allHosts(model).find((one) => one.name === name);
      if (host === undefined) return false;
      added.delete(name);
      removeHostFrom(model, host);
      inventory.removeHost(host);
      alarms.left(host, user);
      for (const kind of BREAK_KINDS) broken.delete(`${kind} ${name}`);
      return true;
    },
    added: () => [...added].toReversed(),
  };
}

function moveHost(
  { model, clock, inventory }: LiveParts,
  { host, cluster, user }: { host: LabHost; cluster: string | undefined; user: string },
): boolean {
  const to = model.clusters.find(({ name }) => name === cluster);
  if (cluster !== undefined && to === undefined) throw new Error(`the lab has no cluster ${cluster}`);
  if (host.cluster === (to?.name ?? '')) return false;
  const message = `Moved host ${host.name} from ${host.cluster || 'no cluster'} to ${to?.name ?? 'no cluster'}`;
  const descriptionId = to === undefined ? 'Folder.moveInto' : 'ClusterComputeResource.moveInto';
  const fields = taskEventFields(model, { host, user, descriptionId, at: clock.now() });
  addEvent(model, { at: clock.now(), class: 'TaskEvent', host: host.name, user, message, fields });
  moveHostTo(model, host, to);
  inventory.placeHost(host);
  return true;
}
