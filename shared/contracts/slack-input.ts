// What Slack sends: slash commands and clicks. Lenient towards fields we don't know, strict about those we use.
import { z } from 'zod';
import { OpsError } from '../errors.ts';

/** `requestId`: the same for every copy of one request. */
export type SlackCommand = { requestId: string; command: string; text: string; user: string; channel: string };

/** `responseUrl`: where a private answer to the click goes. */
export type SlackClick = {
  requestId: string;
  actionId: string;
  value: string;
  user: string;
  channel: string;
  responseUrl: string | undefined;
};

const id = z.string().min(1).max(64);

const commandSchema = z.object({
  command: z.string().min(1).max(64),
  text: z.string().max(8000).default(''),
  user_id: id,
  channel_id: id,
  trigger_id: z.string().min(1).max(255).optional(),
});

const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id }),
  channel: z.object({ id }).optional(),
  container: z.object({ message_ts: z.string().max(64).optional(), channel_id: id.optional() }).optional(),
  trigger_id: z.string().min(1).max(255).optional(),
  response_url: z.url({ protocol: /^https?$/ }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string().min(1).max(255),
        value: z.string().max(2000).optional(),
        action_ts: z.string().max(64).optional(),
      }),
    )
    .min(1),
});

/** A slash command's form. `fallbackId` stands in for a missing trigger_id. Throws `message-invalid`. */
export function parseSlackCommand(body: unknown, fallbackId: string): SlackCommand {
  const command = parse(commandSchema, body, 'slash command');
  return {
    requestId: command.trigger_id ?? fallbackId,
    command: command.command,
    text: unescape(command.text),
    user: command.user_id,
    channel: command.channel_id,
  };
}

/** The first action of a click. Throws `message-invalid`. */
export function parseSlackClick(body: unknown): SlackClick {
  const click = parse(clickSchema, body, 'click');
  const [action] = click.actions;
  if (action === undefined) throw new Error('the schema asks for at least one action');
  return {
    requestId: click.trigger_id ?? [click.user.id, action.action_ts, click.container?.message_ts].join('-'),
    actionId: action.action_id,
    value: action.value ?? '',
    user: click.user.id,
    channel: click.channel?.id ?? click.container?.channel_id ?? '',
    responseUrl: click.response_url,
  };
}

/** A decision button's value: the job and the first digits of the plan that was shown. */
export function parseDecisionValue(value: string): { jobId: string; digest: string } | undefined {
  const match = /^([A-Za-z0-9-]{1,64})\|([0-9a-f]{12,64})$/.exec(value);
  return match === null ? undefined : { jobId: match[1] ?? '', digest: match[2] ?? '' };
}

function parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new OpsError('message-invalid', `Slack sent a ${what} that cannot be read: ${z.prettifyError(parsed.error)}`, {
    retry: 'never',
    remedy: 'Compare the app with its manifest (npm run manifest): command, scopes and interactivity.',
    cause: parsed.error,
  });
}

// Slack escapes these three in what people type; a reason with "<" in it should be kept as it was typed.
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
