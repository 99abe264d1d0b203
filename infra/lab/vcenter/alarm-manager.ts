// AlarmManager, and the alarms as objects.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { ALARMS, type AlarmDefinition } from './alarm-definitions.ts';
import type { Alarms, LabAlarmState } from './alarms.ts';
import type { LabAnswer, LabCall } from './call.ts';
import { eventUser } from './lab-event.ts';
import type { LabModel } from './model.ts';
import { requirePrivilege } from './privileges.ts';
import type { Lazy } from './property-path.ts';
import { requireSession } from './session-operations.ts';
import { invalidArgument, managedObjectNotFound } from './vim-fault.ts';

export const ALARM_HANDLERS: Record<string, (call: LabCall) => LabAnswer> = {
  GetAlarm: getAlarm,
  GetAlarmState: ({ world, parameters }) => {
    const entity = requireEntity(world, parameters.entity as Moref);
    return { value: world.alarms.triggeredOn(entity).map(toAlarmState) };
  },
  AcknowledgeAlarm: acknowledgeAlarm,
};

/** The alarms declared at the root; without an entity all there are. */
function getAlarm({ world, parameters }: LabCall): LabAnswer {
  const entity = parameters.entity as Moref | undefined;
  if (entity !== undefined) requireEntity(world, entity);
  const isRoot = entity === undefined || entity.value === world.model.folders.root.value;
  return { value: isRoot ? ALARMS.map(({ moref }) => moref) : [] };
}

function acknowledgeAlarm(call: LabCall): LabAnswer {
  const { alarm, entity } = call.parameters as { alarm: Moref; entity: Moref };
  const { world } = call;
  requireEntity(world, entity);
  requirePrivilege(world.model, entity, 'Alarm.Acknowledge');
  const user = eventUser(requireSession(call).user);
  if (!world.alarms.acknowledge({ alarm, entity, user })) throw invalidArgument('alarm');
  return {};
}

function requireEntity({ inventory }: LabCall['world'], entity: Moref): Moref {
  if (inventory.find(entity) === undefined) throw managedObjectNotFound(entity);
  return entity;
}

/** ManagedEntity.triggeredAlarmState and .declaredAlarmState. */
export function alarmStates(alarms: Pick<Alarms, 'triggeredOn'>, entity: Moref, since: Date): Lazy {
  const triggered = () => alarms.triggeredOn(entity);
  return {
    triggeredAlarmState: () => triggered().map(toAlarmState),
    declaredAlarmState: () =>
      ALARMS.map((definition) => declaredState(definition, { triggered: triggered(), entity, since })),
  };
}

function toAlarmState(state: LabAlarmState): Record<string, unknown> {
  const { key, entity, definition, status, at, eventKey, acknowledged } = state;
  return {
    key,
    entity,
    alarm: definition.moref,
    overallStatus: status,
    time: at,
    acknowledged: acknowledged !== undefined,
    acknowledgedByUser: acknowledged?.by,
    acknowledgedTime: acknowledged?.at,
    eventKey,
  };
}

function declaredState(
  { moref }: AlarmDefinition,
  at: { triggered: LabAlarmState[]; entity: Moref; since: Date },
): Record<string, unknown> {
  const own = at.triggered.find(
    (one) => one.definition.moref.value === moref.value && one.entity.value === at.entity.value,
  );
  if (own !== undefined) return toAlarmState(own);
  const key = `${moref.value.slice('alarm-'.length)}.${at.entity.value.replace(/^\D+/, '')}`;
  return { key, entity: at.entity, alarm: moref, overallStatus: 'green', time: at.since, acknowledged: false };
}

/** Alarm. */
export function alarmProperties(model: LabModel, definition: AlarmDefinition, since: Date): Lazy {
  const { moref, name, systemName, description, triggers } = definition;
  const expression = triggers.map(({ event, status }) => ({
    _type: 'EventAlarmExpression',
    eventType: event.includes('.') ? 'EventEx' : event,
    eventTypeId: event.includes('.') ? event : `vim.event.${event}`,
    objectType: 'HostSystem',
    status,
  }));
  return {
    info: () => ({
      name,
      systemName: systemName ?? '',
      description,
      enabled: true,
      expression: { _type: 'OrAlarmExpression', expression },
      actionFrequency: 0,
      setting: { toleranceRange: 0, reportingFrequency: 300 },
      key: moref.value,
      alarm: moref,
      entity: model.folders.root,
      lastModifiedTime: since,
      lastModifiedUser: '',
      creationEventId: 0,
    }),
  };
}
