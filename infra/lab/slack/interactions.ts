// What happens when a person of the lab's workspace types or uses a button or a menu, and how the app's answers come
// back.
import { type LabInput, type Option, toStateValue } from './block-kit/state-value.ts';
import { findElement, type Placed } from './block-kit/walk.ts';
import type { Deliver, Delivery } from './deliver.ts';
import { type ActionPlace, actionPayload, commandForm, escapeTyped, suggestionPayload } from './forms.ts';
import type { MessageLog } from './message-log.ts';
import type { LabFaults } from './lab-faults.ts';
import type { LabChannel, LabGroup, LabUser } from './people.ts';
import type { LabAnswer, ResponseUrls } from './response-urls.ts';
import { readSuggestions } from './suggestions.ts';
import type { Triggers } from './triggers.ts';
import type { ViewStore } from './view-store.ts';

export type InteractionParts = {
  log: MessageLog;
  views: ViewStore;
  triggers: Triggers;
  users: LabUser[];
  channels: LabChannel[];
  groups: LabGroup[];
  faults: LabFaults;
  deliver: Deliver;
  responses: ResponseUrls;
};

export type Typed = { user: string; channel: string; text: string; threadTs?: string | undefined };
/** `value`: what is chosen of a menu; a button has none. `blockId` where several blocks have such an action. */
export type Clicked = {
  user: string;
  channel: string;
  ts: string;
  actionId: string;
  blockId?: string | undefined;
  value?: LabInput | undefined;
};
/** An element of a person's topmost modal, or of their Home tab. */
export type ViewUsed = Pick<Clicked, 'user' | 'actionId' | 'blockId' | 'value'> & { viewId: string };
export type Asked = { user: string; actionId: string; blockId?: string | undefined; query: string } & (
  | { viewId: string }
  | { channel: string; ts: string }
);

export type Interactions = {
  type(input: Typed): Promise<LabAnswer>;
  click(input: Clicked): Promise<LabAnswer | undefined>;
  /** Uses an element of a view. An input only keeps its value unless its block dispatches actions. */
  useInView(input: ViewUsed): Promise<void>;
  /** Puts a value into an input of a view, and tells nobody. */
  keep(input: ViewUsed): void;
  /** What an external menu offers for what was typed into it. */
  suggest(input: Asked): Promise<Option[]>;
};

export function createInteractions(parts: InteractionParts): Interactions {
  const { log, views, triggers, responses, deliver } = parts;
  /** The last suggestions of each external menu: only what was offered can be chosen. */
  const offered = new Map<string, Option[]>();
  const keyOf = (user: string, actionId: string) => `${user} ${actionId}`;

  const valueOf = ({ element }: Placed, { user, actionId, value }: Pick<Clicked, 'user' | 'actionId' | 'value'>) =>
    value === undefined ? undefined : toStateValue(element, value, offered.get(keyOf(user, actionId)));

  const keep = ({ user, viewId, actionId, blockId, value }: ViewUsed) => {
    const view = views.find(viewId);
    const placed = findElement(view?.content.blocks ?? [], actionId, blockId);
    if (view === undefined || placed === undefined) throw new Error(`no ${actionId} in a view ${viewId} of ${user}`);
    const used = { ...placed, value: valueOf(placed, { user, actionId, value }) };
    if (used.value !== undefined) views.put(view, { blockId: placed.blockId, actionId, value: used.value });
    return { view, placed, used };
  };

  return {
    async type({ user, channel, text, threadTs }) {
      const place = checked(parts, { user, channel });
      const command = /^(\/\S+)(?:\s+([\s\S]*))?$/.exec(text.trim());
      if (command === null) {
        const thread = threadTs === undefined ? {} : { threadTs };
        log.post({ channel, user, text: escapeTyped(parts, text), blocks: [], ...thread });
        return { text };
      }
      const [, name = '', rest = ''] = command;
      // Slack refuses every app's command there.
      if (threadTs !== undefined)
        return responses.tell(place, `${name} is not supported in threads. Sorry! Type it in the channel.`);
      if (name !== '/vmotion') return responses.tell(place, `${name} is not a valid command.`);
      const { url, answers } = responses.open(place);
      const typed = { ...place, name, text: rest.trim(), url, triggerId: triggers.create(user) };
      // The answer stands where the command was typed, also where the app posts something before it answers.
      const asked = { ...place, ts: log.takeTs() };
      const delivery = await deliver({ kind: 'slash_commands', body: commandForm(parts, typed) });
      if (delivery.kind === 'failed') return responses.tell(asked, `${name} failed with the error "${delivery.error}"`);
      const answer = readAcknowledgement(delivery, (body) => responses.show(asked, body));
      if (typeof answer === 'string') return responses.tell(asked, `${name} failed with the error "${answer}"`);
      return answer ?? answers.at(-1) ?? { text: '' };
    },
    async click({ user, channel, ts, actionId, blockId, value }) {
      const place = checked(parts, { user, channel });
      const message = log.find(channel, ts);
      const placed = findElement(message?.blocks ?? [], actionId, blockId);
      if (message === undefined || placed === undefined)
        return responses.tell(place, `There is no such button any more: ${actionId}`);
      const used = { ...placed, value: valueOf(placed, { user, actionId, value }) };
      const { url, answers } = responses.open({ ...place, message });
      const at: ActionPlace = { kind: 'message', message, url };
      const triggerId = triggers.create(user);
      const delivery = await deliver({
        kind: 'interactive',
        body: actionPayload(parts, { user, place: at, used, triggerId }),
      });
      if (delivery.kind === 'failed')
        return responses.tell({ ...place, message }, `The button failed with the error "${delivery.error}"`);
      return answers.at(-1);
    },
    keep(input) {
      keep(input);
    },
    async useInView(input) {
      const { user } = input;
      const { view, placed, used } = keep(input);
      if (placed.isInput && placed.block['dispatch_action'] !== true) return;
      const triggerId = triggers.create(user);
      const body = actionPayload(parts, { user, place: { kind: 'view', view }, used, triggerId });
      const delivery = await deliver({ kind: 'interactive', body });
      if (delivery.kind === 'failed') views.mark(view, { errors: view.errors, problem: failed(delivery.error) });
    },
    async suggest(input) {
      const place = findPlace(parts, input);
      const blocks = place.kind === 'view' ? place.view.content.blocks : place.message.blocks;
      const placed = findElement(blocks, input.actionId, input.blockId);
      if (placed === undefined) throw new Error(`there is no menu ${input.actionId}`);
      const body = suggestionPayload(parts, { user: input.user, place, used: placed, query: input.query });
      const options = readSuggestions(await deliver({ kind: 'interactive', body }));
      offered.set(keyOf(input.user, input.actionId), options);
      return options;
    },
  };
}

/** How Slack says in a view that the app did not answer as it should. */
export const failed = (error: string) => `We had some trouble connecting. Try again? (${error})`;

type Place = { user: string; channel: string };

function checked({ users, channels }: InteractionParts, place: Place): Place {
  if (!users.some((user) => user.id === place.user)) throw new Error(`no user ${place.user} in this workspace`);
  if (!channels.some((one) => one.id === place.channel))
    throw new Error(`no channel ${place.channel} in this workspace`);
  return place;
}

function findPlace({ views, log }: InteractionParts, input: Asked): ActionPlace {
  if ('viewId' in input) {
    const view = views.find(input.viewId);
    if (view === undefined) throw new Error(`there is no view ${input.viewId}`);
    return { kind: 'view', view };
  }
  const message = log.find(input.channel, input.ts);
  if (message === undefined) throw new Error(`there is no message ${input.ts}`);
  return { kind: 'message', message, url: '' };
}

// An empty body is an acknowledgement without an answer; text is an answer only to the one who typed.
function readAcknowledgement<T>(
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
