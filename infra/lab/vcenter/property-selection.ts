// PropertyCollector's filter specifications: which objects they select, and which properties of each.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { ManagedObject } from './inventory.ts';
import { isManagedKindOf, isManagedType, managedProperties } from './managed-types.ts';
import { pathType, valueAt } from './property-path.ts';
import type { Switches } from './switches.ts';
import { invalidArgument, managedObjectNotFound, VimFault } from './vim-fault.ts';

export type FilterSpec = Vim<'PropertyFilterSpec'>;
export type Find = (moref: Moref) => ManagedObject | undefined;
export type Selected = { object: ManagedObject; paths: string[] };

type Traversal = Vim<'TraversalSpec'>;

/** The objects of all specifications, each once. Faults as vCenter does for types, paths and objects it has not. */
export function selectObjects(
  specSet: FilterSpec[],
  find: Find,
  missingObject: Switches['missingObject'] = 'left-out',
): Selected[] {
  const selected = new Map<string, Selected>();
  for (const spec of specSet) {
    for (const properties of spec.propSet) requirePaths(properties);
    for (const object of objectsOf(spec, find, missingObject)) {
      const paths = pathsFor(spec, object.moref.type);
      if (paths === undefined) continue;
      const before = selected.get(object.moref.value)?.paths ?? [];
      selected.set(object.moref.value, { object, paths: [...new Set([...before, ...paths])] });
    }
  }
  return [...selected.values()];
}

/** A specification for a base type applies too. `undefined`: none applies, so the object is not part of the answer. */
export function pathsFor(spec: FilterSpec, type: string): string[] | undefined {
  const applying = spec.propSet.filter((properties) => isManagedKindOf(type, properties.type));
  if (applying.length === 0) return undefined;
  return [
    ...new Set(applying.flatMap((one) => (one.all === true ? Object.keys(managedProperties(type)) : one.pathSet))),
  ];
}

// Types of vCenter that the lab has no objects of: asking for them is right, and finds nothing.
const OTHER_TYPES = new Set([
  'Datastore',
  'HostVMotionSystem',
  'HostVsanSystem',
  'OpaqueNetwork',
  'OptionManager',
  'PropertyFilter',
  'ReflectManagedMethodExecuter',
  'StoragePod',
  'VirtualApp',
]);

function requirePaths(properties: Vim<'PropertySpec'>): void {
  if (OTHER_TYPES.has(properties.type)) return;
  if (!isManagedType(properties.type)) {
    throw new VimFault('InvalidType', `A specified parameter was not correct: ${properties.type}`, {
      argument: properties.type,
    });
  }
  for (const path of properties.pathSet) {
    if (pathType(properties.type, path) === undefined) throw invalidProperty(path);
  }
}

function invalidProperty(name: string): VimFault {
  return new VimFault('InvalidProperty', `The property '${name}' is not valid.`, { name });
}

function objectsOf(spec: FilterSpec, find: Find, missingObject: Switches['missingObject']): ManagedObject[] {
  const found = new Map<string, ManagedObject>();
  for (const start of spec.objectSet) {
    const object = find(start.obj);
    if (object === undefined) {
      if (spec.reportMissingObjectsInResults === true && missingObject === 'left-out') continue;
      throw managedObjectNotFound(start.obj);
    }
    if (start.skip !== true) found.set(object.moref.value, object);
    const named = new Map<string, Traversal>();
    collectNamed(start.selectSet, named);
    follow(object, start.selectSet, { find, named, found, walked: new Set() });
  }
  return [...found.values()];
}

function collectNamed(selectSet: Vim<'SelectionSpec'>[], named: Map<string, Traversal>): void {
  for (const one of selectSet) {
    if (!isTraversal(one)) continue;
    if (one.name !== undefined) named.set(one.name, one);
    collectNamed(one.selectSet, named);
  }
}

type Walk = {
  find: Find;
  named: Map<string, Traversal>;
  found: Map<string, ManagedObject>;
  /** Pairs of object and traversal already followed: specifications may name themselves. */
  walked: Set<string>;
};

function follow(object: ManagedObject, selectSet: Vim<'SelectionSpec'>[], walk: Walk): void {
  for (const selection of selectSet) {
    const traversal = isTraversal(selection) ? selection : walk.named.get(selection.name ?? '');
    if (traversal === undefined) throw invalidArgument('specSet.objectSet.selectSet');
    if (!isManagedKindOf(object.moref.type, traversal.type)) continue;
    const step = `${object.moref.value} ${traversal.name ?? ''} ${traversal.type} ${traversal.path}`;
    if (walk.walked.has(step)) continue;
    walk.walked.add(step);
    if (pathType(object.moref.type, traversal.path) === undefined) throw invalidProperty(traversal.path);
    for (const moref of morefsAt(object, traversal.path)) {
      const child = walk.find(moref);
      if (child === undefined) continue;
      if (traversal.skip !== true) walk.found.set(child.moref.value, child);
      follow(child, traversal.selectSet, walk);
    }
  }
}

function morefsAt(object: ManagedObject, path: string): Moref[] {
  const value = valueAt(object.read(), path);
  return value === undefined ? [] : ([value].flat() as Moref[]);
}

function isTraversal(
  selection: Vim<'SelectionSpec'> & { _type?: string },
): selection is Traversal & { _type?: string } {
  return selection._type === 'TraversalSpec';
}
