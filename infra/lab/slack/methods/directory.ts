// Who and what there is: the token itself, people, groups, channels, and where Socket Mode connects.
import { LAB_BOT, LAB_TEAM, type LabGroup, type LabUser } from '../people.ts';
import { findChannel, isTrue, type Method, refuse } from './api-arguments.ts';

export const DIRECTORY_METHODS: Record<string, Method> = {
  'api.test': { run: () => ({ ok: true }) },
  'auth.test': {
    run: (_form, { faults: { installation } }) => ({
      ok: true,
      url: `https://${LAB_TEAM.domain}.slack.invalid/`,
      team: LAB_TEAM.domain,
      team_id: installation.isOrgWide ? installation.organisation : LAB_TEAM.id,
      ...(installation.organisation === undefined ? {} : { enterprise_id: installation.organisation }),
      user: LAB_BOT.name,
      user_id: LAB_BOT.id,
      bot_id: LAB_BOT.botId,
      is_enterprise_install: installation.isOrgWide,
    }),
  },
  'auth.teams.list': {
    run: (_form, { faults }) => ({
      ok: true,
      teams: faults.installation.teams.map((id) => ({ id, name: id })),
      response_metadata: { next_cursor: '' },
    }),
  },
  'users.info': {
    scope: 'users:read',
    run: (form, { users }) => {
      const user = users.find((one) => one.id === form.get('user'));
      return user === undefined ? refuse('user_not_found') : { ok: true, user: toSlackUser(user) };
    },
  },
  'usergroups.list': {
    scope: 'usergroups:read',
    run: (form, { groups }) => ({
      ok: true,
      usergroups: groups.map((group) => toSlackGroup(group, isTrue(form, 'include_users'))),
    }),
  },
  'usergroups.users.list': {
    scope: 'usergroups:read',
    run: (form, { groups }) => {
      const group = groups.find((one) => one.id === form.get('usergroup'));
      return group === undefined ? refuse('no_such_subteam') : { ok: true, users: [...group.users] };
    },
  },
  'users.conversations': {
    scope: 'channels:read',
    run: (form, { channels, users }) => {
      const user = form.get('user') ?? '';
      if (!users.some((one) => one.id === user)) return refuse('user_not_found');
      const joined = channels.filter(({ members }) => members === undefined || members.includes(user));
      const listed = joined.map(({ id, name }) => ({ id, name, is_channel: true, is_private: false }));
      return { ok: true, channels: listed, response_metadata: { next_cursor: '' } };
    },
  },
  'conversations.info': {
    scope: 'channels:read',
    run: (form, { channels, faults }) => {
      const channel = findChannel(channels, form.get('channel'));
      if (channel === undefined) return refuse('channel_not_found');
      const { id, name, topic } = channel;
      const what = { is_channel: true, is_private: false, is_archived: false };
      const isMember = !faults.notInChannels.includes(id);
      return { ok: true, channel: { id, name, ...what, is_member: isMember, topic: { value: topic } } };
    },
  },
  'apps.connections.open': { isAppLevel: true, run: (_form, { socketUrl }) => ({ ok: true, url: socketUrl() }) },
};

function toSlackUser({ id, name, team = LAB_TEAM }: LabUser): object {
  return {
    id,
    team_id: team.id,
    name,
    real_name: name,
    deleted: false,
    is_bot: false,
    tz: 'UTC',
    profile: { real_name: name, display_name: name },
  };
}

function toSlackGroup({ id, handle, name, users }: LabGroup, isWithUsers: boolean): object {
  return {
    id,
    team_id: LAB_TEAM.id,
    is_usergroup: true,
    name,
    handle,
    date_delete: 0,
    user_count: users.length,
    ...(isWithUsers ? { users: [...users] } : {}),
  };
}
