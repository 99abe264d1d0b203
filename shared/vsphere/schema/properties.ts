import { type } from './notation.ts';

export const PROPERTY_TYPES = {
  PropertySpec: type({ type: 'string', all: 'boolean?', pathSet: 'string*' }),
  PropertyFilterSpec: type({
    propSet: 'PropertySpec+',
    objectSet: 'ObjectSpec+',
    reportMissingObjectsInResults: 'boolean?',
  }),
  ObjectSpec: type({ obj: 'ManagedObjectReference', skip: 'boolean?', selectSet: 'SelectionSpec^*' }),
  SelectionSpec: type({ name: 'string?' }),
  TraversalSpec: type(
    { type: 'string', path: 'string', skip: 'boolean?', selectSet: 'SelectionSpec^*' },
    'SelectionSpec',
  ),
  RetrieveOptions: type({ maxObjects: 'int?' }),
  RetrieveResult: type({ token: 'string?', objects: 'ObjectContent+' }),
  ObjectContent: type({ obj: 'ManagedObjectReference', propSet: 'DynamicProperty*', missingSet: 'MissingProperty*' }),
  DynamicProperty: type({ name: 'string', val: 'any' }),
  MissingProperty: type({ path: 'string', fault: 'LocalizedMethodFault' }),
  LocalizedMethodFault: type({ fault: 'MethodFault^', localizedMessage: 'string?' }),
  LocalizableMessage: type({ key: 'string', arg: 'KeyAnyValue*', message: 'string?' }),
  KeyAnyValue: type({ key: 'string', value: 'any' }),
  KeyValue: type({ key: 'string', value: 'string' }),
  UpdateSet: type({ version: 'string', filterSet: 'PropertyFilterUpdate*', truncated: 'boolean?' }),
  PropertyFilterUpdate: type({
    filter: 'ManagedObjectReference',
    objectSet: 'ObjectUpdate*',
    missingSet: 'MissingObject*',
  }),
  ObjectUpdate: type({
    kind: 'string',
    obj: 'ManagedObjectReference',
    changeSet: 'PropertyChange*',
    missingSet: 'MissingProperty*',
  }),
  PropertyChange: type({ name: 'string', op: 'string', val: 'any' }),
  MissingObject: type({ obj: 'ManagedObjectReference', fault: 'LocalizedMethodFault' }),
  WaitOptions: type({ maxWaitSeconds: 'int?', maxObjectUpdates: 'int?' }),
} as const;
