// What the local place is doing when something bad happens to it.
import { play, type Disturbance, type Played } from './process.ts';
import { startService } from './service.ts';

/** How the disturbed process ended. `answers`: what people were told. */
export type Acted = Pick<Played, 'code' | 'signal' | 'err' | 'answers'>;

export type Story = {
  /** Played before, undisturbed, once for all points: its data folder is copied. */
  prepare: string[] | undefined;
  act: (data: string[], disturbance: Disturbance) => Promise<Acted>;
  /** As a person would type who saw no answer, first what is to be finished; at the end the hosts are as they were. */
  finish: string[];
};

/** In each of the lab's clusters. */
export const HOSTS = 2;
const SIZE = ['--hosts', String(HOSTS)];
const ENABLE = '/vmotion enable cluster-a';
const REVERT = '/vmotion revert cluster-a';

const played =
  (...args: string[]) =>
  (data: string[], disturbance: Disturbance) =>
    play([...args, '--approve', ...SIZE, ...data], disturbance);

export const STORIES: Record<string, Story> = {
  enable: { prepare: undefined, act: played(ENABLE), finish: [ENABLE, REVERT] },
  revert: { prepare: [ENABLE], act: played(REVERT), finish: [REVERT] },
  // A rule's job mends by itself what an alarm has named.
  alarm: { prepare: [ENABLE], act: played('--break', 'mtu-changed'), finish: [ENABLE, REVERT] },
  // Two people at the page: one asks, the other approves, pauses and lets it go on.
  pause: { prepare: undefined, act: pauseMidway, finish: [ENABLE, REVERT] },
};

/** Plays the commands and approves what awaits it. */
export function playOn(folder: string, commands: string[], disturbance: Disturbance = {}): Promise<Played> {
  return play([...commands, '--approve', ...SIZE, '--data', folder], disturbance);
}

async function pauseMidway(data: string[], disturbance: Disturbance): Promise<Acted> {
  const service = await startService([...SIZE, ...data], disturbance);
  if (service === undefined) return { code: null, signal: 'SIGKILL', err: '', answers: [] };
  const answers: Played['answers'] = [];
  const type = async (user: string, said: string) => {
    const told = await service.type(user, said);
    answers.push({ user, said, text: JSON.stringify(told) ?? '' });
  };
  await type('U0ANN', ENABLE);
  if (await service.untilShown(/"approve-plan"/)) await service.click('U0BOB', 'approve-plan');
  if (await service.untilShown(/RUNNING|Running|exit 0/))
    await type('U0ANN', `/vmotion pause ${await service.jobShown()}`);
  if (await service.untilShown(/PAUSED|Paused|exit \d/))
    await type('U0ANN', `/vmotion resume ${await service.jobShown()}`);
  await service.untilShown(/exit \d/);
  service.process.kill('SIGTERM');
  const [code, signal] = await service.ended;
  return { code, signal, err: service.said(), answers };
}
