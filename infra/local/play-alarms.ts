// After the commands: payloads that are posted, and what is broken while the lab runs. Each is followed to the end of
// what the policy does about it.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type AlarmCard, isJobOpen } from '../../shared/domain/card.ts';
import { OpsError } from '../../shared/errors.ts';
import { switchScenario } from '../lab/vcenter/scenario-switch.ts';
import { usage } from './cli-options.ts';
import type { LocalPlace } from './local-place.ts';
import type { Transcript } from './transcript.ts';

export type PlayAlarmsOptions = {
  place: LocalPlace;
  /** Texts of recorded payloads. */
  alarms: string[];
  /** Names of faults that begin while the lab runs. */
  breaks: string[];
  transcript: Transcript;
  /** Follows a job to its end, or until it waits for people; answers its exit code. */
  follow: (jobId: string) => Promise<number>;
};

const POLL_MS = 50;
/** A job that has ended is counted by the clock, which comes every few seconds here. */
const POLLS_MAX = 1200;
const REFUSED = 2;

/** The exit code of the last job that an alarm led to; 0 where none did; 2 where a payload was refused. */
export async function playAlarms(options: PlayAlarmsOptions): Promise<number> {
  let exitCode = 0;
  for (const payload of options.alarms) exitCode = await playPayload(options, payload);
  for (const name of options.breaks) exitCode = await playBreak(options, name);
  return exitCode;
}

const answerSchema = z.object({ cards: z.array(z.string()).default([]) }).catch({ cards: [] });

async function playPayload(options: PlayAlarmsOptions, payload: string): Promise<number> {
  const { place, transcript } = options;
  const { way, statusCode, body } = await place.postAlarm(payload);
  transcript.note(`\nPOST /alarm/${way} ${statusCode} ${body}`);
  if (statusCode >= 300) return REFUSED;
  let exitCode = 0;
  for (const id of answerSchema.parse(JSON.parse(body)).cards) exitCode = await followCard(options, id);
  return exitCode;
}

async function playBreak(options: PlayAlarmsOptions, name: string): Promise<number> {
  const { place, transcript } = options;
  if (place.vcenter === undefined) throw usage('--break is for the lab’s vCenter.');
  const seen = new Set((await allCards(place)).map((card) => `${card.id} ${card.episode}`));
  transcript.note(`\n${name} begins; vCenter raises its alarm and runs the sender`);
  switchScenario(place.vcenter.lab, name, true);
  await place.vcenter.lab.alarmScripts.idle();
  const fresh = (await allCards(place)).filter((card) => !seen.has(`${card.id} ${card.episode}`));
  let exitCode = 0;
  for (const card of fresh) exitCode = await followCard(options, card.id);
  return exitCode;
}

async function allCards({ store, settings }: LocalPlace): Promise<AlarmCard[]> {
  const clusters = [...Object.keys(settings.clusters), undefined];
  return (await Promise.all(clusters.map((cluster) => store.cards.listByCluster(cluster, 100)))).flat();
}

async function followCard(options: PlayAlarmsOptions, id: string): Promise<number> {
  const { place, transcript, follow } = options;
  const begun = await until(place, id, (card) => card.wanted === undefined);
  const exitCode = begun.job === undefined ? 0 : await follow(begun.job.id);
  const job = begun.job === undefined ? undefined : await place.store.jobs.find(begun.job.id);
  const isWaiting = job?.state === 'awaiting-approval';
  const settled = isWaiting ? begun : await until(place, id, (card) => !isJobOpen(card));
  const message = await shownMessage(place, settled);
  if (message !== undefined) transcript.whole(message);
  return exitCode;
}

/** The card's message once it shows at least this version of it. */
async function shownMessage({ store, slack }: LocalPlace, card: AlarmCard) {
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const shown = await store.cards.findShown(card.id);
    // A card that is settled is shown as it is; that it is settled is a version of its own, which nobody need see.
    const isSettled = (await store.cards.find(card.id))?.isSettled === true;
    if (shown !== undefined && (isSettled || shown.shownVersion >= card.version)) {
      return slack?.messages(shown.channel).find((message) => message.ts === shown.ts);
    }
    await delay(POLL_MS);
  }
  throw cardStuck(card.id);
}

async function until({ store }: LocalPlace, id: string, isSo: (card: AlarmCard) => boolean): Promise<AlarmCard> {
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const card = await store.cards.find(id);
    if (card !== undefined && isSo(card)) return card;
    await delay(POLL_MS);
  }
  throw cardStuck(id);
}

function cardStuck(id: string): OpsError {
  return new OpsError('job-not-found', `The alarm card ${id} can't be followed any more.`, {
    retry: 'never',
    remedy: `Look at it: /vmotion alarm explain ${id}`,
  });
}
