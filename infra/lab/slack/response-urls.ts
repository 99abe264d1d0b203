// response_url: what an app may answer to a command or a click, five times.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { LabFaults } from './lab-faults.ts';
import type { LabMessage, MessageLog, PrivateMessage } from './message-log.ts';
import { findUnready } from './methods/chat.ts';
import type { FileStore } from './file-store.ts';
import { LAB_BOT } from './people.ts';
import { validateBlocks } from './validate-blocks.ts';

/** `isPublic`: everybody in the channel sees it. */
export type LabAnswer = { text: string; blocks?: unknown[]; isPublic?: true };
/** `ts`: where among the messages the question was asked. */
export type AnswerPlace = { user: string; channel: string; message?: LabMessage | PrivateMessage; ts?: string };
export type OpenedUrl = { url: string; answers: LabAnswer[] };

export type ResponseUrls = {
  open(place: AnswerPlace): OpenedUrl;
  /** Shows an answer where it belongs. Slack's word where it is wrong. */
  show(place: AnswerPlace, body: unknown): LabAnswer | string;
  /** What Slack itself tells a person, in private. */
  tell(place: AnswerPlace, text: string): LabAnswer;
  /** A post to one of the URLs. Answers an error's word, or undefined when it was taken. */
  respond(id: string, body: unknown): string | undefined;
};

export type ResponseUrlParts = { log: MessageLog; files: FileStore; faults: LabFaults; url: () => string };

const RESPONSES_MAX = 5;

const answerSchema = z.object({
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  text: z.string().default(''),
  blocks: z.array(z.unknown()).optional(),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

export function createResponseUrls(parts: ResponseUrlParts): ResponseUrls {
  const opened = new Map<string, AnswerPlace & { uses: number; answers: LabAnswer[] }>();
  const { log } = parts;

  const show = (place: AnswerPlace, body: unknown): LabAnswer | string => {
    const parsed = answerSchema.safeParse(body);
    if (!parsed.success) return 'invalid_payload';
    const { response_type: visibility, text, blocks = [], thread_ts: threadTs } = parsed.data;
    const problem = findProblem(parts, { text, blocks });
    if (problem !== undefined) return problem;
    const thread = threadTs === undefined ? threadOf(place) : { threadTs };
    const message = { channel: place.channel, user: LAB_BOT.id, text, blocks, ...thread };
    if (visibility === 'in_channel') log.post(message);
    else log.postPrivate({ ...message, to: place.user, ts: place.ts });
    const seen = visibility === 'in_channel' ? { text, isPublic: true as const } : { text };
    return blocks.length === 0 ? seen : { ...seen, blocks };
  };

  return {
    show,
    open(place) {
      const id = randomBytes(12).toString('hex');
      const answers: LabAnswer[] = [];
      opened.set(id, { ...place, uses: 0, answers });
      return { url: `${parts.url()}/respond/${id}`, answers };
    },
    tell(place, text) {
      const { user: to, channel, ts } = place;
      log.postPrivate({ channel, to, user: 'USLACKBOT', text, blocks: [], ts, ...threadOf(place) });
      return { text };
    },
    respond(id, body) {
      const place = opened.get(id);
      if (place === undefined) return 'expired_url';
      if (place.uses >= RESPONSES_MAX) return 'used_url';
      place.uses += 1;
      const options = answerSchema.safeParse(body);
      if (options.success && (options.data.delete_original || options.data.replace_original))
        return changeOriginal(parts, place, options.data);
      const answer = show(place, body);
      if (typeof answer === 'string') return answer;
      place.answers.push(answer);
      return undefined;
    },
  };
}

function findProblem(parts: ResponseUrlParts, { text, blocks }: { text: string; blocks: unknown[] }) {
  const messages = [...validateBlocks(blocks, parts.faults), ...findUnready(blocks, parts)];
  if (messages.length > 0) return 'invalid_blocks';
  return text === '' && blocks.length === 0 ? 'no_text' : undefined;
}

// The message that was clicked on. What only one person sees can be changed in no other way.
function changeOriginal(
  parts: ResponseUrlParts,
  { message }: AnswerPlace,
  answer: z.infer<typeof answerSchema>,
): string | undefined {
  const { log } = parts;
  if (message === undefined) return 'message_not_found';
  const isPrivate = 'to' in message;
  if (answer.delete_original) {
    const isGone = isPrivate ? log.removePrivate(message) : log.remove(message);
    return isGone ? undefined : 'message_not_found';
  }
  const content = { text: answer.text, blocks: answer.blocks ?? [] };
  const problem = findProblem(parts, content);
  if (problem !== undefined) return problem;
  const replaced = isPrivate ? log.updatePrivate(message, content) : log.update(message, content);
  return replaced === undefined ? 'message_not_found' : undefined;
}

function threadOf({ message }: AnswerPlace): { threadTs?: string } {
  return message?.threadTs === undefined ? {} : { threadTs: message.threadTs };
}
