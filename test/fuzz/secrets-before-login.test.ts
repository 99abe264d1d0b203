// A server that knows the password from an earlier login, and says it back before it is told: nothing that is read before
// the login is quoted with it either, be it a version, a name, a header, or what a certificate is made out to.
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { checkVcenters } from '../../infra/local/doctor/check-vcenters.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { OpsError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import type { SoapReply } from '../../shared/vsphere/transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { startTlsServer, type TestServer } from '../vsphere/tls-server.ts';
import { expectNone, MARK, SPELLINGS, textOf, withMark } from './secret-spellings.ts';
import { createSpoiledVcenter, PASSWORD } from './spoiled-vcenter.ts';

const LIMIT = 120_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What is said of a session whose answers to one operation were changed: its values or its failure, and the log. */
async function saidOf(spoiled: string, change: (reply: SoapReply) => SoapReply): Promise<string> {
  const { run, logged } = createSpoiledVcenter(createVirtualClock(), 'cluster-a', async ({ operation, deliver }) => {
    const reply = await deliver();
    return operation === spoiled ? change(reply) : reply;
  });
  const said = await run(async ({ user, vcenterUuid }) => textOf([user, vcenterUuid])).catch(textOf);
  return [said, ...logged].join('\n');
}

it.each(['versions', 'RetrieveServiceContent'])(
  'anywhere in the answer about %s is not quoted',
  { timeout: LIMIT },
  async (operation) => {
    expect.hasAssertions();
    const anyWay = fc.record({
      part: fc.integer({ min: 0, max: 9_999 }).map((at) => at / 10_000),
      spelling: fc.constantFrom(...Object.keys(SPELLINGS)),
      isRefused: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyWay, async ({ part, spelling, isRefused }) => {
        const said = await saidOf(operation, (reply) => {
          const marked = withMark(reply.body, part).replaceAll(MARK, () => SPELLINGS[spelling]?.(PASSWORD) ?? '');
          // An ESXi host is refused with the name that it gives itself.
          return { ...reply, body: isRefused ? marked.replace('VirtualCenter', 'HostAgent') : marked };
        });
        expectNone(said, [PASSWORD]);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
    );
  },
);

it.each(Object.entries(SPELLINGS))('as the name of what is no vCenter, %s, is not quoted', async (_, spell) => {
  const said = await saidOf('RetrieveServiceContent', (reply) => {
    const named = reply.body.replace(/(<fullName>)[^<]*/, (_all, tag: string) => tag + spell(PASSWORD));
    return { ...reply, body: named.replace('VirtualCenter', 'HostAgent') };
  });
  expect(said).toContain('[secret]');
  expectNone(said, [PASSWORD]);
});

it('as the only version is not quoted', async () => {
  const version = (text: string) =>
    `<namespaces><namespace><name>urn:vim25</name><version>${text}</version></namespace></namespaces>`;
  for (const spell of Object.values(SPELLINGS)) {
    const said = await saidOf('versions', (reply) => ({ ...reply, body: version(spell(PASSWORD)) }));
    expect(said).toContain('vim25 of no known number');
    expectNone(said, [PASSWORD]);
  }
});

it('the key of the session as the name of its account is not quoted', async () => {
  let key = '';
  const said = await saidOf('Login', (reply) => {
    key = /<key>([^<]+)/.exec(reply.body)?.[1] ?? '';
    return { ...reply, body: reply.body.replace(/(<userName>)[^<]*/, `$1${key}`) };
  });
  expect(key.length).toBeGreaterThan(7);
  expectNone(said, [key]);
});

/** What the doctor and a session say about what stands at this address. */
async function saidAbout(server: TestServer, fingerprint: string): Promise<string> {
  const trust = { kind: 'sha256', fingerprint } as const;
  const url = server.url;
  const logged: string[] = [];
  const note = (event: string, fields?: object) => logged.push(JSON.stringify([event, fields]));
  const vsphere = createVsphere({
    connect: () => createHttpsTransport({ url, trust }),
    credentials: async () => ({ user: 'svc', password: PASSWORD }),
    clock: createVirtualClock(),
    log: { ...silentLog, info: note, warn: note, error: note },
  });
  const settings = {
    vcenters: { lab: { name: 'lab', url, trust, secret: 'lab' } },
    clusters: {},
  } as unknown as Settings;
  const checks = await checkVcenters(vsphere, settings);
  const failure: unknown = await vsphere.withSession('lab', 'op-1', async () => undefined).catch((error) => error);
  expect(failure).toBeInstanceOf(OpsError);
  return [JSON.stringify(checks), textOf(failure), ...logged].join('\n');
}

const RAW: { where: string; answer: string }[] = [
  { where: 'its words beside the status', answer: `HTTP/1.1 404 ${PASSWORD}\r\nContent-Length: 0\r\n\r\n` },
  { where: 'its status', answer: `HTTP/1.1 ${PASSWORD}\r\n\r\n` },
  { where: 'its protocol', answer: `${PASSWORD}\r\n\r\n` },
  { where: 'the name of a header', answer: `HTTP/1.1 200 OK\r\n${PASSWORD}: x\r\n\r\n` },
  { where: 'an invalid header', answer: `HTTP/1.1 200 OK\r\nDate: ${PASSWORD}\u0000\r\n\r\n` },
  { where: 'its date', answer: `HTTP/1.1 200 OK\r\nDate: ${PASSWORD}\r\nContent-Length: 0\r\n\r\n` },
  { where: 'a length', answer: `HTTP/1.1 200 OK\r\nContent-Length: ${PASSWORD}\r\n\r\n` },
  {
    where: 'where to go instead',
    answer: `HTTP/1.1 302 Found\r\nLocation: https://${PASSWORD}/\r\nContent-Length: 0\r\n\r\n`,
  },
  { where: 'a piece of a body', answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${PASSWORD}\r\n` },
  {
    where: 'a zipped body',
    answer: `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${PASSWORD.length}\r\n\r\n${PASSWORD}`,
  },
  { where: 'a body', answer: `HTTP/1.1 200 OK\r\nContent-Length: ${PASSWORD.length}\r\n\r\n${PASSWORD}` },
];

it.each(RAW)('as $where of an answer is not quoted, by the doctor neither', async ({ answer }) => {
  expect.hasAssertions();
  const server = await startTlsServer((request) => request.socket.end(answer));
  closing.push(() => server.stop());
  expectNone(await saidAbout(server, server.fingerprint), [PASSWORD]);
});

it('in a certificate that is not the pinned one is not quoted', async () => {
  const server = await startTlsServer((request) => request.socket.destroy(), PASSWORD);
  closing.push(() => server.stop());
  const said = await saidAbout(server, Array.from({ length: 32 }, () => '00').join(':'));
  expect(said).toContain('not the one that is pinned');
  expectNone(said, [PASSWORD]);
});
