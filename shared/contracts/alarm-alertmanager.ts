// Prometheus Alertmanager's webhook, version 4: several alerts in one request, by their labels.
import { z } from 'zod';
import type { AlarmSignal, Severity } from '../domain/alarm-signal.ts';
import { ALARMS_MAX, type AlarmRequest, checkAlarm, parseAlarmJson } from './alarm-payload.ts';

const labels = z.record(z.string(), z.string()).default({});
const alertSchema = z.object({
  status: z.enum(['firing', 'resolved'], { error: 'must be firing or resolved' }),
  labels: labels.refine((value) => (value['alertname'] ?? '') !== '', { error: 'has no alertname' }),
  annotations: labels,
});
const schema = z.object({ alerts: z.array(alertSchema, { error: 'must be a list' }).max(ALARMS_MAX) });
type Alert = z.infer<typeof alertSchema>;

/** Throws `alarm-invalid`. */
export function parseAlertmanager({ body, at }: AlarmRequest): AlarmSignal[] {
  return checkAlarm(schema, parseAlarmJson(body)).alerts.map((alert) => toSignal(alert, at));
}

// As exporters for vSphere name them. `instance` is where the exporter runs, so it is none of these.
const HOST_LABELS = ['host', 'host_name', 'esxi_host', 'esxhost', 'hostname', 'esxhostname'];
const CLUSTER_LABELS = ['vsphere_cluster', 'cluster_name', 'clustername', 'cluster'];
const VCENTER_LABELS = ['vcenter', 'vcenter_name', 'vc'];

function toSignal({ status, labels: own, annotations }: Alert, at: Date): AlarmSignal {
  const label = (names: string[]) => names.map((name) => own[name]).find((text) => text !== undefined && text !== '');
  const host = label(HOST_LABELS);
  const cluster = label(CLUSTER_LABELS);
  const isOver = status === 'resolved';
  return {
    source: 'alertmanager',
    alarm: own['alertname'] ?? '',
    event: own['event'],
    state: isOver ? 'cleared' : 'raised',
    severity: severityOf(own['severity']),
    status: { to: status },
    vcenter: label(VCENTER_LABELS),
    host: host === undefined ? undefined : { name: host },
    cluster: cluster === undefined ? undefined : { name: cluster },
    summary: annotations['summary'] ?? annotations['description'] ?? annotations['message'] ?? '',
    // It is repeated as long as it fires, which is worth knowing when a repair did not help: so the moment is when it
    // came, and it has no occurrence of its own.
    at: at.toISOString(),
  };
}

function severityOf(word = ''): Severity {
  if (/critical|page|emergency|error/i.test(word)) return 'critical';
  return /^(info|none)/i.test(word) ? 'info' : 'warning';
}
