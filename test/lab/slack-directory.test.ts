// Who and what there is, through the real client: people, groups, the token's scopes.
import { expect, it } from 'vitest';
import { aLab } from './slack-lab.ts';

it('lists groups and their members as they are now', async () => {
  const { lab, client } = await aLab();
  expect(await client.usergroups.list({ include_users: true })).toMatchObject({
    usergroups: [
      { id: 'S0VSPHERE', handle: 'vsphere-admins', users: ['U0BOB', 'U0DAN'] },
      { id: 'S0NETONCALL', handle: 'net-oncall' },
    ],
  });
  const group = lab.groups.find(({ handle }) => handle === 'net-oncall');
  group?.users.splice(0, 1, 'U0EVE');
  expect(await client.usergroups.users.list({ usergroup: 'S0NETONCALL' })).toMatchObject({ users: ['U0EVE'] });
  await expect(client.usergroups.users.list({ usergroup: 'S0NONE' })).rejects.toThrow('no_such_subteam');
});

it('changes groups of its own only, not of another workspace', async () => {
  const [one, other] = [await aLab(), await aLab()];
  one.lab.groups[0]?.users.splice(0);
  expect(other.lab.groups[0]?.users).not.toEqual([]);
});

it('says which scopes the token has, and which one a call lacks', async () => {
  const { lab, client } = await aLab();
  const { response_metadata: metadata } = await client.auth.test();
  expect(metadata?.scopes).toContain('chat:write');
  lab.faults.scopes = ['commands'];
  await expect(client.usergroups.list()).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'usergroups:read', provided: 'commands' },
  });
});

it('keeps the token of the bot and the one of the app apart', async () => {
  const { client } = await aLab();
  await expect(client.apiCall('apps.connections.open')).rejects.toThrow('not_allowed_token_type');
  await expect(client.apiCall('auth.test', { token: 'xapp-lab' })).rejects.toThrow('not_allowed_token_type');
  await expect(client.apiCall('auth.test', { token: 'xoxb-other' })).rejects.toThrow('invalid_auth');
  await expect(client.apiCall('chat.shout')).rejects.toThrow('unknown_method');
});

it('sends groups as ids where they are typed', async () => {
  const { lab, received } = await aLab();
  await lab.type({
    user: 'U0ANN',
    channel: 'C0VSPHERE',
    text: '/vmotion enable a --approvers @vsphere-admins,@bob. @x',
  });
  expect(received[0]?.form.get('text')).toBe(
    'enable a --approvers <!subteam^S0VSPHERE|@vsphere-admins>,<@U0BOB|bob>. @x',
  );
});
