import type { Cluster } from '../domain/inventory.ts';
import type { TriggeredAlarm } from '../domain/triggered-alarm.ts';
import { triggeredSignal } from '../domain/triggered-signal.ts';
import { OpsError } from '../errors.ts';
import type { Auditing } from './audit-job.ts';
import { clearGoneAlarms } from './clear-gone-alarms.ts';
import { createReceiveAlarm } from './receive-alarm.ts';

/**
 * The alarms that are red or yellow now. Each goes the way of an alarm that was sent: one whose message was lost is
 * found here. An audit does not fail for alarms that it may not read.
 */
export async function readAuditAlarms(auditing: Auditing, cluster: Cluster): Promise<TriggeredAlarm[]> {
  const { parts, session, job } = auditing;
  try {
    const readAt = parts.clock.now();
    const all = await session.readTriggeredAlarms(cluster.moref);
    const alarms = all.filter(({ status }) => status === 'red' || status === 'yellow');
    const receiveAlarm = createReceiveAlarm(parts);
    for (const alarm of alarms)
      await receiveAlarm(triggeredSignal(alarm, { vcenter: job.vcenter, cluster: cluster.name }));
    await clearGoneAlarms(parts, { cluster: job.cluster, triggered: all, readAt });
    return alarms;
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    parts.log.warn('audit-alarms-unread', { jobId: job.id, code: error.code });
    return [];
  }
}
