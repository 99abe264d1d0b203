import { type } from './notation.ts';

/** AlarmManager: what an alarm is declared to be, and how it stands on an entity. */
export const ALARM_TYPES = {
  AlarmState: type({
    key: 'string',
    entity: 'ManagedObjectReference',
    alarm: 'ManagedObjectReference',
    overallStatus: 'string',
    time: 'dateTime',
    acknowledged: 'boolean?',
    acknowledgedByUser: 'string?',
    acknowledgedTime: 'dateTime?',
    eventKey: 'int?',
  }),
  AlarmExpression: type({}),
  OrAlarmExpression: type({ expression: 'AlarmExpression^+' }, 'AlarmExpression'),
  EventAlarmExpressionComparison: type({ attributeName: 'string', operator: 'string', value: 'string' }),
  EventAlarmExpression: type(
    {
      comparisons: 'EventAlarmExpressionComparison*',
      eventType: 'string',
      eventTypeId: 'string?',
      objectType: 'string?',
      status: 'string?',
    },
    'AlarmExpression',
  ),
  Action: type({}),
  RunScriptAction: type({ script: 'string' }, 'Action'),
  AlarmAction: type({}),
  AlarmTriggeringActionTransitionSpec: type({ startState: 'string', finalState: 'string', repeats: 'boolean' }),
  AlarmTriggeringAction: type(
    {
      action: 'Action^',
      transitionSpecs: 'AlarmTriggeringActionTransitionSpec*',
      green2yellow: 'boolean',
      yellow2red: 'boolean',
      red2yellow: 'boolean',
      yellow2green: 'boolean',
    },
    'AlarmAction',
  ),
  AlarmSetting: type({ toleranceRange: 'int', reportingFrequency: 'int' }),
  AlarmSpec: type({
    name: 'string',
    systemName: 'string?',
    description: 'string',
    enabled: 'boolean',
    expression: 'AlarmExpression^',
    action: 'AlarmAction^?',
    actionFrequency: 'int?',
    setting: 'AlarmSetting?',
  }),
  AlarmInfo: type(
    {
      key: 'string',
      alarm: 'ManagedObjectReference',
      entity: 'ManagedObjectReference',
      lastModifiedTime: 'dateTime',
      lastModifiedUser: 'string',
      creationEventId: 'int',
    },
    'AlarmSpec',
  ),
} as const;
