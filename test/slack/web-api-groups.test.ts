import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../shared/log.ts';
import type { Groups, GroupStore } from '../../shared/ports.ts';
import { createWebApiGroups } from '../../shared/slack/web-api-groups.ts';
import { createMemoryStore } from '../support/memory-store.ts';

/** What Slack answers, and how often it was asked. */
let answer: object;
let asked: string[];
let nowMs: number;
let server: Server;
let groups: Groups;
let store: GroupStore;

beforeEach(async () => {
  answer = { ok: true, users: ['U1', 'U2'] };
  asked = [];
  nowMs = Date.UTC(2026, 0, 5);
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      asked.push(`${request.url} ${body}`);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = createMemoryStore().groups;
  groups = createWebApiGroups({
    token: async () => 'xoxb-test',
    slackApiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    store,
    clock: { now: () => new Date(nowMs), elapsedMs: () => 0, sleep: async () => undefined },
    log: silentLog,
  });
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('who is in a user group', () => {
  it('is asked of Slack once, while that is fresh enough', async () => {
    expect(await groups.members('S1', 30_000)).toEqual(['U1', 'U2']);
    answer = { ok: true, users: ['U3'] };
    nowMs += 30_000;
    expect(await groups.members('S1', 30_000)).toEqual(['U1', 'U2']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('/api/usergroups.users.list');
    expect(asked[0]).toContain('usergroup=S1');
  });

  it('is asked anew for whoever needs it fresher', async () => {
    await groups.members('S1', 300_000);
    answer = { ok: true, users: ['U3'] };
    nowMs += 31_000;
    expect(await groups.members('S1', 300_000)).toEqual(['U1', 'U2']);
    expect(await groups.members('S1', 30_000)).toEqual(['U3']);
    expect(await groups.members('S1', 300_000)).toEqual(['U3']);
  });

  it('is asked anew where the clock was set back, so that nobody stays a member until it has caught up', async () => {
    await groups.members('S1', 30_000);
    answer = { ok: true, users: [] };
    nowMs -= 3_600_000;
    expect(await groups.members('S1', 30_000)).toEqual([]);
  });

  it.each([
    { what: 'a group that is gone', said: { ok: false, error: 'no_such_subteam' } },
    { what: 'a plan without user groups', said: { ok: false, error: 'paid_teams_only' } },
    { what: 'an app without the scope', said: { ok: false, error: 'missing_scope' } },
    { what: 'too many questions', said: { ok: false, error: 'ratelimited' } },
  ])('is not known for $what, whatever was known long ago', async ({ said }) => {
    await groups.members('S1', 30_000);
    nowMs += 31_000;
    answer = said;
    await expect(groups.members('S1', 30_000)).rejects.toMatchObject({ code: 'groups-unknown' });
    expect(await store.find('S1')).toMatchObject({ members: ['U1', 'U2'] });
  });

  it('is not known while Slack is out of reach', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(groups.members('S1', 30_000)).rejects.toMatchObject({ code: 'groups-unknown', retry: 'later' });
  });
});
