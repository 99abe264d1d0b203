// What Slack sends: slash commands, clicks, modals, menus that ask for options, and the opening of the Home tab. Lenient
// towards fields we don't know, strict about those we use.
import { z } from 'zod';
import type { SlackPerson } from '../domain/installation.ts';
import { OpsError } from '../errors.ts';

/** `requestId`: the same for every copy of one request. `triggerId`: opens one modal within three seconds. */
export type SlackCommand = SlackPerson & {
  requestId: string;
  triggerId: string | undefined;
  command: string;
  text: string;
  channel: string;
};

/** A modal or a Home tab with what stands in its inputs, by action id; several choices of one input by commas. */
export type SlackView = {
  kind: 'modal' | 'home';
  viewId: string;
  hash: string | undefined;
  callbackId: string;
  /** What the app wrote into it when it was shown. */
  metadata: string;
  values: ReadonlyMap<string, string>;
};

/** `responseUrl`: where a private answer to the click goes. `channel` is empty in a view. `shownIn`: the message or the view
 * that the button stands in. */
export type SlackClick = SlackPerson & {
  requestId: string;
  shownIn: string;
  triggerId: string | undefined;
  actionId: string;
  value: string;
  channel: string;
  responseUrl: string | undefined;
  view: SlackView | undefined;
};

/** A modal was submitted, or closed. */
export type SlackSubmission = SlackPerson & { kind: 'submitted' | 'closed'; view: SlackView };

/** A menu asks which options begin with `typed`. */
export type SlackSuggestion = SlackPerson & { actionId: string; typed: string; view: SlackView | undefined };

/** Somebody opened the app's tab. */
export type SlackHomeOpened = SlackPerson & { tab: string };

const id = z.string().min(1).max(64);
const longId = z.string().min(1).max(255);

const maybeId = z.lazy(() => z.string().max(64).nullish());

/** Who did something with a button, a menu or a modal. `team`: the workspace that the app is installed in, or the person's
 * own; null where the app is installed for a whole organisation. */
const byPerson = () => ({
  user: z.object({ id, team_id: maybeId }),
  team: z.object({ id, enterprise_id: maybeId }).nullish(),
});

const commandSchema = z.lazy(() =>
  z.object({
    command: z.string().min(1).max(64),
    text: z.string().max(8000).default(''),
    user_id: id,
    team_id: maybeId,
    enterprise_id: maybeId,
    channel_id: id,
    trigger_id: longId.optional(),
  }),
);

const option = z.lazy(() => z.object({ value: z.string().max(2000) }));

const inputSchema = z.lazy(() =>
  z.object({
    value: z.string().max(3000).nullish(),
    selected_option: option.nullish(),
    selected_options: z.array(option).max(100).nullish(),
  }),
);

const viewSchema = z.lazy(() =>
  z.object({
    id: longId,
    type: z.enum(['modal', 'home']),
    hash: longId.optional(),
    callback_id: z.string().max(255).default(''),
    private_metadata: z.string().max(3000).default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), inputSchema)) }).optional(),
  }),
);

const clickSchema = z.lazy(() =>
  z.object({
    type: z.literal('block_actions'),
    ...byPerson(),
    channel: z.object({ id }).nullish(),
    container: z.object({ message_ts: z.string().max(64).optional(), channel_id: id.optional() }).optional(),
    trigger_id: longId.optional(),
    response_url: z.url({ protocol: /^https?$/ }).optional(),
    view: viewSchema.optional(),
    actions: z
      .array(
        z.object({
          action_id: longId,
          value: z.string().max(3000).nullish(),
          selected_option: option.nullish(),
          action_ts: z.string().max(64).optional(),
        }),
      )
      .min(1),
  }),
);

const submissionSchema = z.lazy(() =>
  z.object({
    type: z.enum(['view_submission', 'view_closed']),
    ...byPerson(),
    view: viewSchema,
  }),
);

const suggestionSchema = z.lazy(() =>
  z.object({
    type: z.literal('block_suggestion'),
    action_id: longId,
    value: z.string().max(3000).default(''),
    ...byPerson(),
    view: viewSchema.optional(),
  }),
);

const homeSchema = z.lazy(() =>
  z.object({
    team_id: maybeId,
    event: z.object({
      type: z.literal('app_home_opened'),
      user: id,
      user_team: maybeId,
      team: maybeId,
      tab: z.string().max(64).default('home'),
    }),
  }),
);

/** A slash command's form. `fallbackId` stands in for a missing trigger_id. Throws `message-invalid`. */
export function parseSlackCommand(body: unknown, fallbackId: string): SlackCommand {
  const command = parse(commandSchema, body, 'slash command');
  return {
    requestId: command.trigger_id ?? fallbackId,
    triggerId: command.trigger_id,
    command: command.command,
    text: unescape(command.text),
    user: command.user_id,
    // Both are of whoever typed.
    team: named(command.team_id),
    organisation: named(command.enterprise_id),
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
    shownIn: click.container?.message_ts ?? click.view?.id ?? '',
    triggerId: click.trigger_id,
    actionId: action.action_id,
    value: action.selected_option?.value ?? action.value ?? '',
    ...toPerson(click),
    channel: click.channel?.id ?? click.container?.channel_id ?? '',
    responseUrl: click.response_url,
    view: click.view === undefined ? undefined : toView(click.view),
  };
}

/** Throws `message-invalid`. */
export function parseSlackSubmission(body: unknown): SlackSubmission {
  const { type, view, ...by } = parse(submissionSchema, body, 'modal');
  return { kind: type === 'view_submission' ? 'submitted' : 'closed', ...toPerson(by), view: toView(view) };
}

/** Throws `message-invalid`. */
export function parseSlackSuggestion(body: unknown): SlackSuggestion {
  const asked = parse(suggestionSchema, body, 'menu');
  const view = asked.view === undefined ? undefined : toView(asked.view);
  return { actionId: asked.action_id, typed: asked.value, ...toPerson(asked), view };
}

/** Throws `message-invalid`. */
export function parseSlackHomeOpened(body: unknown): SlackHomeOpened {
  const { event, team_id: receivedIn } = parse(homeSchema, body, 'Home event');
  const team = named(event.user_team) ?? named(event.team) ?? named(receivedIn);
  return { user: event.user, team, organisation: undefined, tab: event.tab };
}

type By = { user: { id: string; team_id?: string | null | undefined } } & {
  team?: { id: string; enterprise_id?: string | null | undefined } | null | undefined;
};

/** `user.team_id` is the person's own workspace, whichever the message or the modal is of. The organisation is told only of
 * `team`, so it is the person's where both are the same; `enterprise` would be that of the app. */
function toPerson({ user, team: place }: By): SlackPerson {
  const team = named(user.team_id) ?? place?.id;
  return { user: user.id, team, organisation: place?.id === team ? named(place?.enterprise_id) : undefined };
}

function named(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** A decision button's value: the job and the first digits of the plan that was shown. */
export function parseDecisionValue(value: string): { jobId: string; digest: string } | undefined {
  const match = /^([A-Za-z0-9-]{1,64})\|([0-9a-f]{12,64})$/.exec(value);
  return match === null ? undefined : { jobId: match[1] ?? '', digest: match[2] ?? '' };
}

function toView(view: z.infer<typeof viewSchema>): SlackView {
  const inputs = Object.values(view.state?.values ?? {}).flatMap((block) => Object.entries(block));
  return {
    kind: view.type,
    viewId: view.id,
    hash: view.hash,
    callbackId: view.callback_id,
    metadata: view.private_metadata,
    values: new Map(inputs.map(([actionId, input]) => [actionId, toValue(input)])),
  };
}

function toValue({ value, selected_option: one, selected_options: several }: z.infer<typeof inputSchema>): string {
  return several?.map((each) => each.value).join(',') ?? one?.value ?? value ?? '';
}

function parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'all of it'))];
  // Neither zod's issues nor their cause: they may quote what somebody typed.
  throw new OpsError('message-invalid', `Slack sent a ${what} that can't be read: ${fields.slice(0, 5).join(', ')}.`, {
    retry: 'never',
    remedy: 'Compare the app with its manifest (npm run manifest): command, scopes and interactivity.',
  });
}

// Slack escapes these three in what people type; a reason with "<" in it should be kept as it was typed.
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
