// A reading may take many calls, and what all of them answer together has a limit of its own: each page alone would pass.
import { describe, expect, it } from 'vitest';
import type { Moref } from '../../shared/domain/inventory.ts';
import { OpsError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { createReadBudget } from '../../shared/vsphere/read-budget.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { CREDENTIALS, createFakeVcenter, createInstantClock, type FakeVcenter } from './fake-vcenter.ts';

const LIMITS = { bytesMax: 1_000_000, elementsMax: 10_000 };
const HOST: Moref = { type: 'HostSystem', value: 'host-1' };
/** Far more pages than may be read, and yet an end, so that a reading without a limit ends too. */
const PAGES = 40;

const envelope = (response: string, content: string) =>
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
  `<${response} xmlns="urn:vim25">${content}</${response}></soapenv:Body></soapenv:Envelope>`;

/** A vCenter that answers these operations with these words of its own, again and again. */
function thatAnswers(answers: Record<string, (call: number) => string>): FakeVcenter & { asked: number } {
  const fake = createFakeVcenter();
  const post = fake.post.bind(fake);
  const repeating = Object.assign(fake, { asked: 0 });
  fake.post = async (request) => {
    const operation = /<soapenv:Body><(\w+)/.exec(request.body)?.[1] ?? '';
    const answer = answers[operation];
    if (answer === undefined) return post(request);
    repeating.asked += 1;
    return { status: 200, body: envelope(`${operation}Response`, answer(repeating.asked)), setCookie: undefined };
  };
  return repeating;
}

/** Pages of one object each, with a token to the next. */
function withPages(value: string) {
  const object = `<objects><obj type="HostSystem">host-1</obj><propSet><name>x</name>${value}</propSet></objects>`;
  const page = (call: number) => `<returnval>${call < PAGES ? `<token>t${call}</token>` : ''}${object}</returnval>`;
  return thatAnswers({ RetrievePropertiesEx: page, ContinueRetrievePropertiesEx: page });
}

async function failureOf(fake: FakeVcenter, use: (session: VsphereSession) => Promise<unknown>): Promise<OpsError> {
  const parts = {
    connect: () => fake,
    credentials: async () => CREDENTIALS,
    clock: createInstantClock(),
    log: silentLog,
  };
  const vsphere = createVsphere({ ...parts, readLimits: LIMITS });
  const error: unknown = await vsphere.withSession('vc', 'test', use).catch((cause: unknown) => cause);
  if (!(error instanceof OpsError)) throw new Error('not a failure with a code', { cause: error });
  return error;
}

const strings = (count: number, text: string) =>
  `<val xsi:type="ArrayOfString">${`<string>${text}</string>`.repeat(count)}</val>`;

const refused = (limit: string) => ({
  code: 'vcenter-reply-invalid',
  retry: 'never',
  message: `vCenter answers one question with more than ${limit}, page by page.`,
  remedy: expect.stringContaining('has to be split'),
});

describe('a vCenter whose answer never comes to an end', () => {
  it('page by page of many elements is stopped', async () => {
    const fake = withPages(strings(1_300, ''));
    const failure = await failureOf(fake, (session) => session.readHosts([HOST]));
    expect(failure).toMatchObject(refused(`${LIMITS.elementsMax} elements`));
    expect(fake.asked).toBe(8);
  });

  it('page by page of long text is stopped', async () => {
    const fake = withPages(strings(1, 'x'.repeat(125_000)));
    const failure = await failureOf(fake, (session) => session.readHosts([HOST]));
    expect(failure).toMatchObject(refused(`${LIMITS.bytesMax} bytes`));
    expect(fake.asked).toBe(8);
  });

  it('by events that are each new is stopped', async () => {
    const event = (key: number) =>
      `<returnval><key>${key}</key><chainId>1</chainId><createdTime>2026-11-21T10:00:00Z</createdTime><userName></userName>` +
      '<fullFormattedMessage></fullFormattedMessage></returnval>';
    const page = (call: number) =>
      call < PAGES ? Array.from({ length: 1_000 }, (_, at) => event(call * 1_000 + at)).join('') : '';
    const fake = thatAnswers({ QueryEvents: page });
    const failure = await failureOf(fake, (session) =>
      session.readEvents([HOST], { since: new Date(0), max: 1_000_000 }),
    );
    expect(failure).toMatchObject(refused(`${LIMITS.elementsMax} elements`));
  });

  it('by lines of a log is stopped', async () => {
    const line = 'x'.repeat(125_000);
    const fake = thatAnswers({
      QueryDescriptions: () =>
        '<returnval><key>vmkernel</key><fileName>x</fileName><creator>x</creator><format>plain</format>' +
        '<mimeType>x</mimeType><info><label>x</label><summary>x</summary><key>x</key></info></returnval>',
      BrowseDiagnosticLog: (call) =>
        `<returnval><lineStart>1</lineStart><lineEnd>10000</lineEnd>${call < PAGES ? `<lineText>${line}</lineText>` : ''}</returnval>`,
    });
    const failure = await failureOf(fake, (session) => session.readLog(HOST, { key: 'vmkernel', lines: 5_000 }));
    expect(failure).toMatchObject(refused(`${LIMITS.bytesMax} bytes`));
  });
});

describe('a budget', () => {
  const limits = { bytesMax: 10, elementsMax: 4 };

  it('counts bytes, not characters, and lets through what just fits', () => {
    const budget = createReadBudget(limits);
    budget.takeDocument('ü'.repeat(3));
    budget.takeDocument('abcd');
    expect(() => budget.takeDocument('a')).toThrow(OpsError);
  });

  it('counts elements at every depth', () => {
    const budget = createReadBudget(limits);
    budget.takeElement(parseXml('<a><b><c/></b></a>'));
    budget.takeElement(parseXml('<a/>'));
    expect(() => budget.takeElement(parseXml('<a/>'))).toThrow(OpsError);
  });
});
