import type { Moref } from '../domain/inventory.ts';
import { ALARM_STATUSES, type TriggeredAlarm } from '../domain/triggered-alarm.ts';
import { decodeName } from './inventory-path.ts';
import { retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

const PATH = 'triggeredAlarmState';
/** An alarm or a machine that the account may not see keeps its id for a name. */
const HIDEABLE: ReadonlySet<string> = new Set(['Alarm', 'VirtualMachine', 'HostSystem', 'Datastore']);

/**
 * ManagedEntity.triggeredAlarmState of the cluster, to which vCenter rolls up what is triggered on its hosts: one call,
 * and a second one for the names where anything is. The oldest first.
 */
export async function readTriggeredAlarms(session: Session, cluster: Moref): Promise<TriggeredAlarm[]> {
  const spec = { propSet: [{ type: cluster.type, pathSet: [PATH] }], objectSet: [{ obj: cluster }] };
  const [row] = await retrieveProperties(session, spec, { about: cluster.value });
  const states = (row?.properties.get(PATH) ?? []) as Vim<'AlarmState'>[];
  if (states.length === 0) return [];
  const names = await readNames(session, states);
  const named = (moref: Moref) => ({ moref, name: names.get(moref.value) ?? moref.value });
  return states
    .map(
      (state): TriggeredAlarm => ({
        key: state.key,
        alarm: named(state.alarm),
        entity: named(state.entity),
        status: ALARM_STATUSES.find((status) => status === state.overallStatus) ?? 'gray',
        at: state.time,
        isAcknowledged: state.acknowledged ?? false,
      }),
    )
    .sort((a, b) => a.at.localeCompare(b.at) || a.key.localeCompare(b.key));
}

async function readNames(session: Session, states: Vim<'AlarmState'>[]): Promise<Map<string, string>> {
  const morefs = new Map(states.flatMap(({ alarm, entity }) => [alarm, entity]).map((one) => [one.value, one]));
  const spec = {
    propSet: [
      { type: 'Alarm', pathSet: ['info.name'] },
      { type: 'ManagedEntity', pathSet: ['name'] },
    ],
    objectSet: [...morefs.values()].map((obj) => ({ obj })),
    // Between the two calls somebody may have removed one.
    reportMissingObjectsInResults: true,
  };
  const rows = await retrieveProperties(session, spec, { hideable: HIDEABLE });
  return new Map(
    rows.flatMap(({ obj, properties }) => {
      const name = properties.get('info.name') ?? properties.get('name');
      return typeof name === 'string' ? [[obj.value, decodeName(name)]] : [];
    }),
  );
}
