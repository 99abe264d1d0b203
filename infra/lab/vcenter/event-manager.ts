// EventManager and its history collectors.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { LabAnswer, LabCall, LabWorld } from './call.ts';
import { type EventFilter, filterEvents, requireFilter, toPageSize } from './event-filter.ts';
import { toVimEvent } from './event-objects.ts';
import type { ManagedObject } from './inventory.ts';
import type { LabEvent, LabEventClass } from './lab-event.ts';
import type { Lazy } from './property-path.ts';
import { requireSession } from './session-operations.ts';
import { newSessionId } from './sessions.ts';
import { invalidArgument, managedObjectNotFound, VimFault } from './vim-fault.ts';

/** A scrollable view of the history. `behind`: the key of the newest event that lies behind the reader. */
export type EventCollector = { id: string; filter: EventFilter; pageSize: number; behind: number };

const COLLECTORS_MOST = 32;
const PAGE_UNSET = 10;
const QUERY_UNSET = 1_000;

export const EVENT_HANDLERS: Record<string, (call: LabCall) => LabAnswer> = {
  QueryEvents: queryEvents,
  CreateCollectorForEvents: createCollectorForEvents,
  ReadNextEvents: readNextEvents,
  ReadPreviousEvents: readPreviousEvents,
  SetCollectorPageSize: setCollectorPageSize,
  ResetCollector: (call) => moveTo(call, Number.MAX_SAFE_INTEGER),
  RewindCollector: (call) => moveTo(call, 0),
  DestroyCollector: destroyCollector,
};

/** EventManager's own properties. */
export function eventManager({ model }: Pick<LabWorld, 'model'>): Lazy {
  return {
    description: () => ({ eventInfo: DESCRIPTIONS }),
    latestEvent: () => {
      const latest = model.events.at(-1);
      return latest && toVimEvent(model, latest);
    },
    maxCollector: () => COLLECTORS_MOST,
  };
}

/** The collector as an object of its session. */
export function findCollector(call: Pick<LabCall, 'world' | 'session'>, moref: Moref): ManagedObject | undefined {
  const collector = call.session?.histories.get(moref.value);
  if (collector === undefined || !['EventHistoryCollector', 'HistoryCollector'].includes(moref.type)) return undefined;
  const { world } = call;
  const latestPage = () => newestFirst(filterEvents(world, collector.filter), collector.pageSize);
  const read = () => ({ latestPage: () => latestPage().map((event) => toVimEvent(world.model, event)) });
  return { moref: { type: 'EventHistoryCollector', value: moref.value }, read };
}

/** The newest page, the newest first. */
function queryEvents(call: LabCall): LabAnswer {
  const filter = call.parameters.filter as EventFilter;
  requireFilter(call.world, filter);
  const size = toPageSize(filter.maxCount, QUERY_UNSET);
  return toAnswer(call, newestFirst(filterEvents(call.world, filter), size));
}

function createCollectorForEvents(call: LabCall): LabAnswer {
  const session = requireSession(call);
  const filter = call.parameters.filter as EventFilter;
  requireFilter(call.world, filter);
  const pageSize = toPageSize(filter.maxCount, PAGE_UNSET);
  if (session.histories.size >= COLLECTORS_MOST) {
    throw new VimFault('InvalidState', 'The operation is not allowed in the current state: too many event collectors.');
  }
  const id = newSessionId(session, 'event-collector');
  session.histories.set(id, { id, filter, pageSize, behind: 0 });
  return { value: { type: 'EventHistoryCollector', value: id } };
}

function readNextEvents(call: LabCall): LabAnswer {
  const collector = getCollector(call);
  const ahead = filterEvents(call.world, collector.filter).filter(({ key }) => key > collector.behind);
  const page = ahead.slice(0, toPageSize(call.parameters.maxCount as number, PAGE_UNSET));
  collector.behind = page.at(-1)?.key ?? collector.behind;
  return toAnswer(call, page);
}

function readPreviousEvents(call: LabCall): LabAnswer {
  const collector = getCollector(call);
  const behind = filterEvents(call.world, collector.filter).filter(({ key }) => key <= collector.behind);
  const page = newestFirst(behind, toPageSize(call.parameters.maxCount as number, PAGE_UNSET));
  collector.behind = (page.at(-1)?.key ?? 1) - 1;
  return toAnswer(call, page);
}

function setCollectorPageSize(call: LabCall): LabAnswer {
  getCollector(call).pageSize = toPageSize(call.parameters.maxCount as number, PAGE_UNSET);
  return {};
}

function moveTo(call: LabCall, key: number): LabAnswer {
  getCollector(call).behind = key;
  return {};
}

function destroyCollector(call: LabCall): LabAnswer {
  if (!requireSession(call).histories.delete(call.target.value)) throw managedObjectNotFound(call.target);
  return {};
}

function getCollector(call: LabCall): EventCollector {
  const collector = requireSession(call).histories.get(call.target.value);
  if (collector === undefined) throw invalidArgument('_this');
  return collector;
}

const newestFirst = (events: LabEvent[], most: number): LabEvent[] => events.slice(-most).toReversed();

function toAnswer({ world }: LabCall, events: LabEvent[]): LabAnswer {
  return { value: events.map((event) => toVimEvent(world.model, event)) };
}

// EventManager.description.eventInfo, from which clients learn an event's category.
const CATEGORIES: Record<Exclude<LabEventClass, 'EventEx'>, string> = {
  TaskEvent: 'Task event',
  HostAddedEvent: 'Host added',
  HostRemovedEvent: 'Host removed',
  NetworkRollbackEvent: 'Network configuration rolled back',
  AlarmStatusChangedEvent: 'Alarm status changed',
  AlarmAcknowledgedEvent: 'Alarm acknowledged',
  AlarmScriptCompleteEvent: 'Alarm script completed',
  AlarmScriptFailedEvent: 'Alarm script failed',
};

const DESCRIPTIONS = Object.entries(CATEGORIES).map(([key, description]) => ({
  key,
  description,
  category: key === 'NetworkRollbackEvent' || key === 'AlarmScriptFailedEvent' ? 'error' : 'info',
  formatOnDatacenter: description,
  formatOnComputeResource: description,
  formatOnHost: description,
  formatOnVm: description,
  fullFormat: description,
}));
