import { describe, expect, it } from 'vitest';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import { VimFault } from '../../infra/lab/vcenter/vim-fault.ts';
import { encodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { encodeOperation } from '../../shared/vsphere/operation-codec.ts';
import {
  aNic,
  aPortGroup,
  createAnonymousCaller,
  createCaller,
  faultOf,
  networkSystem,
  PROPERTY_COLLECTOR,
  readFault,
  ROOT_FOLDER,
  SERVICE_INSTANCE,
  SESSION_MANAGER,
} from './vcenter-client.ts';

const HOST = 'esx01.lab.local';
const THIS = '<_this type="HostNetworkSystem">networkSystem-20</_this>';

describe('a session', () => {
  it('opens with the right password and closes with Logout', async () => {
    const caller = await createCaller();
    expect(caller.lab.sessions()).toBe(1);
    await caller.call('Logout', SESSION_MANAGER, {});
    expect(caller.lab.sessions()).toBe(0);
    expect(await faultOf(caller.call('CurrentTime', SERVICE_INSTANCE, {}))).toBe('NotAuthenticated');
  });

  it.each([
    { userName: 'svc-vmotion@vsphere.local', password: 'wrong' },
    { userName: 'nobody', password: 'VMware1!lab' },
  ])('does not open for $userName with $password', async (login) => {
    const caller = createAnonymousCaller();
    expect(await faultOf(caller.call('Login', SESSION_MANAGER, login))).toBe('InvalidLogin');
    expect(caller.lab.sessions()).toBe(0);
  });

  it('does not open a second time on the same cookie', async () => {
    const caller = await createCaller();
    const { user, password } = caller.lab.credentials;
    expect(await faultOf(caller.call('Login', SESSION_MANAGER, { userName: user, password }))).toBe('InvalidLogin');
  });

  it.each([
    { quotedCookie: true, cookie: /^vmware_soap_session="[0-9a-f-]{36}"; Path=\/; HttpOnly; Secure$/ },
    { quotedCookie: false, cookie: /^vmware_soap_session=[0-9a-f-]{36}; Path=\/; HttpOnly; Secure$/ },
  ])('has a cookie in quotes: $quotedCookie', async ({ quotedCookie, cookie }) => {
    const { lab } = createAnonymousCaller({ switches: { quotedCookie } });
    const { user, password } = lab.credentials;
    const login = encodeOperation('Login', SESSION_MANAGER, { userName: user, password });
    const answer = await lab.handle({ method: 'POST', path: '/sdk', headers: {}, body: encodeEnvelope(login) });
    expect(answer.headers['set-cookie']).toMatch(cookie);
  });

  it('is not needed for the service content and for currentSession, and for nothing else', async () => {
    const caller = createAnonymousCaller();
    const content = await caller.call('RetrieveServiceContent', SERVICE_INSTANCE, {});
    expect(content.about).toMatchObject({ apiType: 'VirtualCenter', apiVersion: '8.0.3.0' });
    const read = (obj: { type: string; value: string }, path: string) =>
      caller.call('RetrieveProperties', PROPERTY_COLLECTOR, {
        specSet: [{ propSet: [{ type: obj.type, pathSet: [path] }], objectSet: [{ obj }] }],
      });
    expect(await read(SESSION_MANAGER, 'currentSession')).toEqual([
      { obj: SESSION_MANAGER, propSet: [], missingSet: [] },
    ]);
    expect(await faultOf(read(ROOT_FOLDER, 'name'))).toBe('NotAuthenticated');
  });
});

describe('the wire', () => {
  it.each([
    {
      what: 'an operation that is not there',
      body: `<PowerOn xmlns="urn:vim25">${THIS}</PowerOn>`,
      text: /^Unable to resolve WSDL method name PowerOn/,
    },
    { what: 'no _this', body: '<RefreshNetworkSystem xmlns="urn:vim25"/>', text: /needs <_this>/ },
    {
      what: 'a missing parameter',
      body: `<RemoveVirtualNic xmlns="urn:vim25">${THIS}</RemoveVirtualNic>`,
      text: /needs <device>/,
    },
    {
      what: 'an unknown element',
      body: `<RemoveVirtualNic xmlns="urn:vim25">${THIS}<device>vmk1</device><force>true</force></RemoveVirtualNic>`,
      text: /may not hold <force>/,
    },
    {
      what: 'parameters in the wrong order',
      body: `<AddVirtualNic xmlns="urn:vim25">${THIS}<nic/><portgroup>A</portgroup></AddVirtualNic>`,
      text: /stands too late/,
    },
    {
      what: 'fields in the wrong order',
      body: `<AddVirtualNic xmlns="urn:vim25">${THIS}<portgroup>A</portgroup><nic><mtu>1</mtu><ip/></nic></AddVirtualNic>`,
      text: /stands too late/,
    },
    {
      what: 'text where a number belongs',
      body: `<AddVirtualNic xmlns="urn:vim25">${THIS}<portgroup>A</portgroup><nic><mtu>big</mtu></nic></AddVirtualNic>`,
      text: /int/,
    },
  ])('refuses $what as InvalidRequest', async ({ body, text }) => {
    const caller = await createCaller();
    const answer = await caller.send(encodeEnvelope(body));
    expect(answer.status).toBe(500);
    expect(readFault(answer.body)).toMatchObject({ type: 'InvalidRequest', message: expect.stringMatching(text) });
  });

  it.each([
    {
      what: 'an object that is gone',
      target: { type: 'HostNetworkSystem', value: 'networkSystem-999' },
      fault: 'ManagedObjectNotFound',
    },
    { what: 'an object without the operation', target: SESSION_MANAGER, fault: 'MethodNotFound' },
  ])('answers $fault for $what', async ({ target, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(caller.call('RefreshNetworkSystem', target, {}))).toBe(fault);
  });

  it('refuses what is not a SOAP message, and other paths', async () => {
    const caller = await createCaller();
    expect(readFault((await caller.send('<html/>')).body).type).toBe('InvalidRequest');
    expect(readFault((await caller.send('not xml')).body).type).toBe('InvalidRequest');
    const get = (path: string) => caller.lab.handle({ method: 'GET', path, headers: {}, body: '' });
    expect((await get('/ui')).status).toBe(404);
    expect((await get('/sdk')).status).toBe(405);
  });

  it('lists its versions without a login', async () => {
    const { lab } = createAnonymousCaller();
    const answer = await lab.handle({ method: 'GET', path: '/sdk/vimServiceVersions.xml', headers: {}, body: '' });
    expect(answer.body).toContain('<version>8.0.3.0</version><priorVersions><version>8.0.2.0</version>');
  });

  it('logs every call with its host and operation id', async () => {
    const caller = await createCaller();
    await caller.call('RefreshNetworkSystem', networkSystem(caller, HOST), {});
    expect(caller.lab.calls().map(({ operation, host, opId }) => ({ operation, host, opId }))).toEqual([
      { operation: 'Login', host: undefined, opId: 'test' },
      { operation: 'RefreshNetworkSystem', host: HOST, opId: 'test' },
    ]);
  });
});

describe('hooks', () => {
  const add = { portgrp: aPortGroup('A', 101) };
  it('that throw a fault before the call make it the answer, and the call has no effect', async () => {
    const before = ({ operation }: { operation: string }) => {
      if (operation === 'AddPortGroup')
        throw new VimFault('TaskInProgress', 'busy', { task: { type: 'Task', value: 'task-1' } });
    };
    const caller = await createCaller({ hooks: { before } });
    expect(await faultOf(caller.call('AddPortGroup', networkSystem(caller, HOST), add))).toBe('TaskInProgress');
    expect(getHost(caller.lab.model, HOST).network.portGroups.map(({ name }) => name)).not.toContain('A');
  });

  it('that throw anything else after the call break the connection, and the call had its effect', async () => {
    const after = ({ operation }: { operation: string }) => {
      if (operation === 'AddPortGroup') throw new Error('the answer is lost');
    };
    const caller = await createCaller({ hooks: { after } });
    await expect(caller.call('AddPortGroup', networkSystem(caller, HOST), add)).rejects.toThrow('the answer is lost');
    expect(getHost(caller.lab.model, HOST).network.portGroups.map(({ name }) => name)).toContain('A');
  });
});

describe('time', () => {
  /** A clock that notes how long it was asked to sleep, and lets the time pass at once. */
  function createQuickClock() {
    let ms = Date.parse('2026-01-01T00:00:00Z');
    return {
      now: () => new Date(ms),
      sleep: async (by: number) => void (ms += by),
      passed: () => ms - Date.parse('2026-01-01T00:00:00Z'),
    };
  }

  it('does not pass without latency', async () => {
    const clock = createQuickClock();
    const caller = await createCaller({ clock });
    await caller.call('AddPortGroup', networkSystem(caller, HOST), { portgrp: aPortGroup('A', 101) });
    expect(clock.passed()).toBe(0);
  });

  it('passes as on a real host: a network write takes 0.8 to 2.5 seconds', async () => {
    const clock = createQuickClock();
    const caller = await createCaller({ clock, latency: 'real' });
    const start = clock.passed();
    await caller.call('AddPortGroup', networkSystem(caller, HOST), { portgrp: aPortGroup('A', 101) });
    expect(clock.passed() - start).toBeGreaterThanOrEqual(800);
    expect(clock.passed() - start).toBeLessThanOrEqual(2_500);
  });

  it('lets writes to one host through one at a time, in their order', async () => {
    const order: string[] = [];
    const note = (what: string) => (call: { operation: string }) => void order.push(`${what} ${call.operation}`);
    const caller = await createCaller({ latency: 'lan', hooks: { after: note('after') } });
    order.length = 0;
    const target = networkSystem(caller, HOST);
    const [, device] = await Promise.all([
      caller.call('AddPortGroup', target, { portgrp: aPortGroup('A', 101) }),
      caller.call('AddVirtualNic', target, { portgroup: 'A', nic: aNic('172.16.1.51') }),
      caller.call('RemoveVirtualNic', target, { device: 'vmk2' }),
    ]);
    expect(device).toBe('vmk2');
    expect(order).toEqual(['after AddPortGroup', 'after AddVirtualNic', 'after RemoveVirtualNic']);
  });
});
