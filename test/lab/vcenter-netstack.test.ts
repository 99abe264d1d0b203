import { describe, expect, it } from 'vitest';
import { findNetstack, getHost } from '../../infra/lab/vcenter/model.ts';
import {
  addAdapter,
  aNic,
  AnsweredFault,
  createCaller,
  faultOf,
  type LabCaller,
  networkSystem,
  nicManager,
  readProperty,
  setGateway,
  toldBy,
} from './vcenter-client.ts';
import { findChild } from '../../shared/vsphere/xml.ts';

const HOST = 'esx01.lab.local';
const RUNTIME = 'runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo';

const addA = (caller: LabCaller) => addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
const remove = (caller: LabCaller, device: string) =>
  caller.call('RemoveVirtualNic', networkSystem(caller, HOST), { device });
const select = (caller: LabCaller) =>
  caller.call('SelectVnicForNicType', nicManager(caller, HOST), { nicType: 'vmotion', device: 'vmk1' });

async function statesRead(caller: LabCaller): Promise<string> {
  const stacks = await readProperty(caller, getHost(caller.lab.model, HOST).moref, RUNTIME);
  return (stacks as { netStackInstanceKey: string; state: string }[])
    .map(({ netStackInstanceKey, state }) => `${netStackInstanceKey}:${state}`)
    .join(' ');
}

describe('the vmotion stack', () => {
  it('is configured on every host and live on none', async () => {
    const caller = await createCaller();
    const listed = await readProperty(caller, getHost(caller.lab.model, HOST).moref, 'config.network.netStackInstance');
    expect((listed as { key: string }[]).map(({ key }) => key)).toContain('vmotion');
    expect(await statesRead(caller)).toBe('defaultTcpipStack:active');
  });

  it('comes to life with its first adapter, and default-stack adapters lose vMotion at once', async () => {
    const caller = await createCaller();
    expect(getHost(caller.lab.model, HOST).network.services.vmotion).toEqual(['vmk1']);
    await addA(caller);
    expect(findNetstack(getHost(caller.lab.model, HOST), 'vmotion')?.state).toBe('active');
    expect(getHost(caller.lab.model, HOST).network.services.vmotion).toEqual([]);
  });

  it('shows in the runtime information only after the lag, or after RefreshNetworkSystem', async () => {
    const lagging = await createCaller({ switches: { runtimeLagReads: 2 } });
    await addA(lagging);
    const states = [await statesRead(lagging), await statesRead(lagging), await statesRead(lagging)];
    const old = 'defaultTcpipStack:active';
    expect(states).toEqual([old, old, 'vmotion:active defaultTcpipStack:active']);

    const refreshed = await createCaller({ switches: { runtimeLagReads: 2 } });
    await addA(refreshed);
    await refreshed.call('RefreshNetworkSystem', networkSystem(refreshed, HOST), {});
    expect(await statesRead(refreshed)).toBe('vmotion:active defaultTcpipStack:active');
  });

  it('is deactivating for some reads after its last adapter left, then gone', async () => {
    const caller = await createCaller({ switches: { runtimeLagReads: 0, deactivatingReads: 2 } });
    await remove(caller, await addA(caller));
    const states = [await statesRead(caller), await statesRead(caller), await statesRead(caller)];
    const dying = 'vmotion:deactivating defaultTcpipStack:active';
    expect(states).toEqual([dying, dying, 'defaultTcpipStack:active']);
  });

  it('stays live while one of its adapters is left', async () => {
    const caller = await createCaller({ switches: { runtimeLagReads: 0 } });
    const first = await addA(caller);
    await addAdapter(caller, HOST, { portGroup: 'B', vlanId: 102, nic: aNic('172.16.2.51') });
    await remove(caller, first);
    expect(await statesRead(caller)).toBe('vmotion:active defaultTcpipStack:active');
  });

  it('keeps vMotion from default-stack adapters until it is dormant, and does not give it back by itself', async () => {
    const caller = await createCaller({ switches: { runtimeLagReads: 0, deactivatingReads: 1 } });
    const device = await addA(caller);
    expect(await faultOf(select(caller))).toBe('HostConfigFault');
    await remove(caller, device);
    expect(await faultOf(select(caller))).toBe('HostConfigFault');
    await statesRead(caller);
    expect(getHost(caller.lab.model, HOST).network.services.vmotion).toEqual([]);
    await select(caller);
    expect(getHost(caller.lab.model, HOST).network.services.vmotion).toEqual(['vmk1']);
  });

  it('lets vMotion be selected while it is live where the switch says so', async () => {
    const caller = await createCaller({ switches: { selectVmotionWhileLive: 'accept' } });
    await addA(caller);
    expect(await faultOf(select(caller))).toBe('none');
  });

  it.each([
    { gatewaySurvivesDormancy: true, gateway: '172.16.1.1' },
    { gatewaySurvivesDormancy: false, gateway: undefined },
  ])('has gateway $gateway after dormancy when gatewaySurvivesDormancy is $gatewaySurvivesDormancy', async (row) => {
    const { gatewaySurvivesDormancy, gateway } = row;
    const caller = await createCaller({ switches: { gatewaySurvivesDormancy, deactivatingReads: 0 } });
    const device = await addA(caller);
    await setGateway(caller, HOST, '172.16.1.1');
    const stack = findNetstack(getHost(caller.lab.model, HOST), 'vmotion');
    if (stack === undefined) throw new Error('no stack');
    stack.dns.address = ['10.0.0.2'];
    await remove(caller, device);
    expect(stack).toMatchObject({
      state: 'dormant',
      gateway,
      dns: { address: gateway === undefined ? [] : ['10.0.0.2'] },
    });
  });
});

it.each([true, false])(
  'loses gateway and routes with the adapter that reaches them where the switch says so: %s',
  async (leaves) => {
    const caller = await createCaller({ switches: { unreachedGatewayLeaves: leaves } });
    const device = await addA(caller);
    await addAdapter(caller, HOST, { portGroup: 'B', vlanId: 102, nic: aNic('172.16.2.51') });
    await setGateway(caller, HOST, '172.16.1.1');
    const stack = findNetstack(getHost(caller.lab.model, HOST), 'vmotion');
    if (stack === undefined) throw new Error('no stack');
    const near = { network: '10.2.0.0', prefixLength: 16, gateway: '172.16.2.2' };
    const far = { network: '10.1.0.0', prefixLength: 16, gateway: '172.16.1.2' };
    stack.routes = [near, far];
    await remove(caller, device);
    expect([stack.state, stack.gateway, stack.routes]).toEqual(
      leaves ? ['active', undefined, [near]] : ['active', '172.16.1.1', [near, far]],
    );
  },
);

it.each([true, false])(
  'loses what its adapters were told where gateways are set without them, if the switch says so: %s',
  async (gatewayEditDropsTold) => {
    const caller = await createCaller({ switches: { gatewayEditDropsTold } });
    await addA(caller);
    const vmk = getHost(caller.lab.model, HOST).network.vmks.find(({ netstack }) => netstack === 'vmotion');
    if (vmk === undefined) throw new Error('no adapter');
    vmk.learntGateway = '172.16.1.9';
    vmk.learntGateway6 = 'fe80::9';
    await setGateway(caller, HOST, '172.16.1.1');
    expect([vmk.learntGateway, vmk.learntGateway6]).toEqual([
      '172.16.1.9',
      gatewayEditDropsTold ? undefined : 'fe80::9',
    ]);
  },
);

describe('UpdateNetworkConfig', () => {
  const update = (
    caller: LabCaller,
    netStackInstance: object,
    more: { changeMode?: string; operation?: string } = {},
  ) =>
    caller.call('UpdateNetworkConfig', networkSystem(caller, HOST), {
      config: { netStackSpec: [{ netStackInstance, operation: more.operation ?? 'edit' }] },
      changeMode: more.changeMode ?? 'modify',
    });
  const route = (defaultGateway: string) => ({ _type: 'HostIpRouteConfig', defaultGateway });
  const dns = (hostName: string) => ({ _type: 'HostDnsConfig', dhcp: false, hostName, domainName: 'lab.local' });

  it('sets gateway, DNS, congestion control and connections, and leaves out what is not sent', async () => {
    const caller = await createCaller();
    await addA(caller);
    await update(caller, { key: 'vmotion', ipRouteConfig: route('172.16.1.1'), dnsConfig: dns('esx01') });
    await update(caller, {
      key: 'vmotion',
      congestionControlAlgorithm: 'cubic',
      requestedMaxNumberOfConnections: 9000,
    });
    expect(findNetstack(getHost(caller.lab.model, HOST), 'vmotion')).toMatchObject({
      gateway: '172.16.1.1',
      dns: { hostName: 'esx01', domainName: 'lab.local' },
      congestionControl: 'cubic',
      connections: 9000,
    });
  });

  it('clears the gateway when ipRouteConfig comes without one', async () => {
    const caller = await createCaller();
    await addA(caller);
    await setGateway(caller, HOST, '172.16.1.1');
    await setGateway(caller, HOST);
    expect(findNetstack(getHost(caller.lab.model, HOST), 'vmotion')?.gateway).toBeUndefined();
  });

  it('refuses a gateway that is no neighbour, with the reason in faultMessage and in text', async () => {
    const caller = await createCaller();
    await addA(caller);
    const error = await setGateway(caller, HOST, '172.16.9.1').catch((reason: unknown) => reason as AnsweredFault);
    expect(error).toMatchObject({ type: 'PlatformConfigFault' });
    const detail = (error as AnsweredFault).detail;
    const reason = 'Unable to set default gateway 172.16.9.1 on netstack vmotion: Network unreachable';
    expect(findChild(detail, 'text')?.text).toBe(reason);
    expect(findChild(findChild(detail, 'faultMessage') ?? detail, 'message')?.text).toBe(reason);
    expect(toldBy(caller.lab)).toEqual(['esx.problem.net.gateway.set.failed']);
  });

  it.each([
    {
      what: 'changeMode replace',
      instance: { key: 'vmotion' },
      more: { changeMode: 'replace' },
      fault: 'NotSupported',
    },
    { what: 'the operation add', instance: { key: 'vmotion' }, more: { operation: 'add' }, fault: 'NotSupported' },
    { what: 'an unknown stack', instance: { key: 'vsan' }, more: {}, fault: 'NotFound' },
    {
      what: 'reno',
      instance: { key: 'vmotion', congestionControlAlgorithm: 'reno' },
      more: {},
      fault: 'InvalidArgument',
    },
    {
      what: 'no connections',
      instance: { key: 'vmotion', requestedMaxNumberOfConnections: 0 },
      more: {},
      fault: 'InvalidArgument',
    },
    {
      what: 'a host name with a dot',
      instance: { key: 'vmotion', dnsConfig: dns('esx01.lab') },
      more: {},
      fault: 'InvalidArgument',
    },
    {
      what: 'its own address as gateway',
      instance: { key: 'vmotion', ipRouteConfig: route('172.16.1.51') },
      more: {},
      fault: 'PlatformConfigFault',
    },
    {
      what: 'a broadcast address as gateway',
      instance: { key: 'vmotion', ipRouteConfig: route('172.16.1.255') },
      more: {},
      fault: 'PlatformConfigFault',
    },
  ])('refuses $what with $fault', async ({ instance, more, fault }) => {
    const caller = await createCaller();
    await addA(caller);
    const before = structuredClone(getHost(caller.lab.model, HOST).network);
    expect(await faultOf(update(caller, instance, more))).toBe(fault);
    expect(getHost(caller.lab.model, HOST).network).toEqual(before);
  });

  it('refuses to edit a stack without adapters, unless the switch lets it', async () => {
    const edit = { key: 'vmotion', congestionControlAlgorithm: 'cubic' };
    expect(await faultOf(update(await createCaller(), edit))).toBe('HostConfigFault');
    expect(await faultOf(update(await createCaller({ switches: { editInactiveStack: 'accept' } }), edit))).toBe('none');
  });
});
