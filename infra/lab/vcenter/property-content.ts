import { encodeAny, encodeElement } from '../../../shared/vsphere/codec.ts';
import { TYPES } from '../../../shared/vsphere/schema.ts';
import { escapeXml } from '../../../shared/vsphere/xml.ts';
import type { PropertyMemory } from './property-memory.ts';
import { type Lazy, pathType, valueAt } from './property-path.ts';
import type { Selected } from './property-selection.ts';
import type { LabSession } from './sessions.ts';

/** One property's value as it is now, as XML with its `xsi:type`; `undefined` when it is unset. */
export type PropertyXml = { name: string; val: string };

export function readProperties({ object, paths }: Selected, session: LabSession | undefined): PropertyXml[] {
  const properties = object.read(session);
  const stamp = object.memory?.stamp() ?? '';
  const values: PropertyXml[] = [];
  for (const name of paths) {
    const read = () => readValue(object.moref.type, properties, name);
    const val = object.memory?.covers(name) === true ? remember(object.memory, { name, stamp, read }) : read();
    if (val !== undefined) values.push({ name, val });
  }
  return values;
}

/** ObjectContent, under the name that the answer gives it. */
export function encodeObjectContent(name: string, selected: Selected, session: LabSession | undefined): string {
  const propSet = readProperties(selected, session).map(
    (one) => `<propSet><name>${escapeXml(one.name)}</name>${one.val}</propSet>`,
  );
  const obj = encodeElement('obj', 'ManagedObjectReference', selected.object.moref);
  return `<${name}>${obj}${propSet.join('')}</${name}>`;
}

/** ObjectContent that says of each path why it is missing: how a property collector may show an expired session. */
export function encodeMissing(name: string, selected: Selected, fault: { _type: string; message: string }): string {
  const { message, ...value } = fault;
  const missing = selected.paths.map((path) =>
    encodeElement('missingSet', 'MissingProperty', { path, fault: { fault: value, localizedMessage: message } }),
  );
  const obj = encodeElement('obj', 'ManagedObjectReference', selected.object.moref);
  return `<${name}>${obj}${missing.join('')}</${name}>`;
}

function readValue(managedType: string, properties: Lazy, path: string): string | undefined {
  const type = pathType(managedType, path);
  const value = type === undefined ? undefined : valueAt(properties, path);
  return type === undefined || value === undefined ? undefined : encodeValue(type, value);
}

function remember(
  memory: PropertyMemory,
  want: { name: string; stamp: string; read: () => string | undefined },
): string | undefined {
  const kept = memory.kept.get(want.name);
  if (kept?.stamp === want.stamp) return kept.val;
  const val = want.read();
  memory.kept.set(want.name, { stamp: want.stamp, val });
  return val;
}

function encodeValue(type: string, value: unknown): string {
  // The value says its own type, as the result of a task does.
  if (type === 'any') return encodeElement('val', 'any', value);
  const isKnown = type.startsWith('xsd:') || type.startsWith('ArrayOf') || type === 'ManagedObjectReference';
  if (isKnown || TYPES.has(type)) return encodeAny('val', type, value);
  // An enumeration: its text under its own type.
  return `<val xsi:type="${type}">${escapeXml(String(value))}</val>`;
}
