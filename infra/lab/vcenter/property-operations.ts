// PropertyCollector, views and SearchIndex.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { encodeElement } from '../../../shared/vsphere/codec.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { LabAnswer, LabCall } from './call.ts';
import { findCollector } from './event-manager.ts';
import type { ManagedObject } from './inventory.ts';
import { isManagedKindOf } from './managed-types.ts';
import { encodeObjectContent } from './property-content.ts';
import { type FilterSpec, type Find, selectObjects, type Selected } from './property-selection.ts';
import { requireSession } from './session-operations.ts';
import { type LabSession, newSessionId } from './sessions.ts';
import { encodeUpdates, forgetSeen, type PropertyFilter } from './update-set.ts';
import { invalidArgument, managedObjectNotFound, VimFault } from './vim-fault.ts';

type Operation = (call: LabCall) => LabAnswer | Promise<LabAnswer>;

const POLL_MS = 250;
const WAIT_LONGEST_SECONDS = 60;

export const PROPERTY_HANDLERS: Record<string, Operation> = {
  RetrieveProperties: retrieveProperties,
  RetrievePropertiesEx: retrievePropertiesEx,
  ContinueRetrievePropertiesEx: continueRetrievePropertiesEx,
  CancelRetrievePropertiesEx: cancelRetrievePropertiesEx,
  CreateFilter: createFilter,
  DestroyPropertyFilter: (call) => destroy(requireSession(call).filters, call.target),
  CreatePropertyCollector: createPropertyCollector,
  DestroyPropertyCollector: destroyPropertyCollector,
  WaitForUpdatesEx: waitForUpdatesEx,
  CancelWaitForUpdates: () => ({}),
  CreateContainerView: createContainerView,
  DestroyView: (call) => destroy(requireSession(call).views, call.target),
  FindByInventoryPath: findByInventoryPath,
  FindChild: findChild,
};

/** Finds the session's own objects too: views, collectors of properties and of events, and filters. */
export function findObject(call: Pick<LabCall, 'world' | 'session'>, moref: Moref): ManagedObject | undefined {
  const { world, session } = call;
  const view = session?.views.get(moref.value);
  if (view !== undefined && isManagedKindOf('ContainerView', moref.type)) {
    const below = () =>
      world.inventory
        .listBelow(view.container, view.isRecursive)
        .filter((one) => view.types.length === 0 || view.types.some((type) => isManagedKindOf(one.type, type)));
    const read = () => ({
      container: () => view.container,
      type: () => view.types,
      recursive: () => view.isRecursive,
      view: below,
    });
    return { moref, read };
  }
  if (moref.type === 'PropertyCollector' && session?.collectors.has(moref.value)) {
    return { moref, read: () => ({ filter: () => [] }) };
  }
  if (moref.type === 'PropertyFilter' && session?.filters.has(moref.value)) return { moref, read: () => ({}) };
  return findCollector(call, moref) ?? world.inventory.find(moref);
}

function select(call: LabCall): Selected[] {
  return selectObjects(call.parameters.specSet as FilterSpec[], finder(call), call.world.switches.missingObject);
}

function finder(call: LabCall): Find {
  return (moref) => findObject(call, moref);
}

function retrieveProperties(call: LabCall): LabAnswer {
  const selected = select(call);
  return { xml: selected.map((one) => encodeObjectContent('returnval', one, call.session)).join('') };
}

function retrievePropertiesEx(call: LabCall): LabAnswer {
  const selected = select(call);
  const { maxObjects } = call.parameters.options as Vim<'RetrieveOptions'>;
  if (maxObjects !== undefined && maxObjects < 1) throw invalidArgument('options.maxObjects');
  // Without a session there is nothing to continue in: only the session manager itself can be read so.
  const pageSize = Math.min(maxObjects ?? Number.POSITIVE_INFINITY, call.world.switches.pageSize);
  return selected.length === 0 ? { xml: '' } : page(call, selected, pageSize);
}

function continueRetrievePropertiesEx(call: LabCall): LabAnswer {
  const token = call.parameters.token as string;
  const session = requireSession(call);
  const rest = session.pages.get(token);
  // A token is good for one use.
  if (!session.pages.delete(token) || rest === undefined) throw invalidToken();
  return page(call, rest, call.world.switches.pageSize);
}

function cancelRetrievePropertiesEx(call: LabCall): LabAnswer {
  if (!requireSession(call).pages.delete(call.parameters.token as string)) throw invalidToken();
  return {};
}

function page(call: LabCall, selected: Selected[], size: number): LabAnswer {
  const rest = selected.slice(size);
  let token = '';
  if (rest.length > 0) {
    const session = requireSession(call);
    const id = newSessionId(session, 'token');
    session.pages.set(id, rest);
    token = encodeElement('token', 'string', id);
  }
  const objects = selected.slice(0, size).map((one) => encodeObjectContent('objects', one, call.session));
  return { xml: `<returnval>${token}${objects.join('')}</returnval>` };
}

function invalidToken(): VimFault {
  return new VimFault('InvalidProperty', "The property 'token' is not valid.", { name: 'token' });
}

function createFilter(call: LabCall): LabAnswer {
  const session = requireSession(call);
  const spec = call.parameters.spec as FilterSpec;
  // Refuses bad paths and unknown objects now, not at the first wait.
  selectObjects([spec], finder(call));
  const filter: PropertyFilter = {
    id: newSessionId(session, 'filter'),
    collector: call.target.value,
    spec,
    seen: new Map(),
    version: 0,
  };
  session.filters.set(filter.id, filter);
  return { value: { type: 'PropertyFilter', value: filter.id } };
}

function createPropertyCollector(call: LabCall): LabAnswer {
  const session = requireSession(call);
  const id = newSessionId(session, 'collector');
  session.collectors.add(id);
  return { value: { type: 'PropertyCollector', value: id } };
}

function destroyPropertyCollector(call: LabCall): LabAnswer {
  const session = requireSession(call);
  if (!session.collectors.delete(call.target.value)) throw invalidArgument('_this');
  for (const filter of filtersOf(session, call.target)) session.filters.delete(filter.id);
  return {};
}

/** Answers at once when something changed; else waits, and answers null when the time is over. */
async function waitForUpdatesEx(call: LabCall): Promise<LabAnswer> {
  const session = requireSession(call);
  const options = call.parameters.options as Vim<'WaitOptions'> | undefined;
  const filters = filtersOf(session, call.target);
  if ((call.parameters.version ?? '') === '') forgetSeen(filters);
  const { clock } = call.world;
  const seconds = Math.min(options?.maxWaitSeconds ?? WAIT_LONGEST_SECONDS, WAIT_LONGEST_SECONDS);
  const until = clock.now().getTime() + seconds * 1000;
  for (;;) {
    const updates = encodeUpdates(filters, finder(call), session);
    if (updates !== undefined) return { xml: `<returnval>${updates}</returnval>` };
    if (clock.now().getTime() >= until) return { xml: '' };
    await clock.sleep(POLL_MS);
  }
}

function filtersOf(session: LabSession, collector: Moref): PropertyFilter[] {
  return [...session.filters.values()].filter((filter) => filter.collector === collector.value);
}

function createContainerView(call: LabCall): LabAnswer {
  const session = requireSession(call);
  const container = call.parameters.container as Moref;
  if (call.world.inventory.find(container) === undefined) throw managedObjectNotFound(container);
  const id = newSessionId(session, 'view');
  session.views.set(id, {
    container,
    types: call.parameters.type as string[],
    isRecursive: call.parameters.recursive as boolean,
  });
  return { value: { type: 'ContainerView', value: id } };
}

function findByInventoryPath(call: LabCall): LabAnswer {
  return { value: call.world.inventory.findByPath(call.parameters.inventoryPath as string) };
}

function findChild(call: LabCall): LabAnswer {
  const entity = call.parameters.entity as Moref;
  if (call.world.inventory.find(entity) === undefined) throw managedObjectNotFound(entity);
  return { value: call.world.inventory.findByPath(call.parameters.name as string, entity) };
}

function destroy(from: Map<string, unknown>, target: Moref): LabAnswer {
  if (!from.delete(target.value)) throw managedObjectNotFound(target);
  return {};
}
