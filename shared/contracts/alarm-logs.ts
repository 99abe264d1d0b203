// Webhooks of VCF Operations for Logs (Aria, Log Insight). They tell of log lines and never of an end.
import { z } from 'zod';
import type { AlarmSignal, Severity } from '../domain/alarm-signal.ts';
import {
  ALARMS_MAX,
  alarmInvalid,
  type AlarmRequest,
  checkAlarm,
  looseMoment,
  looseText,
  parseAlarmJson,
} from './alarm-payload.ts';

const fieldSchema = z.object({ name: looseText, content: looseText });
const messageSchema = z.object({
  text: looseText,
  timestamp: looseMoment,
  fields: z.array(fieldSchema).max(500).optional().catch([]),
});
const schema = z.object({
  AlertName: looseText,
  /** So in the templates of newer versions. */
  name: looseText,
  severity: looseText,
  Info: looseText,
  description: looseText,
  messages: z.array(messageSchema).max(ALARMS_MAX).optional(),
});
type Message = z.infer<typeof messageSchema>;

/** One signal a host that the messages name; one in all where they name none. Throws `alarm-invalid`. */
export function parseLogsAlert({ body, at }: AlarmRequest): AlarmSignal[] {
  const seen = checkAlarm(schema, parseAlarmJson(body));
  const alarm = seen.AlertName ?? seen.name;
  if (alarm === undefined) throw alarmInvalid('AlertName is missing or empty');
  const messages: Message[] = seen.messages ?? [];
  const byHost = Map.groupBy(messages, hostOf);
  if (byHost.size === 0) byHost.set(undefined, []);
  return [...byHost].map(([host, lines]) => {
    const last = lines.at(-1);
    return {
      source: 'logs',
      alarm,
      event: eventOf(lines),
      state: 'raised',
      severity: severityOf(seen.severity),
      host: host === undefined ? undefined : { name: host },
      summary: last?.text ?? seen.Info ?? seen.description ?? '',
      at: last?.timestamp ?? at.toISOString(),
      occurrence: last?.timestamp === undefined ? undefined : `${host ?? ''} ${last.timestamp}`,
    };
  });
}

const HOST_FIELDS = ['hostname', 'vc_host', 'vmw_host', 'host', 'source'];

function hostOf({ fields = [] }: Message): string | undefined {
  const byName = (name: string) => fields.find((field) => field.name?.toLowerCase() === name)?.content;
  return HOST_FIELDS.map(byName).find((name) => name !== undefined);
}

/** ESXi writes the id of its observation into the line: "[vob.net.vmnic.linkstate.down]". */
function eventOf(lines: Message[]): string | undefined {
  for (const { text = '' } of lines) {
    const found = /\b(?:esx\.(?:problem|clear|audit)|vob)(?:\.[a-z0-9]+){2,8}/i.exec(text.slice(0, 4000));
    if (found !== null) return found[0];
  }
  return undefined;
}

function severityOf(word = ''): Severity {
  if (/critical|error|immediate/i.test(word)) return 'critical';
  return /^info/i.test(word) ? 'info' : 'warning';
}
