// The answer to a write may be anything. Where it can't be read, nobody knows whether the write was made: it is neither
// a success nor a failure until the host was looked at. Only vCenter's own fault, by its name, says that it failed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, OpsError } from '../../shared/errors.ts';
import type { SoapReply } from '../../shared/vsphere/transport.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { anyMutations, mutate } from './mutate-xml.ts';
import { createSpoiledVcenter, type Interception } from './spoiled-vcenter.ts';
import { know, type Write, WRITES } from './vsphere-writes.ts';

const CLUSTER = 'cluster-dvs';
const LIMIT = 120_000;
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

type Outcome = { value: unknown } | { error: OpsError };

/** What becomes of the calls from the write on; the number of the first is 0. */
type Spoil = (call: { at: number; deliver(): Promise<SoapReply> }) => Promise<SoapReply>;

async function outcomeOf({ operation, prepare, make }: Write, spoil: Spoil) {
  let from: number | undefined;
  let isPrepared = false;
  let calls = 0;
  let delivered = 0;
  const intercept: Interception = async (call) => {
    calls += 1;
    if (isPrepared && call.operation === operation) from ??= calls;
    // Once it has said what came of it, the session is only closed.
    if (from === undefined || call.operation === 'Logout') return call.deliver();
    const isWrite = call.operation === operation;
    const deliver = () => {
      delivered += isWrite ? 1 : 0;
      return call.deliver();
    };
    return spoil({ at: calls - from, deliver });
  };
  const clock = createVirtualClock();
  const { run, logged } = createSpoiledVcenter(clock, CLUSTER, intercept);
  const outcome = await run(async (session): Promise<Outcome> => {
    const known = await know(session, CLUSTER);
    await prepare?.(session, known);
    isPrepared = true;
    try {
      return { value: await make(session, known) };
    } catch (error) {
      if (!(error instanceof OpsError)) throw new Error('not a failure with a code', { cause: error });
      return { error };
    }
  });
  return { outcome, logged, delivered, answers: calls - (from ?? calls) };
}

function expectUnknown(outcome: Outcome): void {
  expect(outcome).toMatchObject({ error: { retry: 'outcome-unknown' } });
  const { error } = outcome as { error: OpsError };
  expect(ERROR_CODES).toContain(error.code);
  expect(error.remedy).not.toBe('');
}

const reply = (status: number, body: string): SoapReply => ({ status, body, setCookie: undefined });
const envelope = (body: string) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;
const PAGE = '<!DOCTYPE html><html><body><h1>Proxy</h1></body></html>';

/** Answers of something in between, or of a vCenter that is not well. */
const JUNK: { what: string; answer: SoapReply }[] = [
  { what: '200 without a body', answer: reply(200, '') },
  { what: '200 with a page of a proxy', answer: reply(200, PAGE) },
  { what: '200 with JSON', answer: reply(200, '{"ok":true}') },
  { what: '200 with an empty envelope', answer: reply(200, envelope('')) },
  { what: "200 with another operation's answer", answer: reply(200, envelope('<CurrentTimeResponse/>')) },
  { what: '204', answer: reply(204, '') },
  { what: '301 to another place', answer: reply(301, '') },
  { what: '307 to another place', answer: reply(307, PAGE) },
  { what: '401 of a proxy', answer: reply(401, PAGE) },
  { what: '407 of a proxy', answer: reply(407, PAGE) },
  { what: '404', answer: reply(404, PAGE) },
  { what: '413', answer: reply(413, PAGE) },
  { what: '429', answer: reply(429, '') },
  { what: '500 without a body', answer: reply(500, '') },
  { what: '500 with a page', answer: reply(500, PAGE) },
  { what: '502', answer: reply(502, PAGE) },
  { what: '503', answer: reply(503, '') },
  { what: '504', answer: reply(504, PAGE) },
  { what: 'a fault that says nothing', answer: reply(500, envelope('<e:Fault/>')) },
  {
    what: "a fault of something in between, in SOAP's own words",
    answer: reply(
      500,
      envelope('<e:Fault><faultcode>Server</faultcode><faultstring>timed out</faultstring></e:Fault>'),
    ),
  },
  {
    what: 'a fault with a detail that is none',
    answer: reply(500, envelope('<e:Fault><faultstring>x</faultstring><detail><trace/></detail></e:Fault>')),
  },
];

const TWICE: { what: string; spoil(text: string, operation: string): string }[] = [
  { what: 'twice in one message', spoil: (text) => text.replace(/(<\w+Response.*)(<\/soapenv:Body>)/s, '$1$1$2') },
  {
    what: 'beside a fault',
    spoil: (text) => text.replace('</soapenv:Body>', '<soapenv:Fault><faultstring/></soapenv:Fault></soapenv:Body>'),
  },
];

describe.each(Object.entries(WRITES))('%s', (_, write) => {
  it('is made, where vCenter answers as it should', async () => {
    const { outcome, delivered } = await outcomeOf(write, ({ deliver }) => deliver());
    if ('error' in outcome) throw outcome.error;
    expect(delivered).toBe(1);
  });

  it.each(JUNK)('is an unknown outcome when it was not made and the answer is $what', async ({ answer }) => {
    const { outcome, delivered } = await outcomeOf(write, async ({ at, deliver }) => (at === 0 ? answer : deliver()));
    expectUnknown(outcome);
    expect(delivered).toBe(0);
  });

  it.each(JUNK)('is an unknown outcome, made once, when it was made and the answer is $what', async ({ answer }) => {
    const { outcome, delivered } = await outcomeOf(write, async ({ at, deliver }) => {
      const truth = await deliver();
      return at === 0 ? answer : truth;
    });
    expectUnknown(outcome);
    expect(delivered).toBe(1);
  });

  it.each(TWICE)('is an unknown outcome when the answer stands there $what', async ({ spoil }) => {
    expect.hasAssertions();
    const { outcome } = await outcomeOf(write, async ({ at, deliver }) => {
      const truth = await deliver();
      return at === 0 ? { ...truth, body: spoil(truth.body, write.operation) } : truth;
    });
    expectUnknown(outcome);
  });

  it('is an unknown outcome when it failed and worked in one breath', async () => {
    expect.hasAssertions();
    const { outcome } = await outcomeOf(write, async ({ at, deliver }) => {
      const truth = await deliver();
      return at === 0 ? { ...truth, status: 500 } : truth;
    });
    expectUnknown(outcome);
  });

  it('succeeds, fails by a fault of vCenter, or is unknown, whatever becomes of its answers', {
    timeout: LIMIT,
  }, async () => {
    const { answers } = await outcomeOf(write, ({ deliver }) => deliver());
    const anyCase = fc.record({
      spoiledAt: fc.integer({ min: 0, max: Math.max(0, answers - 2) }),
      mutations: anyMutations,
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ spoiledAt, mutations }) => {
        const { outcome, delivered } = await outcomeOf(write, async ({ at, deliver }) => {
          const truth = await deliver();
          return at === spoiledAt ? { ...truth, body: mutate(truth.body, mutations) } : truth;
        });
        // One that vCenter was asked for and that it may have made is never asked for again by itself.
        expect(delivered).toBe(1);
        if ('error' in outcome && outcome.error.fault === undefined) expectUnknown(outcome);
      }),
      { numRuns: RUNS },
    );
  });

  it('is an unknown outcome when its answer is cut off at any byte', { timeout: LIMIT }, async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 9_999 }), async (part) => {
        const { outcome } = await outcomeOf(write, async ({ at, deliver }) => {
          const truth = await deliver();
          const bytes = Buffer.from(truth.body);
          const cut = bytes.subarray(0, Math.floor((part / 10_000) * bytes.length)).toString('utf8');
          return at === 0 ? { ...truth, body: cut } : truth;
        });
        expectUnknown(outcome);
      }),
      { numRuns: Math.min(RUNS, 200) },
    );
  });
});

it.each(['', 'vmk', 'vmk4294967296', 'vmk1;reboot', 'VMK2', '__proto__', 'x'.repeat(100_000)])(
  'the name %.20s for a new adapter is an unknown outcome',
  async (device) => {
    expect.hasAssertions();
    const write = WRITES['a new VMkernel adapter'];
    if (write === undefined) throw new Error('nothing is added');
    const { outcome } = await outcomeOf(write, async ({ deliver }) => {
      const truth = await deliver();
      return { ...truth, body: truth.body.replace('>vmk2<', `>${device}<`) };
    });
    expectUnknown(outcome);
  },
);

it('a fault says no more than a person reads, however much it says', async () => {
  const write = WRITES['a new port group'];
  if (write === undefined) throw new Error('nothing is added');
  const words = 'x'.repeat(5_000_000);
  const fault =
    `<e:Fault><faultstring>${words}</faultstring><detail><HostConfigFaultFault ` +
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="HostConfigFault"/></detail></e:Fault>`;
  const { outcome } = await outcomeOf(write, async () => reply(500, envelope(fault)));
  expect(outcome).toMatchObject({ error: { code: 'vcenter-fault', fault: 'HostConfigFault', retry: 'never' } });
  expect('error' in outcome && outcome.error.message.length).toBeLessThan(3_000);
});
