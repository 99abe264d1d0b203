// EventFilterSpec: which of vCenter's events somebody asks for.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { isKindOf } from '../../../shared/vsphere/schema.ts';
import type { LabWorld } from './call.ts';
import type { LabEvent } from './lab-event.ts';
import { allHosts } from './model.ts';
import { invalidArgument, managedObjectNotFound } from './vim-fault.ts';

export type EventFilter = Vim<'EventFilterSpec'>;

const RECURSIONS = ['self', 'children', 'all'];
const PAGE_LARGEST = 1_000;

/** How many events one page has. Throws InvalidArgument for sizes that vCenter refuses. */
export function toPageSize(maxCount: number | undefined, unset: number): number {
  if (maxCount === undefined) return unset;
  if (maxCount < 1 || maxCount > PAGE_LARGEST) throw invalidArgument('maxCount');
  return maxCount;
}

/** Refuses entities that do not exist and words that are none, before anything is read. */
export function requireFilter({ inventory }: LabWorld, { entity }: EventFilter): void {
  if (entity === undefined) return;
  if (inventory.find(entity.entity) === undefined) throw managedObjectNotFound(entity.entity);
  if (!RECURSIONS.includes(entity.recursion)) throw invalidArgument('filter.entity.recursion');
}

/** The events that the filter lets through, the oldest first. */
export function filterEvents(world: LabWorld, filter: EventFilter): LabEvent[] {
  const entities = filter.entity && entitiesOf(world, filter.entity);
  const [begin, end] = [filter.time?.beginTime, filter.time?.endTime].map((one) => one && Date.parse(one));
  const users = filter.userName;
  return world.model.events.filter((event) => {
    const at = event.at.getTime();
    if (typeof begin === 'number' && at < begin) return false;
    if (typeof end === 'number' && at > end) return false;
    if (entities !== undefined && !idsOf(world, event).some((id) => entities.has(id))) return false;
    if (filter.eventChainId !== undefined && event.chainId !== filter.eventChainId) return false;
    if (users !== undefined && !isByUser(event, users)) return false;
    if (filter.category.length > 0 && !filter.category.includes(event.severity ?? 'info')) return false;
    const types = [...filter.eventTypeId, ...filter.type];
    return types.length === 0 || types.some((type) => isOfType(event, type));
  });
}

function entitiesOf({ inventory }: LabWorld, { entity, recursion }: Vim<'EventFilterSpecByEntity'>): Set<string> {
  const below = recursion === 'self' ? [] : inventory.listBelow(entity, recursion === 'all');
  const own = recursion === 'children' ? [] : [entity];
  return new Set([...own, ...below].map(({ value }) => value));
}

/** Everything that the event is told of. */
function idsOf({ model }: LabWorld, event: LabEvent): string[] {
  const host = allHosts(model).find(({ name }) => name === event.host);
  const cluster = model.clusters.find(({ name }) => name === (event.cluster ?? host?.cluster));
  return [host?.moref.value, cluster?.moref.value, event.entity].filter((id) => id !== undefined);
}

function isByUser({ user }: LabEvent, { systemUser, userList }: Vim<'EventFilterSpecByUsername'>): boolean {
  if (user === '') return systemUser;
  return userList.length === 0 ? !systemUser || user !== '' : userList.includes(user);
}

function isOfType(event: LabEvent, type: string): boolean {
  if (event.class === 'EventEx') return event.id === type || type === 'EventEx';
  return isKindOf(event.class, type.replace(/^vim\.event\./, ''));
}
