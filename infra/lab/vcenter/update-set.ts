// PropertyCollector.WaitForUpdatesEx: what has changed since the version that the caller has seen.
import { encodeElement } from '../../../shared/vsphere/codec.ts';
import { escapeXml } from '../../../shared/vsphere/xml.ts';
import type { Moref } from '../../../shared/domain/inventory.ts';
import { readProperties } from './property-content.ts';
import { type FilterSpec, type Find, selectObjects } from './property-selection.ts';
import type { LabSession } from './sessions.ts';

/** A filter and what was last told of it: object to property to value, as XML. */
export type PropertyFilter = {
  id: string;
  collector: string;
  spec: FilterSpec;
  seen: Map<string, { moref: Moref; values: Map<string, string> }>;
  version: number;
};

/** The UpdateSet for the filters of one collector, or `undefined` when nothing changed. */
export function encodeUpdates(filters: PropertyFilter[], find: Find, session: LabSession): string | undefined {
  const updates = filters.map((filter) => ({ filter, xml: encodeFilterUpdate(filter, find, session) }));
  const changed = updates.filter(({ xml }) => xml !== '');
  if (changed.length === 0) return undefined;
  for (const { filter } of changed) filter.version += 1;
  const version = filters.reduce((sum, filter) => sum + filter.version, 0);
  const sets = changed.map(({ filter, xml }) => {
    const reference = encodeElement('filter', 'ManagedObjectReference', { type: 'PropertyFilter', value: filter.id });
    return `<filterSet>${reference}${xml}</filterSet>`;
  });
  return `<version>${version}</version>${sets.join('')}`;
}

/** The caller starts over with an empty version: everything is told again. */
export function forgetSeen(filters: PropertyFilter[]): void {
  for (const filter of filters) filter.seen = new Map();
}

function encodeFilterUpdate(filter: PropertyFilter, find: Find, session: LabSession): string {
  const before = filter.seen;
  const now: PropertyFilter['seen'] = new Map();
  for (const selected of selectObjects([filter.spec], find)) {
    const values = new Map(readProperties(selected, session).map(({ name, val }) => [name, val]));
    now.set(selected.object.moref.value, { moref: selected.object.moref, values });
  }
  filter.seen = now;
  let xml = '';
  for (const [id, { moref, values }] of now) {
    const old = before.get(id);
    const changes = [...values].filter(([name, val]) => old?.values.get(name) !== val);
    const removed = [...(old?.values.keys() ?? [])].filter((name) => !values.has(name));
    if (old !== undefined && changes.length + removed.length === 0) continue;
    xml += encodeObjectUpdate(old === undefined ? 'enter' : 'modify', moref, [
      ...changes.map(([name, val]) => `<name>${escapeXml(name)}</name><op>assign</op>${val}`),
      ...removed.map((name) => `<name>${escapeXml(name)}</name><op>remove</op>`),
    ]);
  }
  for (const [id, { moref }] of before) if (!now.has(id)) xml += encodeObjectUpdate('leave', moref, []);
  return xml;
}

function encodeObjectUpdate(kind: string, moref: Moref, changes: string[]): string {
  const obj = encodeElement('obj', 'ManagedObjectReference', moref);
  const changeSet = changes.map((one) => `<changeSet>${one}</changeSet>`).join('');
  return `<objectSet><kind>${kind}</kind>${obj}${changeSet}</objectSet>`;
}
