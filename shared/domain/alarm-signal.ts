// What every way in turns its payload into. Every text in it is somebody else's: it is capped here and escaped where it
// is shown.

/** One for each way in; `poll` is what was read from vCenter itself. */
export const ALARM_SOURCES = ['vcenter', 'cloudevents', 'operations', 'logs', 'alertmanager', 'json', 'poll'] as const;
export type AlarmSource = (typeof ALARM_SOURCES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `raised`: it is so now. `cleared`: it is over. */
export type AlarmState = 'raised' | 'cleared';

/** An object of vCenter as the payload names it: by name, by moref ("host-11"), or by both. */
export type NamedObject = { name?: string | undefined; moref?: string | undefined };

export type AlarmSignal = {
  source: AlarmSource;
  /** The alarm's display name, for example "Network uplink redundancy lost". */
  alarm: string;
  /** The alarm's own id where vCenter gave one, for example "alarm-303". */
  alarmId?: string | undefined;
  /** The id of the event behind it, for example "esx.problem.net.migrate.bindtovmk". */
  event?: string | undefined;
  state: AlarmState;
  severity: Severity;
  /** How the source itself calls the state before and now, for example "green" and "red". */
  status?: { from?: string | undefined; to?: string | undefined } | undefined;
  /** Instance UUID, configured name, or network name of the vCenter, whichever the payload has. */
  vcenter?: string | undefined;
  host?: NamedObject | undefined;
  cluster?: NamedObject | undefined;
  /** What it is about where that is neither a host nor a cluster, in words. */
  object?: string | undefined;
  summary: string;
  /** Who did what led to it, where the source says so. */
  user?: string | undefined;
  /** When the source says it happened, ISO 8601; else when it came. */
  at: string;
  /** An event that no alarm was raised for: one that concerns nothing here is passed over. */
  isEvent?: boolean | undefined;
  /** Tells this occurrence from another one of the same alarm; without it, the minute does. */
  occurrence?: string | undefined;
};

const NAME_CHARS = 200;
const SUMMARY_CHARS = 1000;
const OCCURRENCE_CHARS = 120;

/** The signal with every text cut to what a card may hold, and no text empty. */
export function capSignal(signal: AlarmSignal): AlarmSignal {
  const { status, host, cluster } = signal;
  return {
    ...signal,
    alarm: cut(signal.alarm, NAME_CHARS) ?? 'unnamed alarm',
    alarmId: cut(signal.alarmId, NAME_CHARS),
    event: cut(signal.event, NAME_CHARS),
    status: status === undefined ? undefined : { from: cut(status.from, NAME_CHARS), to: cut(status.to, NAME_CHARS) },
    vcenter: cut(signal.vcenter, NAME_CHARS),
    host: capObject(host),
    cluster: capObject(cluster),
    object: cut(signal.object, NAME_CHARS),
    summary: cut(signal.summary, SUMMARY_CHARS) ?? '',
    user: cut(signal.user, NAME_CHARS),
    occurrence: cut(signal.occurrence, OCCURRENCE_CHARS),
  };
}

function capObject(object: NamedObject | undefined): NamedObject | undefined {
  const name = cut(object?.name, NAME_CHARS);
  const moref = cut(object?.moref, NAME_CHARS);
  return name === undefined && moref === undefined ? undefined : { name, moref };
}

function cut(text: string | undefined, charsMax: number): string | undefined {
  const trimmed = text?.trim().toWellFormed() ?? '';
  if (trimmed === '') return undefined;
  return trimmed.length <= charsMax ? trimmed : `${trimmed.slice(0, charsMax - 1).toWellFormed()}…`;
}

/** Whether `now` is worse than `before`. */
export function isWorse(severities: { before: Severity; now: Severity }): boolean {
  return SEVERITIES.indexOf(severities.now) > SEVERITIES.indexOf(severities.before);
}

/** What vCenter's colours mean. Nothing for gray: vCenter does not know, which neither raises nor clears. */
export function ofColour(colour: string | undefined): { state: AlarmState; severity: Severity } | undefined {
  switch ((colour ?? '').trim().toLowerCase()) {
    case 'green':
      return { state: 'cleared', severity: 'info' };
    case 'yellow':
      return { state: 'raised', severity: 'warning' };
    case 'red':
      return { state: 'raised', severity: 'critical' };
    default:
      return undefined;
  }
}

/** Which kind of object a moref of vCenter names; both absent for any other kind. */
export function ofMoref(object: NamedObject): Pick<AlarmSignal, 'host' | 'cluster'> {
  if (object.moref?.startsWith('host-') === true) return { host: object };
  return object.moref?.startsWith('domain-c') === true ? { cluster: object } : {};
}
