// Alarms on one machine: the lab's vCenter raises them, the real sender brings them, the policy acts, the card follows.
import { afterEach, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { playAlarms } from '../../infra/local/play-alarms.ts';
import { runCommands } from '../../infra/local/run-commands.ts';
import { createTranscript } from '../../infra/local/transcript.ts';
import { silentLog } from '../../shared/log.ts';

const places: LocalPlace[] = [];

afterEach(async () => {
  for (const place of places.splice(0)) await place.stop();
});

async function start(): Promise<LocalPlace> {
  const place = await startLocalPlace({
    port: 0,
    hosts: 3,
    scenarios: [],
    latency: 'none',
    tickMs: 200,
    env: {},
    log: silentLog,
  });
  places.push(place);
  return place;
}

it('mends a host of its own accord, from the alarm of vCenter to the card that is resolved', async () => {
  const place = await start();
  const said: string[] = [];
  const exitCode = await runCommands({
    place,
    commands: ['/vmotion enable cluster-a'],
    breaks: ['mtu-changed'],
    user: 'ann',
    approve: true,
    transcript: createTranscript((text) => said.push(text)),
  });
  const cards = await place.store.cards.listByCluster('cluster-a', 10);
  expect(cards).toMatchObject([
    {
      alarm: 'vMotion adapter MTU changed',
      rule: 'mend',
      state: 'resolved',
      job: { kind: 'repair', mode: 'auto', end: 'done' },
    },
  ]);
  const job = await place.store.jobs.find(cards[0]?.job?.id ?? '');
  expect(job).toMatchObject({ requestedBy: 'policy:mend', matrix: { unexpected: 0 }, approval: { required: 0 } });
  const [run] = place.vcenter?.lab.alarmScripts.runs() ?? [];
  expect(run).toMatchObject({ exitCode: 0 });
  expect(said.join('')).toContain('RESOLVED');
  // Clusters that were never enabled have alarms too, about which nothing is done.
  expect(exitCode).toBe(0);
}, 120_000);

it('takes recorded payloads of every format, and shows those of elsewhere as not placed', async () => {
  const place = await start();
  await runCommands({
    place,
    commands: ['/vmotion status cluster-a'],
    user: 'ann',
    approve: false,
    transcript: createTranscript(() => undefined),
  });
  const files = [
    'vcenter.json',
    'cloudevents-alarm.json',
    'cloudevents-eventex.json',
    'operations.json',
    'operations.xml',
    'logs.json',
    'alertmanager.json',
    'json.json',
  ];
  const alarms = files.map((file) =>
    readFileSync(new URL(`../contracts/alarm-payloads/${file}`, import.meta.url), 'utf8'),
  );
  const said: string[] = [];
  const exitCode = await playAlarms({
    place,
    alarms,
    breaks: [],
    transcript: createTranscript((text) => said.push(text)),
    follow: async () => 0,
  });
  expect(exitCode).toBe(0);
  const posts = said.join('').match(/POST \/alarm\/\w+ \d+/g);
  expect(posts).toEqual([
    'POST /alarm/vcenter 200',
    'POST /alarm/cloudevents 200',
    'POST /alarm/cloudevents 200',
    'POST /alarm/operations 201',
    'POST /alarm/operations 201',
    'POST /alarm/logs 200',
    'POST /alarm/alertmanager 200',
    'POST /alarm/json 200',
  ]);
  const cards = await place.store.cards.listByCluster('cluster-a', 100);
  expect(cards.length).toBeGreaterThanOrEqual(7);
}, 120_000);
