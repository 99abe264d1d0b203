// What happens when a person of the lab's workspace types or clicks, and how the app's answers come back.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Delivery } from './deliver.ts';
import { clickPayload, commandForm, escapeTyped, type LabButton } from './forms.ts';
import type { MessageLog } from './message-log.ts';
import { LAB_BOT, type LabChannel, type LabUser } from './people.ts';
import { validateBlocks } from './validate-blocks.ts';

export type LabAnswer = { text: string; blocks?: unknown[] };

export type InteractionParts = {
  log: MessageLog;
  users: LabUser[];
  channels: LabChannel[];
  deliver: (form: Record<string, string>) => Promise<Delivery>;
  /** The workspace's own address, for response_url. */
  url: () => string;
};

export type Interactions = {
  type(input: { user: string; channel: string; text: string }): Promise<LabAnswer>;
  click(input: { user: string; channel: string; ts: string; actionId: string }): Promise<LabAnswer | undefined>;
  /** A post to a response_url. Answers an error's word, or undefined when it was taken. */
  respond(id: string, body: unknown): string | undefined;
};

type ResponseUrl = { user: string; channel: string; ts?: string; uses: number; answers: LabAnswer[] };

const RESPONSES_MAX = 5;

const answerSchema = z.object({
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  text: z.string().default(''),
  blocks: z.array(z.unknown()).optional(),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
});

export function createInteractions(parts: InteractionParts): Interactions {
  const responseUrls = new Map<string, ResponseUrl>();
  const { log } = parts;

  const open = (place: { user: string; channel: string; ts?: string }) => {
    const id = randomBytes(12).toString('hex');
    const opened: ResponseUrl = { ...place, uses: 0, answers: [] };
    responseUrls.set(id, opened);
    return { opened, url: `${parts.url()}/respond/${id}` };
  };

  const show = (place: { user: string; channel: string }, body: unknown): LabAnswer | string => {
    const parsed = answerSchema.safeParse(body);
    if (!parsed.success) return 'invalid_payload';
    const { response_type: visibility, text, blocks = [] } = parsed.data;
    if (validateBlocks(blocks).length > 0) return 'invalid_blocks';
    if (text === '' && blocks.length === 0) return 'no_text';
    const message = { channel: place.channel, user: LAB_BOT.id, text, blocks };
    if (visibility === 'in_channel') log.post(message);
    else log.postPrivate({ ...message, to: place.user });
    return blocks.length === 0 ? { text } : { text, blocks };
  };

  // Slack itself tells the person, in private, what went wrong.
  const tell = (place: { user: string; channel: string }, text: string): LabAnswer => {
    log.postPrivate({ ...place, to: place.user, user: 'USLACKBOT', text, blocks: [] });
    return { text };
  };

  return {
    async type({ user, channel, text }) {
      const place = checked(parts, { user, channel });
      const command = /^(\/\S+)(?:\s+([\s\S]*))?$/.exec(text.trim());
      if (command === null) {
        log.post({ channel, user, text: escapeTyped(parts, text), blocks: [] });
        return { text };
      }
      const [, name = '', rest = ''] = command;
      if (name !== '/vmotion') return tell(place, `${name} is not a valid command.`);
      const { opened, url } = open(place);
      const delivery = await parts.deliver(commandForm(parts, { ...place, name, text: rest.trim(), url }));
      if (delivery.kind === 'failed') return tell(place, `${name} failed with the error "${delivery.error}"`);
      const answer = showAcknowledgement(delivery, (body) => show(place, body));
      if (typeof answer === 'string') return tell(place, `${name} failed with the error "${answer}"`);
      return answer ?? opened.answers.at(-1) ?? { text: '' };
    },
    async click({ user, channel, ts, actionId }) {
      const place = checked(parts, { user, channel });
      const message = log.find(channel, ts);
      const button = findButton(message?.blocks ?? [], actionId);
      if (message === undefined || button === undefined)
        return tell(place, `There is no such button any more: ${actionId}`);
      const { opened, url } = open({ ...place, ts });
      const delivery = await parts.deliver({
        payload: JSON.stringify(clickPayload(parts, { ...place, message, button, url })),
      });
      if (delivery.kind === 'failed') return tell(place, `The button failed with the error "${delivery.error}"`);
      return opened.answers.at(-1);
    },
    respond(id, body) {
      const opened = responseUrls.get(id);
      if (opened === undefined) return 'expired_url';
      if (opened.uses >= RESPONSES_MAX) return 'used_url';
      opened.uses += 1;
      const original = { channel: opened.channel, ts: opened.ts ?? '' };
      const options = answerSchema.safeParse(body);
      if (options.success && options.data.delete_original) {
        log.remove(original);
        return undefined;
      }
      if (options.success && options.data.replace_original) {
        const replaced = log.update(original, { text: options.data.text, blocks: options.data.blocks ?? [] });
        return replaced === undefined ? 'message_not_found' : undefined;
      }
      const answer = show(opened, body);
      if (typeof answer === 'string') return answer;
      opened.answers.push(answer);
      return undefined;
    },
  };
}

type Place = { user: string; channel: string };

function checked({ users, channels }: InteractionParts, place: Place): Place {
  if (!users.some((user) => user.id === place.user)) throw new Error(`no user ${place.user} in this workspace`);
  if (!channels.some((one) => one.id === place.channel))
    throw new Error(`no channel ${place.channel} in this workspace`);
  return place;
}

// An empty body is an acknowledgement without an answer; text is an answer only to the one who typed.
function showAcknowledgement<T>(
  delivery: Extract<Delivery, { kind: 'answered' }>,
  show: (body: unknown) => T,
): T | undefined {
  if (delivery.body === '') return undefined;
  if (!delivery.isJson) return show({ text: delivery.body });
  try {
    return show(JSON.parse(delivery.body));
  } catch {
    return show({});
  }
}

function findButton(blocks: unknown[], actionId: string): LabButton | undefined {
  for (const block of blocks as { block_id?: string; elements?: unknown[] }[]) {
    const elements = (block.elements ?? []) as Partial<LabButton>[];
    const button = elements.find((one) => one.type === 'button' && one.action_id === actionId);
    if (button !== undefined) return { ...(button as LabButton), block_id: block.block_id ?? 'b' };
  }
  return undefined;
}
