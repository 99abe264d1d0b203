// Alarms as vCenter has them: an event raises or clears them, they show on the host and on everything above it.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { type AlarmColour, type AlarmDefinition, ALARMS, PROBLEM_EVENTS, type Problem } from './alarm-definitions.ts';
import {
  findPhysicalProblems,
  findVmotionProblems,
  type Problems,
  shapeOf,
  type VmotionShape,
} from './host-problems.ts';
import { addEvent, type LabEvent } from './lab-event.ts';
import { allHosts, type LabHost, type LabModel } from './model.ts';
import { isStackLive } from './runtime.ts';
import type { LabClock } from './system-clock.ts';

/** An alarm that stands on a host. */
export type LabAlarmState = {
  key: string;
  definition: AlarmDefinition;
  host: string;
  entity: Moref;
  status: AlarmColour;
  at: Date;
  eventKey: number;
  acknowledged?: { by: string; at: Date } | undefined;
};

/** A change of an alarm's status, as alarm actions get to know it. `event`: the one that did it. */
export type AlarmChange = { state: LabAlarmState; from: AlarmColour; to: AlarmColour; event: LabEvent };

export type Alarms = {
  /** Remembers how the host carries vMotion, unless that is known. To be called before something changes it. */
  watch(host: LabHost): void;
  /** Looks at the host after a change. What the product's own account did is right as it is. */
  look(host: LabHost, change: { isProduct: boolean }): void;
  /** Looks at every host after a change of the network around them. */
  lookAtAll(): void;
  /** The host has just joined its cluster. */
  joined(host: LabHost, user: string): void;
  /** The host has just left: its alarms go with it. */
  left(host: LabHost, user: string): void;
  /** Forgets what hosts were and what is triggered: how they are from now on is how they have to be. */
  relearn(): void;
  /** What is triggered on the entity and on all below it. */
  triggeredOn(entity: Moref): LabAlarmState[];
  /** Answers false when there is no such alarm on the entity. */
  acknowledge(want: { alarm: Moref; entity: Moref; user: string }): boolean;
};

type Watched = {
  shape: VmotionShape;
  /** What was told and is not over. */
  told: Set<Problem>;
  /** It has joined the cluster and is not ready for vMotion yet. */
  isNew: boolean;
  /** The newest event at the last look. */
  seen: number;
};

const VMOTION: readonly Problem[] = ['adapter-gone', 'network-lost', 'vmotion-off', 'gateway-lost', 'mtu-changed'];

export function createAlarms(parts: {
  model: LabModel;
  clock: LabClock;
  onChange: (change: AlarmChange) => void;
}): Alarms {
  const { model, clock, onChange } = parts;
  const watched = new Map<string, Watched>();
  const states = new Map<string, LabAlarmState>();

  const watch = (host: LabHost): Watched => {
    const known = watched.get(host.name);
    if (known !== undefined) return known;
    const begun: Watched = { shape: shapeOf(host), told: new Set(), isNew: false, seen: newest(model) };
    watched.set(host.name, begun);
    return begun;
  };

  const turn = (host: LabHost, event: LabEvent): void => {
    for (const definition of ALARMS) {
      const trigger = definition.triggers.find((one) => one.event === event.id);
      if (trigger === undefined) continue;
      const key = `${definition.moref.value.slice('alarm-'.length)}.${host.number}`;
      const before = states.get(key);
      const from = before?.status ?? 'green';
      if (from === trigger.status) continue;
      const state: LabAlarmState = {
        key,
        definition,
        host: host.name,
        entity: host.moref,
        status: trigger.status,
        at: event.at,
        eventKey: event.key,
      };
      if (trigger.status === 'green') states.delete(key);
      else states.set(key, state);
      recordChange(model, state, from);
      onChange({ state, from, to: trigger.status, event });
    }
  };

  /** What the host itself said of it since the last look. */
  const toldByHost = (host: LabHost, id: string): LabEvent | undefined => {
    const since = watch(host).seen;
    return model.events.findLast((event) => event.key > since && event.id === id && event.host === host.name);
  };

  const tell = (host: LabHost, problem: Problem, told: { message: string; isRaised: boolean; user?: string }): void => {
    const { raised, cleared } = PROBLEM_EVENTS[problem];
    const id = told.isRaised ? raised : cleared;
    const event =
      toldByHost(host, id) ??
      addEvent(model, {
        at: clock.now(),
        class: id === 'HostAddedEvent' ? id : 'EventEx',
        id,
        host: host.name,
        message: told.message,
        severity: told.isRaised ? 'error' : 'info',
        user: told.user ?? '',
      });
    turn(host, event);
  };

  const look = (host: LabHost, { isProduct }: { isProduct: boolean }): void => {
    const known = watch(host);
    settleShape(host, known, isProduct);
    const now = problemsOf(model, host, known);
    for (const [problem, message] of now) {
      if (known.told.has(problem)) continue;
      // Whatever the product does to vMotion, it does on purpose.
      if (isProduct && VMOTION.includes(problem)) continue;
      known.told.add(problem);
      tell(host, problem, { message, isRaised: true });
    }
    for (const problem of known.told) {
      if (now.has(problem)) continue;
      known.told.delete(problem);
      tell(host, problem, { message: `${host.name}: ${OVER[problem]}`, isRaised: false });
    }
    if (!known.told.has('host-added')) known.isNew = false;
    known.seen = newest(model);
  };

  return {
    watch: (host) => void watch(host),
    look,
    lookAtAll: () => {
      for (const host of allHosts(model)) look(host, { isProduct: false });
    },
    joined(host, user) {
      watched.set(host.name, { shape: shapeOf(host), told: new Set(['host-added']), isNew: true, seen: newest(model) });
      tell(host, 'host-added', { message: `Added host ${host.name} to cluster ${host.cluster}`, isRaised: true, user });
    },
    left(host, user) {
      const { cluster, name } = host;
      addEvent(model, { at: clock.now(), class: 'HostRemovedEvent', cluster, message: `Removed host ${name}`, user });
      watched.delete(name);
      for (const [key, { host: at }] of states) if (at === name) states.delete(key);
    },
    relearn() {
      watched.clear();
      states.clear();
    },
    triggeredOn: (entity) => [...states.values()].filter((state) => isOnOrAbove(model, entity, state)),
    acknowledge({ alarm, entity, user }) {
      const state = [...states.values()].find(
        (one) => one.definition.moref.value === alarm.value && one.entity.value === entity.value,
      );
      if (state === undefined) return false;
      if (state.acknowledged !== undefined) return true;
      state.acknowledged = { by: user, at: clock.now() };
      recordAcknowledged(model, state, state.acknowledged);
      return true;
    },
  };
}

const newest = ({ events }: LabModel): number => events.at(-1)?.key ?? 0;

/** What the product leaves behind without anything to mend is how it has to be. */
function settleShape(host: LabHost, known: Watched, isProduct: boolean): void {
  if (!isProduct) return;
  const now = shapeOf(host);
  const hasNothingToMend = !VMOTION.some((problem) => known.told.has(problem));
  if (hasNothingToMend || now.isStackLive !== known.shape.isStackLive) known.shape = now;
}

function problemsOf(model: LabModel, host: LabHost, known: Watched): Problems {
  const problems = new Map([...findVmotionProblems(host, known.shape), ...findPhysicalProblems(model, host)]);
  if (known.isNew && !isStackLive(host, 'vmotion')) problems.set('host-added', '');
  return problems;
}

const OVER: Record<Problem, string> = {
  'uplink-redundancy': 'Uplink redundancy restored',
  'uplink-connectivity': 'Network connectivity restored',
  'address-duplicated': 'Nobody else answers to its addresses any more',
  'adapter-gone': 'The vMotion adapter is there again',
  'network-lost': 'vMotion has an adapter again',
  'vmotion-off': 'vMotion is switched on again',
  'gateway-lost': 'The vMotion gateway is set again',
  'mtu-changed': 'The MTU is again what it was',
  'host-added': 'The host is on the vMotion TCP/IP stack',
};

function isOnOrAbove(model: LabModel, entity: Moref, state: LabAlarmState): boolean {
  if (entity.value === state.entity.value) return true;
  const { folders, datacenter } = model;
  if ([folders.root.value, datacenter.moref.value, folders.host.value].includes(entity.value)) return true;
  const cluster = model.clusters.find(({ moref }) => moref.value === entity.value);
  return cluster?.hosts.some(({ name }) => name === state.host) ?? false;
}

function recordChange(model: LabModel, state: LabAlarmState, from: AlarmColour): void {
  const { definition, host, status } = state;
  addEvent(model, {
    at: state.at,
    class: 'AlarmStatusChangedEvent',
    host,
    chainId: state.eventKey,
    message: `Alarm '${definition.name}' on ${host} changed from ${capital(from)} to ${capital(status)}`,
    fields: { ...alarmFields(state), source: rootOf(model), from, to: status },
  });
}

function recordAcknowledged(model: LabModel, state: LabAlarmState, { by, at }: { by: string; at: Date }): void {
  addEvent(model, {
    at,
    class: 'AlarmAcknowledgedEvent',
    host: state.host,
    user: by,
    message: `Acknowledged alarm '${state.definition.name}' on ${state.host}`,
    fields: { ...alarmFields(state), source: rootOf(model) },
  });
}

/** The arguments that every event about an alarm has. */
export function alarmFields({ definition, host, entity }: LabAlarmState): Record<string, unknown> {
  return { alarm: { name: definition.name, alarm: definition.moref }, entity: { name: host, entity } };
}

/** Where the alarms are declared. */
const rootOf = ({ folders }: LabModel) => ({ name: 'Datacenters', entity: folders.root });

/** "Red", as vCenter writes it in texts. */
export const capital = (colour: string) => colour.charAt(0).toUpperCase() + colour.slice(1);
