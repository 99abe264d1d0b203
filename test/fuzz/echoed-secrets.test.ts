// The other side knows the secret that it was shown, and may say it back: in a fault, in a name, in a log, however it is
// spelled. Nothing that leaves the adapter holds it: no value, no failure and its causes, no line of the log.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { createWebApiChat } from '../../shared/slack/web-api-chat.ts';
import { createWebApiGroups } from '../../shared/slack/web-api-groups.ts';
import { createWebApiMembership } from '../../shared/slack/web-api-membership.ts';
import { createWebApiViews } from '../../shared/slack/web-api-views.ts';
import { escapeXml } from '../../shared/vsphere/xml.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { bytesOf, expectNone, MARK, SPELLINGS, textOf, withMark } from './secret-spellings.ts';
import { createSpoiledVcenter, PASSWORD } from './spoiled-vcenter.ts';
import { know, type Known, WRITES } from './vsphere-writes.ts';

const LIMIT = 120_000;
const CLUSTER = 'cluster-dvs';

const fault = (words: string) =>
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body><e:Fault>' +
  `<faultstring>${words}</faultstring><detail><PlatformConfigFaultFault xsi:type="PlatformConfigFault">` +
  `<faultMessage><key>${words}</key><message>${words}</message></faultMessage><text>no: ${words}</text>` +
  '</PlatformConfigFaultFault></detail></e:Fault></e:Body></e:Envelope>';

const QUESTIONS: Record<string, (session: VsphereSession, known: Known) => Promise<unknown>> = {
  'the cluster': (session) => session.readCluster(`/DC1/host/${CLUSTER}`),
  'the machines': (session, { cluster }) => session.listVms(cluster.hosts.map(({ moref }) => moref)),
  'a log': (session, { host }) => session.readLog(host.moref, { key: 'vmkernel', lines: 20 }),
  events: (session, { cluster }) => session.readEvents([cluster.moref], { since: new Date(0), max: 20 }),
  alarms: (session, { cluster }) => session.readTriggeredAlarms(cluster.moref),
  'migrations under way': (session, { cluster }) => session.runningMigrations(cluster.hosts.map(({ moref }) => moref)),
  'whether a machine may move': (session, { vm, other }) => session.checkRelocate(vm.moref, other.moref),
  privileges: (session, { host }) =>
    session.missingPrivileges([{ entity: host.moref, name: host.name, privileges: ['Host.Config.Network'] }]),
  'a ping': (session, { ref }) =>
    session.ping(ref, {
      device: 'vmk0',
      netstack: 'defaultTcpipStack',
      address: '10.0.16.52',
      payloadBytes: 1472,
      dontFragment: true,
      count: 1,
      waitSeconds: 1,
    }),
  ...Object.fromEntries(Object.values(WRITES).map(({ operation, make }) => [operation, make])),
};

/** A reading, one that may be hidden, XML within XML, a write, and one that is a task. */
const SOME = ['the cluster', 'alarms', 'a ping', 'AddPortGroup', 'RelocateVM_Task'].flatMap(
  (name) => QUESTIONS[name] ?? [],
);

/** `change`: what becomes of the text of each answer after the login. */
async function saidBy(question: (typeof QUESTIONS)[string], change: (text: string, cookie: string) => string) {
  let cookie = '';
  let isSpoiled = false;
  const { run, logged } = createSpoiledVcenter(createVirtualClock(), CLUSTER, async ({ operation, deliver }) => {
    const reply = await deliver();
    cookie = /="?([^";]+)/.exec(reply.setCookie ?? '')?.[1] ?? cookie;
    return isSpoiled && operation !== 'Logout' ? { ...reply, body: change(reply.body, cookie) } : reply;
  });
  const said: string[] = [];
  await run(async (session) => {
    const known = await know(session, CLUSTER);
    isSpoiled = true;
    try {
      said.push(textOf(await question(session, known)), session.user, session.vcenterUuid);
    } catch (error) {
      said.push(textOf(error));
    }
  });
  expect(cookie.length).toBeGreaterThan(7);
  return { said: [...said, ...logged].join('\n'), secrets: [PASSWORD, cookie] };
}

describe('a vCenter that says back the password and the cookie', () => {
  const anyWay = fc.record({
    part: fc.integer({ min: 0, max: 9_999 }).map((at) => at / 10_000),
    spelling: fc.constantFrom(...Object.keys(SPELLINGS)),
  });

  it.each(Object.entries(QUESTIONS))(
    'anywhere in the answers about %s is not quoted',
    { timeout: LIMIT },
    async (_, ask) => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(anyWay, async ({ part, spelling }) => {
          const { said, secrets } = await saidBy(ask, (text, cookie) => {
            const words = [PASSWORD, cookie].map((secret) => SPELLINGS[spelling]?.(secret) ?? '').join(' ');
            return withMark(text, part).replaceAll(MARK, () => words);
          });
          expectNone(said, secrets);
        }),
        { numRuns: Number(process.env['FUZZ_RUNS'] ?? 12) },
      );
    },
  );

  it.each(Object.entries(SPELLINGS))('in a fault, %s, is not quoted', async (_, spell) => {
    let quoted = 0;
    for (const ask of SOME) {
      const { said, secrets } = await saidBy(ask, (_text, cookie) => fault(`${spell(PASSWORD)} ${spell(cookie)}`));
      expectNone(said, secrets);
      quoted += said.includes('[secret]') ? 1 : 0;
    }
    expect(quoted).toBe(SOME.length);
  });

  it.each([
    { where: 'as names of elements', change: (cookie: string) => `<x${cookie}/>` },
    {
      where: 'as the name of a fault',
      change: (cookie: string) => fault('x').replaceAll('PlatformConfigFault', cookie),
    },
    { where: 'as a prefix', change: (cookie: string) => `<x${cookie}:a/>` },
    { where: 'as an entity', change: (cookie: string) => `<a>&x${cookie};</a>` },
    { where: 'as an attribute twice', change: (cookie: string) => `<a x${cookie}="1" x${cookie}="2"/>` },
    { where: 'without any document around it', change: (cookie: string) => `${PASSWORD} ${cookie}` },
  ])('$where is not quoted', async ({ change }) => {
    expect.hasAssertions();
    for (const ask of SOME) {
      const { said, secrets } = await saidBy(ask, (_text, cookie) => change(cookie));
      expectNone(said, secrets);
    }
  });

  it('when it refuses the login is not quoted', async () => {
    for (const spell of Object.values(SPELLINGS)) {
      const { run, logged } = createSpoiledVcenter(createVirtualClock(), CLUSTER, async ({ operation, deliver }) => {
        const reply = await deliver();
        if (operation !== 'Login') return reply;
        return { status: 500, body: fault(spell(PASSWORD)), setCookie: undefined };
      });
      const error: unknown = await run(async () => undefined).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(OpsError);
      expectNone(textOf(error) + logged.join(''), [PASSWORD]);
    }
  });
});

const TOKEN = ['xo', 'xb-1234567890-0987654321-AbCdEfGhIjKlMnOp'].join('');
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A Slack that answers every call with these bytes. */
async function slackThatSays(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(status, { Connection: 'close', ...headers }).end(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
}

async function saidToSlack(slackApiUrl: string): Promise<string> {
  const logged: string[] = [];
  const log = createJsonLog((line) => logged.push(line));
  const options = { token: async () => TOKEN, slackApiUrl };
  const chat = createWebApiChat(options);
  const views = createWebApiViews(options);
  const parts = { ...options, store: createMemoryStore().groups, clock: createVirtualClock(), log };
  const message = { channel: 'C0VSPHERE', text: 'x', blocks: [] };
  const file = { channel: 'C0VSPHERE', name: 'a.csv', title: 'a', bytes: new Uint8Array([1]) };
  const calls: (() => Promise<unknown>)[] = [
    () => chat.post(message),
    () => chat.update('1.1', message),
    () => chat.upload(file),
    () => chat.fileState('F1'),
    () => views.open('1.2', { type: 'modal' }),
    () => views.update({ viewId: 'V1' }, { type: 'modal' }),
    () => views.publish('U1', { type: 'home' }),
    () => createWebApiMembership(options).channelsOf('U1'),
    () => createWebApiGroups(parts).members('S1', 0),
  ];
  const said: string[] = [];
  for (const call of calls) {
    try {
      await call();
    } catch (error) {
      log.error('call-failed', { error });
      if (!(error instanceof OpsError)) throw new Error('not a failure with a code', { cause: error });
      said.push(error.message, error.remedy, error.fault ?? '');
    }
  }
  return [...said, ...logged].join('\n');
}

describe('a Slack that says back the token', () => {
  const JSON_TYPE = { 'Content-Type': 'application/json' };
  const spellings = Object.entries({
    plain: TOKEN,
    'in base64': bytesOf(`u:${TOKEN}`).toString('base64'),
    'in a form': new URLSearchParams({ token: TOKEN }).toString(),
    'in hexadecimal digits': bytesOf(TOKEN).toString('hex'),
    'in XML': escapeXml(`<${TOKEN}>`),
  });

  it.each(spellings)('%s is not quoted', { timeout: LIMIT }, async (_, words) => {
    expect.hasAssertions();
    const bodies = [
      { ok: false, error: words },
      { ok: false, error: `bad ${words}`, response_metadata: { messages: [words, `[ERROR] ${words}`] } },
      { ok: false, error: 'invalid_blocks', response_metadata: { messages: [`[ERROR] ${words}`] } },
      { ok: false, error: 'ratelimited', needed: words, provided: words },
    ];
    for (const body of bodies) {
      expectNone(await saidToSlack(await slackThatSays(200, JSON.stringify(body), JSON_TYPE)), [TOKEN]);
    }
    for (const status of [200, 400, 403, 429, 500, 503]) {
      const headers = { 'Content-Type': 'text/html', 'X-Said': words };
      expectNone(await saidToSlack(await slackThatSays(status, `<html>${words}</html>`, headers)), [TOKEN]);
    }
  });
});
