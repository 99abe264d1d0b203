// Everything that is told to Slack, as it is told: what a later edit writes over has been read by people all the same.
import type { Step } from '../../shared/domain/step.ts';
import type { World } from '../support/world.ts';

/** plan.json as it stands in a job's thread: what people approve. */
export type ShownPlan = { digest: string; hosts: { name: string; steps: Step[] }[] };

export type ChannelWatch = {
  /** Every plan that a job has shown, each digest once, the oldest first. */
  plans(job: string): ShownPlan[];
  /** Each text that the watcher was asked to look out for and that was told, once; and whatever looks like a cookie. */
  found: ReadonlySet<string>;
  /** The messages that show the end of a job and stand there, as JSON, the newest last. */
  ends(job: string): string[];
};

export const COOKIE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** In the last line of a job's message, once it has ended. */
const END = /\bexit \d+ · /;
const TITLE = /^plan\.json of (j-\w+), plan (\w+)$/;

/** `secrets`: what must not be told. */
export function watchChannel({ chat }: World, secrets: readonly string[]): ChannelWatch {
  const plans = new Map<string, ShownPlan[]>();
  const found = new Set<string>();
  const look = (text: string) => {
    for (const secret of secrets) if (text.includes(secret)) found.add(secret);
    for (const one of text.match(COOKIE) ?? []) found.add(one);
  };
  const standing = new Map<string, string>();
  const { post, update, upload, remove } = chat;
  chat.post = async (message) => {
    const text = JSON.stringify(message);
    look(text);
    const answer = await post(message);
    if (message.threadTs === undefined) standing.set(answer.ts, text);
    return answer;
  };
  chat.update = async (ts, message) => {
    const text = JSON.stringify(message);
    look(text);
    const answer = await update(ts, message);
    if (answer.kind === 'updated') standing.set(ts, text);
    return answer;
  };
  chat.remove = (ts) => {
    standing.delete(ts);
    remove(ts);
  };
  chat.upload = async (file) => {
    look(JSON.stringify([file.name, file.title, file.altText]));
    const isText = file.altText === undefined;
    const text = isText ? new TextDecoder().decode(file.bytes) : '';
    look(text);
    const answer = await upload(file);
    const [, job, digest] = TITLE.exec(file.title) ?? [];
    if (job === undefined || digest === undefined) return answer;
    const own = plans.get(job) ?? [];
    if (!own.some((one) => one.digest.startsWith(digest))) own.push(JSON.parse(text) as ShownPlan);
    plans.set(job, own);
    return answer;
  };
  return {
    plans: (job) => plans.get(job) ?? [],
    found,
    ends: (job) => [...standing.values()].filter((text) => text.includes(`job \`${job}\``) && END.test(text)),
  };
}
