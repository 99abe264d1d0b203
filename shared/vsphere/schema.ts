// The vim25 types, operations and faults that client and lab speak, checked by hand against VMware's own type tables.
import { ALARM_TYPES } from './schema/alarms.ts';
import { CLUSTER_TYPES } from './schema/cluster.ts';
import { DISTRIBUTED_TYPES } from './schema/distributed.ts';
import { DISTRIBUTED_SWITCH_TYPES } from './schema/distributed-switch.ts';
import { ESXCLI_TYPES } from './schema/esxcli.ts';
import { EVENT_TYPES } from './schema/events.ts';
import { FAULT_TYPES } from './schema/faults.ts';
import { HOST_TYPES } from './schema/host.ts';
import { MANAGER_TYPES } from './schema/managers.ts';
import { NETWORK_TYPES } from './schema/network.ts';
import { type Field, type Notation, type OperationEntry, parseNotation, type TypeEntry } from './schema/notation.ts';
import {
  ALARM_OPERATIONS,
  ESXCLI_OPERATIONS,
  EVENT_OPERATIONS,
  MANAGER_OPERATIONS,
  NETWORK_OPERATIONS,
  PROPERTY_OPERATIONS,
  SESSION_OPERATIONS,
  STORAGE_OPERATIONS,
  TASK_OPERATIONS,
} from './schema/operations.ts';
import { PROPERTY_TYPES } from './schema/properties.ts';
import { SESSION_TYPES } from './schema/session.ts';
import { STORAGE_TYPES } from './schema/storage.ts';
import { SWITCH_TYPES } from './schema/switches.ts';
import { TASK_TYPES } from './schema/tasks.ts';
import { VIRTUAL_MACHINE_TYPES } from './schema/virtual-machine.ts';
import { VIRTUAL_MACHINE_CONFIG_TYPES } from './schema/virtual-machine-config.ts';
import { VMKERNEL_TYPES } from './schema/vmkernel.ts';

export const TYPE_TABLE = {
  ...SESSION_TYPES,
  ...PROPERTY_TYPES,
  ...VMKERNEL_TYPES,
  ...SWITCH_TYPES,
  ...NETWORK_TYPES,
  ...HOST_TYPES,
  ...STORAGE_TYPES,
  ...FAULT_TYPES,
  ...ESXCLI_TYPES,
  ...DISTRIBUTED_TYPES,
  ...DISTRIBUTED_SWITCH_TYPES,
  ...TASK_TYPES,
  ...VIRTUAL_MACHINE_TYPES,
  ...VIRTUAL_MACHINE_CONFIG_TYPES,
  ...CLUSTER_TYPES,
  ...MANAGER_TYPES,
  ...EVENT_TYPES,
  ...ALARM_TYPES,
} as const;

export const OPERATION_TABLE = {
  ...SESSION_OPERATIONS,
  ...PROPERTY_OPERATIONS,
  ...NETWORK_OPERATIONS,
  ...STORAGE_OPERATIONS,
  ...ESXCLI_OPERATIONS,
  ...TASK_OPERATIONS,
  ...MANAGER_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...ALARM_OPERATIONS,
} as const;

export type TypeName = keyof typeof TYPE_TABLE;
export type OperationName = keyof typeof OPERATION_TABLE;

/** `fields`: inherited ones first, then the type's own, in the order of the wire. `lists` and `required` are those of
 * them that decoding has to look after once more: most fields are neither. */
export type Sequence = {
  fields: readonly Field[];
  byName: ReadonlyMap<string, Field>;
  lists: readonly Field[];
  required: readonly Field[];
};
/** `isFault`: it is a MethodFault. */
export type VimType = Sequence & { base: string | undefined; isFault: boolean };
/** `request`: the managed object as `_this`, then the parameters. */
export type VimOperation = {
  targets: readonly string[];
  request: Sequence;
  parameters: readonly Field[];
  returns: Field | undefined;
};

const THIS: Field = { name: '_this', type: 'ManagedObjectReference' };

/** Every data object type by name. Maps, because the names asked for come off the wire. */
export const TYPES: ReadonlyMap<string, VimType> = readTypes(TYPE_TABLE);

export const OPERATIONS: ReadonlyMap<string, VimOperation> = new Map(
  Object.entries(OPERATION_TABLE).map(([name, entry]) => [name, toOperation(entry)]),
);

/** The types that may stand in a fault's detail. */
export const FAULTS: ReadonlySet<string> = new Set(
  Object.keys(FAULT_TYPES).filter((name) => isKindOf(name, 'MethodFault')),
);

/** Whether `type` is `ancestor` or inherits from it. False for types that are not in the table. */
export function isKindOf(type: string, ancestor: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = TYPES.get(at)?.base) {
    if (at === ancestor) return TYPES.has(at);
  }
  return false;
}

function readTypes(table: Record<string, TypeEntry>): Map<string, VimType> {
  const types = new Map<string, VimType>();
  const fieldsOf = (name: string): Field[] => {
    const entry = table[name];
    if (entry === undefined) throw new Error(`the schema has no type ${name}`);
    const inherited = entry.base === undefined ? [] : fieldsOf(entry.base);
    return [...inherited, ...toFields(entry.fields)];
  };
  const isFault = (name: string): boolean => {
    const base = table[name]?.base;
    return name === 'MethodFault' || (base !== undefined && isFault(base));
  };
  for (const [name, { base }] of Object.entries(table))
    types.set(name, { base, ...toSequence(fieldsOf(name)), isFault: isFault(name) });
  return types;
}

function toOperation(entry: OperationEntry): VimOperation {
  const returns = entry.returns === undefined ? undefined : parseNotation('returnval', entry.returns);
  const parameters = toFields(entry.takes);
  return { targets: entry.on, request: toSequence([THIS, ...parameters]), parameters, returns };
}

function toSequence(fields: readonly Field[]): Sequence {
  return {
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    lists: fields.filter(({ list }) => list),
    required: fields.filter(({ optional }) => !optional),
  };
}

function toFields(notation: Notation): Field[] {
  return Object.entries(notation).map(([name, one]) => parseNotation(name, one));
}
