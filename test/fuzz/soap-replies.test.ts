// Every reply of a vCenter may be wrong in every way. The client answers with a value that is what its type says, or with
// a failure that has a code and a remedy; never with a TypeError, never without end, never with a secret.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { hostNetworkSchema, morefSchema } from '../../shared/contracts/inventory-rows.ts';
import type { Cluster, Host } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { ERROR_CODES, OpsError } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { labSettings } from '../support/world.ts';
import { BROKEN_REPLIES } from './corpus/broken-replies.ts';
import { anyMutations, mutate, type Mutation } from './mutate-xml.ts';

const CLUSTER = 'cluster-dvs';
const PASSWORD = 'p4ss-&-w0rd-of-the-lab';
/** More than any of the questions below takes: the replies of a client that never comes to an end are counted. */
const CALLS_MAX = 2000;

const text = z.string();
const hostSchema = z.object({
  moref: morefSchema,
  name: text,
  connection: z.enum(['connected', 'disconnected', 'not-responding']),
  isInMaintenance: z.boolean(),
  esxiVersion: text,
  networkSystem: morefSchema.optional(),
  virtualNicManager: morefSchema.optional(),
  network: hostNetworkSchema.optional(),
});
const hostsSchema = z.array(hostSchema);
const named = z.object({ moref: morefSchema, name: text });

type Known = { cluster: Cluster; host: Host; ref: HostRef; vm: { value: string; type: string } };
type Question = { ask(session: VsphereSession, known: Known): Promise<unknown>; answer: z.ZodType };

const QUESTIONS: Record<string, Question> = {
  'the cluster': {
    ask: (session) => session.readCluster(`/DC1/host/${CLUSTER}`),
    answer: z.object({ moref: morefSchema, name: text, path: text, hosts: hostsSchema }),
  },
  'one host': {
    ask: (session, { host }) => session.readHosts([host.moref]),
    answer: hostsSchema.length(1),
  },
  'the machines': {
    ask: (session, { cluster }) => session.listVms(cluster.hosts.map(({ moref }) => moref)),
    answer: z.array(
      z.object({
        moref: morefSchema,
        name: text,
        host: morefSchema,
        isPoweredOn: z.boolean(),
        nics: z.array(
          z.object({
            label: text,
            network: z.discriminatedUnion('kind', [
              z.object({ kind: z.literal('distributed'), switchUuid: text, portGroupKey: text }),
              z.object({ kind: z.literal('standard'), name: text }),
              z.object({ kind: z.literal('other'), name: text }),
            ]),
          }),
        ),
      }),
    ),
  },
  DRS: {
    ask: (session, { cluster }) => session.readClusterSettings(cluster.moref),
    answer: z.object({ drs: z.enum(['off', 'manual', 'partiallyAutomated', 'fullyAutomated']) }),
  },
  'a change of DRS': {
    ask: (session, { cluster }) => session.setDrs(cluster.moref, 'partiallyAutomated'),
    answer: z.undefined(),
  },
  'who manages the hosts': {
    ask: (session, { cluster }) => session.isConfigManaged(cluster.moref),
    answer: z.boolean(),
  },
  'migrations under way': {
    ask: (session, { cluster }) => session.runningMigrations(cluster.hosts.map(({ moref }) => moref)),
    answer: z.array(z.object({ vm: text, host: text, progress: z.number().optional() })),
  },
  'whether a machine may move': {
    ask: (session, { vm, cluster }) => session.checkRelocate(vm, cluster.hosts[1]?.moref ?? cluster.moref),
    answer: z.object({ errors: z.array(text), warnings: z.array(text) }),
  },
  'a ping': {
    ask: (session, { ref }) =>
      session.ping(ref, {
        device: 'vmk0',
        netstack: 'defaultTcpipStack',
        address: '10.0.16.52',
        payloadBytes: 1472,
        dontFragment: true,
        count: 1,
        waitSeconds: 1,
      }),
    answer: z.union([
      z.object({ kind: z.literal('sent'), sent: z.number(), received: z.number(), roundTripMicros: z.number() }),
      z.object({ kind: z.literal('too-long') }),
      z.object({ kind: z.literal('refused'), reason: text }),
    ]),
  },
  'a log': {
    ask: (session, { host }) => session.readLog(host.moref, { key: 'vmkernel', lines: 20 }),
    answer: z.object({ lines: z.array(text).max(20), isRotated: z.boolean() }),
  },
  events: {
    ask: (session, { cluster }) => session.readEvents([cluster.moref], { since: new Date(0), max: 20 }),
    answer: z
      .array(
        z.object({
          key: z.number(),
          type: text,
          at: text,
          user: text.optional(),
          host: named.optional(),
          task: text.optional(),
          message: text,
        }),
      )
      .max(20),
  },
  alarms: {
    ask: (session, { cluster }) => session.readTriggeredAlarms(cluster.moref),
    answer: z.array(
      z.object({
        key: text,
        alarm: named,
        entity: named,
        status: z.enum(['gray', 'green', 'yellow', 'red']),
        at: text,
        isAcknowledged: z.boolean(),
      }),
    ),
  },
  privileges: {
    ask: (session, { host }) =>
      session.missingPrivileges([{ entity: host.moref, name: host.name, privileges: ['Host.Config.Network'] }]),
    answer: z.array(z.object({ name: text, privileges: z.array(text) })),
  },
};

/** `spoil`: what becomes of the reply to the n-th request, the list of versions being number 0. */
type Spoil = (reply: string, at: number, request: string) => string;

function connect(lab: LabVcenter, spoil: Spoil) {
  const logged: string[] = [];
  const wire = createLabTransport(lab);
  let requests = 0;
  const count = () => {
    requests += 1;
    if (requests > CALLS_MAX) throw new Error('the client never comes to an end');
    return requests - 1;
  };
  const transport: SoapTransport = {
    ...wire,
    async post(request) {
      const at = count();
      const reply = await wire.post(request);
      return { ...reply, body: spoil(reply.body, at, request.body) };
    },
    async get(path, timeoutMs) {
      const at = count();
      const reply = await wire.get(path, timeoutMs);
      return { ...reply, body: spoil(reply.body, at, '') };
    },
  };
  const vsphere = createVsphere({
    connect: () => transport,
    credentials: async () => lab.credentials,
    clock,
    log: createJsonLog((line) => logged.push(line)),
  });
  return { vsphere, logged, requests: () => requests };
}

const clock = createVirtualClock();
/** A new one for each question: a vCenter that has been asked for thousands of changes has much to tell. */
const createLab = () =>
  createLabVcenter({ clock, hosts: 2, clusters: [CLUSTER], credentials: { user: 'svc@lab', password: PASSWORD } });

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const remedy = error instanceof OpsError ? error.remedy : '';
  return `${error.message} ${remedy} ${textOf(error.cause)}`;
}

async function outcomeOf({ question, lab }: { question: Question; lab: LabVcenter }, spoil: Spoil) {
  const { vsphere, logged, requests } = connect(lab, spoil);
  let result: { value: unknown } | { error: unknown };
  try {
    result = { value: await vsphere.withSession('lab', 'fuzz', (session) => question.ask(session, known)) };
  } catch (error) {
    result = { error };
  }
  return { result, logged: logged.join(''), requests: requests() };
}

function expectClassified(result: { value: unknown } | { error: unknown }, answer: z.ZodType): void {
  if ('value' in result) {
    const parsed = answer.safeParse(result.value);
    expect(parsed.error?.message).toBeUndefined();
    return;
  }
  const { error } = result;
  if (!(error instanceof OpsError)) throw new Error('not a failure with a code', { cause: error });
  expect(ERROR_CODES).toContain(error.code);
  expect(error.remedy).not.toBe('');
}

function expectNoSecret({ result, logged }: { result: { value: unknown } | { error: unknown }; logged: string }): void {
  const said = logged + ('error' in result ? textOf(result.error) : '');
  expect(said).not.toContain(PASSWORD);
  expect(said).not.toContain('vmware_soap_session=');
}

const plain = connect(createLab(), (reply) => reply);
const known = await plain.vsphere.withSession('lab', 'fuzz', async (session): Promise<Known> => {
  const cluster = await session.readCluster(`/DC1/host/${CLUSTER}`);
  const [host] = cluster.hosts;
  const [vm] = await session.listVms(cluster.hosts.map(({ moref }) => moref));
  if (host?.networkSystem === undefined || host.virtualNicManager === undefined) throw new Error('the lab has no host');
  if (vm === undefined) throw new Error('the lab has no machine');
  const { moref, name, networkSystem, virtualNicManager } = host;
  return { cluster, host, vm: vm.moref, ref: { moref, name, networkSystem, virtualNicManager } };
});
const profile = labSettings().clusters[CLUSTER]?.profile;

describe.each(Object.entries(QUESTIONS))('asked for %s', (what, question) => {
  const asked = { question, lab: createLab() };

  it('answers a lab that replies as it should', async () => {
    const { result, requests } = await outcomeOf(asked, (reply) => reply);
    if ('error' in result) throw result.error;
    expectClassified(result, question.answer);
    expect(requests).toBeGreaterThan(4);
  });

  it('answers a value or a failure with a code, whatever becomes of one of its replies', async () => {
    const { requests } = await outcomeOf(asked, (reply) => reply);
    const anyCase = fc.record({ at: fc.integer({ min: 0, max: requests - 1 }), mutations: anyMutations });
    const spoiler =
      ({ at, mutations }: { at: number; mutations: Mutation[] }): Spoil =>
      (reply, now) =>
        now === at ? mutate(reply, mutations) : reply;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, async (one) => {
        const outcome = await outcomeOf(asked, spoiler(one));
        refused += 'error' in outcome.result ? 1 : 0;
        expectClassified(outcome.result, question.answer);
        expectNoSecret(outcome);
        // What reads well is planned with: nothing of it may be a surprise there.
        if (what === 'the cluster' && 'value' in outcome.result && profile !== undefined) {
          planCluster((outcome.result.value as Cluster).hosts, profile);
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
    );
    expect(refused).toBeGreaterThan(0);
  });
});

describe('a reply that once broke the client is refused as not one of a vCenter', () => {
  it.each(BROKEN_REPLIES)('$what', async ({ asked, from, to }) => {
    const question = QUESTIONS[asked];
    if (question === undefined) throw new Error(`nobody asks for ${asked}`);
    let changed = 0;
    const { result } = await outcomeOf({ question, lab: createLab() }, (reply) => {
      if (!reply.includes(from)) return reply;
      changed += 1;
      return reply.replaceAll(from, to);
    });
    expect(changed).toBeGreaterThan(0);
    expect('error' in result && result.error).toMatchObject({ code: 'vcenter-reply-invalid' });
  });
});
