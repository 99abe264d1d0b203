// What Slack puts into the requests that it sends to an app.
import { randomBytes } from 'node:crypto';
import type { StateValue } from './block-kit/state-value.ts';
import type { LooseElement } from './block-kit/walk.ts';
import type { LabMessage, PrivateMessage } from './message-log.ts';
import type { LabFaults } from './lab-faults.ts';
import { LAB_BOT, LAB_TEAM, type LabChannel, type LabGroup, type LabTeam, type LabUser } from './people.ts';
import { type LabView, toViewPayload } from './view-store.ts';

type People = { users: LabUser[]; channels: LabChannel[]; groups: LabGroup[]; faults: LabFaults };
type Place = { user: string; channel: string };

/** The form of a slash command. Each has a trigger_id of its own. */
export function commandForm(
  people: People,
  typed: Place & { name: string; text: string; url: string; triggerId: string },
): Record<string, string> {
  const { id, domain, organisation } = teamOf(people, typed.user);
  return {
    token: 'lab',
    team_id: id,
    team_domain: domain,
    ...(organisation === undefined ? {} : { enterprise_id: organisation, enterprise_name: organisation }),
    channel_id: typed.channel,
    channel_name: channelName(people, typed.channel),
    user_id: typed.user,
    user_name: userName(people, typed.user),
    command: typed.name,
    text: escapeTyped(people, typed.text),
    api_app_id: LAB_BOT.appId,
    is_enterprise_install: String(people.faults.installation.isOrgWide),
    response_url: typed.url,
    trigger_id: typed.triggerId,
  };
}

/** Where an element stands that somebody used. */
export type ActionPlace =
  | { kind: 'message'; message: LabMessage | PrivateMessage; url: string }
  | { kind: 'view'; view: LabView };

/** What was done with an element: for a button nothing but the press, otherwise the value it then has. */
export type Used = { element: LooseElement; blockId: string; value: StateValue | undefined };

/** The payload of a pressed button or a changed menu. */
export function actionPayload(
  people: People,
  { user, place, used, triggerId }: { user: string; place: ActionPlace; used: Used; triggerId: string },
): object {
  return {
    ...interaction(people, 'block_actions', user),
    trigger_id: triggerId,
    ...(place.kind === 'message' ? messagePlace(people, place) : viewPlace(place.view)),
    actions: [toAction(used)],
  };
}

/** The payload that asks for the options of an external menu. */
export function suggestionPayload(
  people: People,
  {
    user,
    place,
    used,
    query,
  }: { user: string; place: ActionPlace; used: Pick<Used, 'element' | 'blockId'>; query: string },
): object {
  return {
    ...interaction(people, 'block_suggestion', user),
    ...(place.kind === 'message' ? messagePlace(people, place) : viewPlace(place.view)),
    action_id: used.element.action_id,
    block_id: used.blockId,
    value: query,
  };
}

/** The payload of a modal's submit button. */
export function submissionPayload(people: People, { view, triggerId }: { view: LabView; triggerId: string }): object {
  return {
    ...interaction(people, 'view_submission', view.user),
    trigger_id: triggerId,
    view: toViewPayload(view),
    response_urls: [],
  };
}

/** The payload of a modal that was closed. `isCleared`: the whole stack with it. */
export function closedPayload(people: People, { view, isCleared }: { view: LabView; isCleared: boolean }): object {
  return { ...interaction(people, 'view_closed', view.user), view: toViewPayload(view), is_cleared: isCleared };
}

/** The event of somebody who opens the app's Home tab, in the wrapper of the Events API. */
export function homeOpenedEvent(
  people: Pick<People, 'users' | 'faults'>,
  user: string,
  view: LabView | undefined,
): object {
  const { organisation, isOrgWide } = people.faults.installation;
  const now = Date.now();
  const event = {
    type: 'app_home_opened',
    user,
    channel: `D0${user.slice(2)}`,
    tab: 'home',
    event_ts: (now / 1000).toFixed(6),
    ...(view === undefined ? {} : { view: toViewPayload(view) }),
  };
  return {
    token: 'lab',
    team_id: teamOf(people, user).id,
    api_app_id: LAB_BOT.appId,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: organisation ?? null,
        team_id: isOrgWide ? null : LAB_TEAM.id,
        user_id: LAB_BOT.id,
        is_bot: true,
        is_enterprise_install: isOrgWide,
      },
    ],
    is_ext_shared_channel: false,
  };
}

/** As with should_escape: people, groups and channels arrive as ids, the three reserved characters as entities. */
export function escapeTyped({ users, channels, groups }: Omit<People, 'faults'>, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .replace(/@([a-z0-9_.-]*[a-z0-9_-])/gi, (typed, name: string) => {
      const user = users.find((one) => one.name === name);
      const group = groups.find((one) => one.handle === name);
      if (group !== undefined) return `<!subteam^${group.id}|@${group.handle}>`;
      return user === undefined ? typed : `<@${user.id}|${user.name}>`;
    })
    .replace(/#([a-z0-9_-]+)/gi, (typed, name: string) => {
      const channel = channels.find((one) => one.name === name);
      return channel === undefined ? typed : `<#${channel.id}|${channel.name}>`;
    });
}

function interaction(people: People, type: string, user: string): object {
  const name = userName(people, user);
  const { installation, teamOfInteraction } = people.faults;
  const { organisation, isOrgWide } = installation;
  const own = teamOf(people, user);
  const installed = { ...LAB_TEAM, organisation };
  return {
    type,
    user: { id: user, username: name, name, team_id: own.id },
    api_app_id: LAB_BOT.appId,
    token: 'lab',
    team: isOrgWide ? null : toSlackTeam(teamOfInteraction === 'person' ? own : installed),
    // Always the app's: it says nothing about the person.
    enterprise: organisation === undefined ? null : { id: organisation, name: organisation },
    is_enterprise_install: isOrgWide,
  };
}

function toSlackTeam({ id, domain, organisation }: LabTeam): object {
  const grid = organisation === undefined ? {} : { enterprise_id: organisation, enterprise_name: organisation };
  return { id, domain, ...grid };
}

function teamOf({ users, faults }: Pick<People, 'users' | 'faults'>, user: string): LabTeam {
  const { organisation } = faults.installation;
  return users.find((one) => one.id === user)?.team ?? { ...LAB_TEAM, organisation };
}

function messagePlace(people: People, { message, url }: Extract<ActionPlace, { kind: 'message' }>): object {
  const { channel, ts, threadTs } = message;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const isEphemeral = 'to' in message;
  return {
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: isEphemeral, ...thread },
    channel: { id: channel, name: channelName(people, channel) },
    // Of what only one person sees, Slack sends neither text nor blocks.
    ...(isEphemeral
      ? {}
      : {
          message: { type: 'message', user: message.user, ts, text: message.text, blocks: message.blocks, ...thread },
        }),
    state: { values: {} },
    response_url: url,
  };
}

function viewPlace(view: LabView): object {
  return { container: { type: 'view', view_id: view.id }, view: toViewPayload(view) };
}

function toAction({ element, blockId, value }: Used): object {
  const { type, action_id, text, value: pressed, style } = element;
  const base = { type, action_id, block_id: blockId, action_ts: (Date.now() / 1000).toFixed(6) };
  if (value !== undefined) return { ...value, ...base };
  return {
    ...base,
    text,
    ...(pressed === undefined ? {} : { value: pressed }),
    ...(style === undefined ? {} : { style }),
  };
}

const userName = ({ users }: People, id: string) => users.find((one) => one.id === id)?.name ?? '';
const channelName = ({ channels }: People, id: string) => channels.find((one) => one.id === id)?.name ?? '';
