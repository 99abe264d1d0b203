// The alarm action "run script": vCenter starts a command on its own machine and tells it of the alarm by its environment.
import { spawn } from 'node:child_process';
import { alarmFields, type AlarmChange, capital } from './alarms.ts';
import { addEvent } from './lab-event.ts';
import { getHost, type LabModel } from './model.ts';
import type { LabClock } from './system-clock.ts';

/** `command`: program and arguments. `env`: what it gets beside PATH and the alarm's own variables. */
export type ScriptAction = { command: readonly string[]; env?: Record<string, string> | undefined };

/** How a script ended: its exit code, none where it had to be stopped or did not start; and what it wrote. */
export type ScriptRun = { alarm: string; host: string; to: string; exitCode: number | undefined; output: string };

export type ScriptActions = {
  start(action: ScriptAction, change: AlarmChange): void;
  /** Resolves when no script runs any more. */
  idle(): Promise<void>;
  runs(): ScriptRun[];
};

const LONGEST_MS = 120_000;
const RUNS_KEPT = 1_000;
const OUTPUT_CHARS = 4_000;

/** Every run leaves an event behind, as vCenter's do. */
export function createScriptActions({ model, clock }: { model: LabModel; clock: LabClock }): ScriptActions {
  const running = new Set<Promise<void>>();
  const runs: ScriptRun[] = [];
  const run = async (action: ScriptAction, change: AlarmChange): Promise<void> => {
    const ended = await execute(action, environmentOf(model, change));
    const { definition, host } = change.state;
    runs.push({ alarm: definition.name, host, to: change.to, ...ended });
    if (runs.length > RUNS_KEPT) runs.shift();
    recordRun({ model, clock }, { action, change, ended });
  };
  return {
    start(action, change) {
      const work = run(action, change).finally(() => running.delete(work));
      running.add(work);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    runs: () => [...runs],
  };
}

/** The documented variables. Those of objects that the event does not name are there and empty. */
function environmentOf(model: LabModel, { state, from, to, event }: AlarmChange): Record<string, string> {
  const { definition } = state;
  const host = model.clusters.some(({ hosts }) => hosts.some(({ name }) => name === state.host))
    ? getHost(model, state.host)
    : undefined;
  const when = event.at.toISOString();
  const variables: Record<string, string> = {
    NAME: definition.name,
    ID: definition.moref.value,
    TARGET_NAME: state.host,
    TARGET_ID: state.entity.value,
    OLDSTATUS: capital(from),
    NEWSTATUS: capital(to),
    TRIGGERINGSUMMARY: [
      `Event: ${event.message}`,
      `Summary: ${event.message}`,
      `Date: ${when}`,
      `Host: ${state.host}`,
      `Cluster: ${host?.cluster ?? ''}`,
      `Data center: ${model.datacenter.name}`,
    ].join('\n'),
    DECLARINGSUMMARY: `(${definition.triggers
      .map((trigger) => `[Event alarm expression: ${trigger.event}; Status = ${capital(trigger.status)}]`)
      .join('\n OR ')})`,
    ALARMVALUE: 'Event details',
    EVENTDESCRIPTION: event.message,
    EVENT_USERNAME: event.user,
    EVENT_DATACENTER: model.datacenter.name,
    EVENT_COMPUTERESOURCE: host?.cluster ?? '',
    EVENT_HOST: state.host,
    EVENT_VM: '',
    EVENT_NETWORK: '',
    EVENT_DATASTORE: '',
    EVENT_DVS: '',
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`VMWARE_ALARM_${name}`, value]));
}

function execute(
  { command: [program = '', ...args], env = {} }: ScriptAction,
  variables: Record<string, string>,
): Promise<{ exitCode: number | undefined; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
    });
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ exitCode: undefined, output: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? undefined, output }));
  });
}

function recordRun(
  { model, clock }: { model: LabModel; clock: LabClock },
  ran: { action: ScriptAction; change: AlarmChange; ended: { exitCode: number | undefined; output: string } },
): void {
  const { action, change, ended } = ran;
  const script = action.command.join(' ');
  const { host, definition } = change.state;
  const isGood = ended.exitCode === 0;
  const told = `Alarm '${definition.name}' on ${host} `;
  const why = ended.output.trim() === '' ? `exit code ${ended.exitCode ?? 'none'}` : ended.output.trim();
  const reason = { fault: { _type: 'SystemError', reason: why }, localizedMessage: why };
  addEvent(model, {
    at: clock.now(),
    class: isGood ? 'AlarmScriptCompleteEvent' : 'AlarmScriptFailedEvent',
    host,
    message: isGood ? `${told}ran script ${script}` : `${told}did not complete script: ${why}`,
    severity: isGood ? 'info' : 'error',
    fields: { ...alarmFields(change.state), script, ...(isGood ? {} : { reason }) },
  });
}
