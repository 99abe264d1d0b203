import { describe, expect, it } from 'vitest';
import { silentLog } from '../../shared/log.ts';
import type { HostRef, PingOutcome, PingRequest } from '../../shared/ports.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { CREDENTIALS, createFakeVcenter, createInstantClock, Fault, type FakeVcenter } from './fake-vcenter.ts';

const HOST: HostRef = {
  moref: { type: 'HostSystem', value: 'host-12' },
  name: 'esx01',
  networkSystem: { type: 'HostNetworkSystem', value: 'networkSystem-12' },
  virtualNicManager: { type: 'HostVirtualNicManager', value: 'virtualNicManager-12' },
};
const REQUEST: PingRequest = {
  device: 'vmk4',
  netstack: 'vmotion',
  address: '172.17.8.6',
  payloadBytes: 8972,
  dontFragment: true,
  count: 3,
  waitSeconds: 1,
};

type SoapResult = { response?: string; fault?: { faultMsg: string; faultDetail?: string } };

function serve(result: () => SoapResult): FakeVcenter {
  const fake = createFakeVcenter();
  fake.answers.RetrieveManagedMethodExecuter = () => ({
    type: 'ReflectManagedMethodExecuter',
    value: 'ManagedMethodExecuter-12',
  });
  fake.answers.ExecuteSoap = result;
  return fake;
}

function ping(fake: FakeVcenter, request: Partial<PingRequest> = {}): Promise<PingOutcome> {
  const parts = {
    connect: () => fake,
    credentials: async () => CREDENTIALS,
    clock: createInstantClock(),
    log: silentLog,
  };
  return createVsphere(parts).withSession('vc', 'job-1', (session) => session.ping(HOST, { ...REQUEST, ...request }));
}

const OBJ = 'xmlns="urn:vim25" versionId="5.0"';
const summary = (fields: string) => `<Summary><HostAddr>172.17.8.6</HostAddr>${fields}</Summary>`;
const inList = (content: string) =>
  `<obj ${OBJ} xsi:type="ArrayOfDataObject"><DataObject>${content}</DataObject></obj>`;
const alone = (content: string) => `<obj ${OBJ} xsi:type="VimEsxCLInetworkdiagping">${content}</obj>`;
const COUNTS = '<Recieved>3</Recieved><RoundtripAvgMS>192</RoundtripAvgMS><Transmitted>3</Transmitted>';

const detail = (...messages: string[]) =>
  `<obj ${OBJ} xsi:type="LocalizedMethodFault"><fault xsi:type="VimEsxCLICLIFault">` +
  `${messages.map((message) => `<errMsg>${message}</errMsg>`).join('')}</fault>` +
  `<localizedMessage>EsxCLI.CLIFault.summary</localizedMessage></obj>`;
const failed = (...messages: string[]): SoapResult => ({
  fault: { faultMsg: 'EsxCLI.CLIFault.summary', faultDetail: detail(...messages) },
});

describe('what ESXi says of a ping', () => {
  const OK = { kind: 'sent', sent: 3, received: 3, roundTripMicros: 192 };
  const cases: { said: string; result: SoapResult; outcome: object }[] = [
    { said: 'a summary in a list of one', result: { response: inList(summary(COUNTS)) }, outcome: OK },
    { said: 'a summary by itself', result: { response: alone(`<Trace/>${summary(COUNTS)}`) }, outcome: OK },
    {
      said: 'the word spelled right',
      result: { response: alone(summary(COUNTS.replaceAll('Recieved', 'Received'))) },
      outcome: OK,
    },
    {
      said: 'names under a prefix',
      result: { response: alone(summary(COUNTS)).replaceAll(/<(\/?)(\w)/g, '<$1vim25:$2') },
      outcome: OK,
    },
    {
      said: 'no reply',
      result: {
        response: inList(summary('<PacketLost>100</PacketLost><Recieved>0</Recieved><Transmitted>3</Transmitted>')),
      },
      outcome: { kind: 'sent', sent: 3, received: 0, roundTripMicros: 0 },
    },
    {
      said: 'more replies than requests',
      result: { response: inList(summary(`<Duplicated>2</Duplicated>${COUNTS}`)) },
      outcome: { ...OK, duplicates: 2 },
    },
    {
      said: 'too long, once a packet',
      result: failed('sendto() failed (Message too long)', 'sendto() failed (Message too long)'),
      outcome: { kind: 'too-long' },
    },
    {
      said: 'unreachable',
      result: failed('sendto() failed (Network is unreachable)'),
      outcome: { kind: 'refused', reason: 'sendto() failed (Network is unreachable)' },
    },
    {
      said: 'a wrong interface',
      result: failed('Unknown interface vmk4'),
      outcome: { kind: 'refused', reason: 'Unknown interface vmk4' },
    },
    {
      said: 'only a message',
      result: { fault: { faultMsg: 'Unable to find netstack vmotion' } },
      outcome: { kind: 'refused', reason: 'Unable to find netstack vmotion' },
    },
    {
      said: 'a detail that is plain text',
      result: { fault: { faultMsg: 'x', faultDetail: 'Host is down' } },
      outcome: { kind: 'refused', reason: 'Host is down' },
    },
  ];

  it.each(cases)('$said is $outcome.kind', async ({ result, outcome }) => {
    expect(await ping(serve(() => result))).toEqual(outcome);
  });

  it.each([
    { said: 'nothing', result: {} },
    { said: 'no summary', result: { response: inList('<Trace/>') } },
    { said: 'no counts', result: { response: inList(summary('')) } },
    { said: 'half a document', result: { response: '<obj><DataObject>' } },
    { said: 'half a fault', result: { fault: { faultMsg: 'x', faultDetail: '<obj>' } } },
  ])('$said is an answer that cannot be read', async ({ result }) => {
    await expect(ping(serve(() => result))).rejects.toMatchObject({ code: 'vcenter-reply-invalid' });
  });

  it('is no outcome when vCenter itself refuses', async () => {
    const refused = serve(() => {
      throw new Fault({ _type: 'HostNotConnected' });
    });
    await expect(ping(refused)).rejects.toMatchObject({ code: 'host-not-connected', retry: 'later' });
  });
});

describe('how ESXi is asked', () => {
  const argumentsOf = async (request: Partial<PingRequest>) => {
    const fake = serve(() => ({ response: inList(summary(COUNTS)) }));
    await ping(fake, request);
    const call = fake.calls.find(({ operation }) => operation === 'ExecuteSoap');
    expect(call?.parameters).toMatchObject({
      moid: 'ha-cli-handler-network-diag',
      version: 'urn:vim25/5.0',
      method: 'vim.EsxCLI.network.diag.ping',
    });
    return ((call?.parameters.argument ?? []) as { val: string }[]).map(({ val }) => val);
  };

  it('in the declared order, which is that of the alphabet', async () => {
    expect(await argumentsOf({})).toEqual([
      '<count>3</count>',
      '<df>true</df>',
      '<host>172.17.8.6</host>',
      '<interface>vmk4</interface>',
      '<netstack>vmotion</netstack>',
      '<size>8972</size>',
      '<wait>1</wait>',
    ]);
  });

  it('without the name of the default stack', async () => {
    expect((await argumentsOf({ netstack: 'defaultTcpipStack' })).join()).not.toContain('netstack');
  });

  it('for IPv6 as such, without a bit that it has not', async () => {
    const sent = (await argumentsOf({ address: '2001:db8::2' })).join();
    expect(sent).toContain('<ipv6>true</ipv6>');
    expect(sent).not.toContain('<df>');
  });

  it('with values escaped twice: once inside the argument, once on the wire', async () => {
    expect(await argumentsOf({ device: 'vmk<&>' })).toContain('<interface>vmk&lt;&amp;&gt;</interface>');
  });
});
