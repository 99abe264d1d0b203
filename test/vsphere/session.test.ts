import { describe, expect, it } from 'vitest';
import { OpsError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import { encodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { CREDENTIALS, createFakeVcenter, createInstantClock, type FakeVcenter, Fault } from './fake-vcenter.ts';

const HOST: HostRef = {
  moref: { type: 'HostSystem', value: 'host-12' },
  name: 'esx01',
  networkSystem: { type: 'HostNetworkSystem', value: 'networkSystem-12' },
  virtualNicManager: { type: 'HostVirtualNicManager', value: 'virtualNicManager-12' },
};

const refresh = (session: VsphereSession) => session.refreshNetwork(HOST);
const addPortGroup = (session: VsphereSession) =>
  session.addPortGroup(HOST, {
    name: 'vMotion-A',
    switchName: 'vSwitch0',
    vlanId: 20,
    uplinks: { active: ['vmnic0'], standby: [] },
    overridesUplinks: true,
  });

function run<T>(fake: FakeVcenter, use: (session: VsphereSession) => Promise<T>, clock = createInstantClock()) {
  const parts = { connect: () => fake, credentials: async () => CREDENTIALS, clock, log: silentLog };
  return createVsphere(parts).withSession('vc', 'job-1', use);
}

async function failureOf(promise: Promise<unknown>): Promise<OpsError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof OpsError) return error;
  throw new Error('did not fail with an OpsError', { cause: error });
}

const operations = (fake: FakeVcenter) => fake.calls.map(({ operation }) => operation);
const lost = (retry: 'outcome-unknown') => () => {
  throw new OpsError('vcenter-timeout', 'lost', {
    retry,
    remedy: 'look',
    cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
  });
};
const status = (code: number) => () => ({ status: code, body: 'upstream connect error', setCookie: undefined });

describe('a session', () => {
  it('logs in, works and logs out, on one cookie given back as it came', async () => {
    const fake = createFakeVcenter();
    const calls = await run(fake, async (session) => {
      await refresh(session);
      return session.calls;
    });
    expect(operations(fake)).toEqual(['RetrieveServiceContent', 'Login', 'RefreshNetworkSystem', 'Logout']);
    expect(calls).toBe(3);
    expect(fake.calls.slice(1).map(({ cookie }) => cookie)).toEqual(Array(3).fill('vmware_soap_session="c-1"'));
    expect(fake.calls[1]?.parameters).toMatchObject({ locale: 'en_US' });
    expect(fake.sessions.size).toBe(0);
    expect(fake.isClosed).toBe(true);
  });

  it('names its operation and the newest version that both sides know', async () => {
    const fake = createFakeVcenter();
    fake.versions.body = fake.versions.body.replace('8.0.3.0', '99.0.0.0');
    await run(fake, refresh);
    expect(fake.calls.map(({ operationId, soapAction }) => `${operationId} ${soapAction}`)).toEqual(
      Array(4).fill('job-1 urn:vim25/8.0.2.0'),
    );
  });

  it('logs out when the work fails, and hands on that failure even if the logout fails too', async () => {
    const fake = createFakeVcenter();
    fake.answers.Logout = () => {
      throw new Fault({ _type: 'SystemError', reason: 'busy' });
    };
    const work = run(fake, async () => {
      throw new Error('the work failed');
    });
    await expect(work).rejects.toThrow('the work failed');
    expect(operations(fake).at(-1)).toBe('Logout');
    expect(fake.isClosed).toBe(true);
  });

  it('serves calls in parallel', async () => {
    const fake = createFakeVcenter();
    await run(fake, (session) => Promise.all(Array.from({ length: 8 }, () => refresh(session))));
    expect(operations(fake).filter((one) => one === 'RefreshNetworkSystem')).toHaveLength(8);
  });
});

describe('opening a session', () => {
  it.each([
    {
      why: 'a host',
      about: { apiType: 'HostAgent', fullName: 'VMware ESXi 8.0.3' },
      code: 'vcenter-not-a-vcenter',
      calls: ['RetrieveServiceContent'],
    },
    { why: 'nothing else', about: {}, code: undefined, calls: ['RetrieveServiceContent', 'Login', 'Logout'] },
  ])('refuses $why, before the password is sent', async ({ about, code, calls }) => {
    const fake = createFakeVcenter();
    Object.assign(fake.about, about);
    const error = await run(fake, async () => undefined).catch((cause: unknown) => cause);
    expect(error instanceof OpsError ? error.code : undefined).toBe(code);
    expect(operations(fake)).toEqual(calls);
    expect(fake.isClosed).toBe(true);
  });

  it.each([
    {
      what: 'a web page',
      versions: { status: 200, body: '<!DOCTYPE html><html></html>' },
      code: 'vcenter-reply-invalid',
      retry: 'never',
    },
    {
      what: 'another document',
      versions: { status: 200, body: '<feed/>' },
      code: 'vcenter-reply-invalid',
      retry: 'never',
    },
    { what: 'nothing', versions: { status: 404, body: '' }, code: 'vcenter-reply-invalid', retry: 'never' },
    {
      what: 'a proxy without vCenter',
      versions: { status: 503, body: '' },
      code: 'vcenter-reply-invalid',
      retry: 'later',
    },
    {
      what: 'vCenter 5.5',
      versions: {
        status: 200,
        body: '<namespaces><namespace><name>urn:vim25</name><version>5.5</version></namespace></namespaces>',
      },
      code: 'vcenter-version',
      retry: 'never',
    },
  ])('tells when $what answers', async ({ versions, code, retry }) => {
    const fake = createFakeVcenter();
    fake.versions = versions;
    expect(await failureOf(run(fake, async () => undefined))).toMatchObject({ code, retry });
  });

  it('tells of a wrong password without showing it', async () => {
    const fake = createFakeVcenter();
    const parts = {
      connect: () => fake,
      credentials: async () => ({ user: 'svc', password: 'wrong-pass' }),
      clock: createInstantClock(),
      log: silentLog,
    };
    const error = await failureOf(createVsphere(parts).withSession('vc', 'job-1', async () => undefined));
    expect(error).toMatchObject({ code: 'vcenter-login-failed', retry: 'never', fault: 'InvalidLogin' });
    expect(`${error.message} ${error.remedy}`).not.toContain('wrong-pass');
    expect(operations(fake)).not.toContain('Logout');
  });
});

describe('a session that vCenter has ended', () => {
  it('is opened again, and the call is made again, also a write: it was refused before it began', async () => {
    const fake = createFakeVcenter();
    await run(fake, async (session) => {
      fake.sessions.clear();
      await addPortGroup(session);
    });
    expect(operations(fake)).toEqual([
      'RetrieveServiceContent',
      'Login',
      'AddPortGroup',
      'Login',
      'AddPortGroup',
      'Logout',
    ]);
    expect(fake.sessions.size).toBe(0);
  });

  it('is opened once for all calls that find it over', async () => {
    const fake = createFakeVcenter();
    await run(fake, async (session) => {
      fake.sessions.clear();
      await Promise.all(Array.from({ length: 6 }, () => refresh(session)));
    });
    expect(operations(fake).filter((one) => one === 'Login')).toHaveLength(2);
    expect(fake.sessions.size).toBe(0);
  });

  it('is not lost to the anonymous cookie of a call made beside the login', async () => {
    const fake = createFakeVcenter();
    const post = fake.post.bind(fake);
    const loggedIn = Promise.withResolvers<void>();
    let beside: Promise<void> | undefined;
    await run(fake, async (session) => {
      fake.sessions.clear();
      fake.post = async (request) => {
        const isLogin = request.body.includes('<Login ');
        // Sent while there is no cookie; its answer, with a cookie of its own, overtakes nothing.
        if (isLogin) beside ??= refresh(session);
        const reply = await post(request);
        if (isLogin) loggedIn.resolve();
        else if (request.cookie === undefined) {
          await loggedIn.promise;
          await new Promise(setImmediate);
        }
        return reply;
      };
      await refresh(session);
      await beside;
    });
    expect(beside).toBeDefined();
    expect(operations(fake).filter((one) => one === 'Login')).toHaveLength(2);
    expect(fake.sessions.size).toBe(0);
  });

  it('is given up when the new one does not last either', async () => {
    const fake = createFakeVcenter();
    fake.answers.RefreshNetworkSystem = () => {
      throw new Fault({ _type: 'NotAuthenticated' });
    };
    expect(await failureOf(run(fake, refresh))).toMatchObject({ code: 'vcenter-session-lost', retry: 'later' });
    expect(operations(fake).filter((one) => one === 'Login')).toHaveLength(2);
  });

  it('is noticed in a missingSet, and the whole reading starts over', async () => {
    const fake = createFakeVcenter();
    const name = (value: string) => ({ obj: HOST.moref, propSet: [{ name: 'name', val: value }] });
    const expired = { path: 'name', fault: { fault: { _type: 'NotAuthenticated' }, localizedMessage: 'over' } };
    let reads = 0;
    fake.answers.RetrievePropertiesEx = () => {
      reads += 1;
      if (reads > 1) return { objects: [name('esx01')] };
      fake.sessions.clear();
      return { objects: [{ obj: HOST.moref, missingSet: [expired] }] };
    };
    const hosts = await run(fake, (session) => session.readHosts([HOST.moref]));
    expect(hosts.map((host) => host.name)).toEqual(['esx01']);
    expect(reads).toBe(2);
  });
});

describe('a property that is not there', () => {
  const missing = (fault: { _type: string } & Record<string, unknown>) => ({
    objects: [
      {
        obj: HOST.moref,
        propSet: [{ name: 'name', val: 'esx01' }],
        missingSet: [{ path: 'config.network.vnic', fault: { fault, localizedMessage: 'words' } }],
      },
    ],
  });

  it('for want of a privilege is a failure that names it', async () => {
    const fake = createFakeVcenter();
    fake.answers.RetrievePropertiesEx = () =>
      missing({ _type: 'NoPermission', object: HOST.moref, privilegeId: 'System.Read' });
    const error = await failureOf(run(fake, (session) => session.readHosts([HOST.moref])));
    expect(error).toMatchObject({ code: 'vcenter-no-permission', retry: 'never' });
    expect(error.message).toContain('config.network.vnic');
    expect(error.message).toContain('System.Read on host-12');
  });

  it('because the host is out of reach leaves its network unknown', async () => {
    const fake = createFakeVcenter();
    fake.answers.RetrievePropertiesEx = () => missing({ _type: 'HostNotReachable' });
    const [host] = await run(fake, (session) => session.readHosts([HOST.moref]));
    expect(host).toMatchObject({ name: 'esx01', connection: 'not-responding', network: undefined });
  });
});

describe('a call that got no proper answer', () => {
  it.each([{ code: 502 }, { code: 503 }])(
    'is made again while vCenter restarts ($code), within bounds',
    async ({ code }) => {
      const fake = createFakeVcenter();
      const clock = createInstantClock();
      const read = (session: VsphereSession) => {
        fake.interruptions.push(status(code), status(code));
        return session.readHosts([HOST.moref]);
      };
      fake.answers.RetrievePropertiesEx = () => ({ objects: [{ obj: HOST.moref }] });
      await run(fake, read, clock);
      expect(operations(fake)).toContain('RetrievePropertiesEx');
      expect(clock.slept).toBe(1_500);

      const error = run(fake, async (session) => {
        fake.interruptions.push(...Array.from({ length: 4 }, () => status(code)));
        await session.readHosts([HOST.moref]);
      });
      expect(await failureOf(error)).toMatchObject({ code: 'vcenter-unreachable', retry: 'later' });
    },
  );

  it.each([
    { what: 'vCenter restarts', answer: status(503), code: 'vcenter-unreachable' },
    { what: 'the connection breaks', answer: lost('outcome-unknown'), code: 'vcenter-timeout' },
    {
      what: 'a proxy answers',
      answer: () => ({ status: 200, body: '<html/>', setCookie: undefined }),
      code: 'vcenter-reply-invalid',
    },
    {
      what: 'the answer is to something else',
      answer: () => ({ status: 200, body: encodeEnvelope('<LoginResponse xmlns="urn:vim25"/>'), setCookie: undefined }),
      code: 'vcenter-reply-invalid',
    },
  ])('leaves the outcome of a write unknown when $what, and is not repeated', async ({ answer, code }) => {
    const fake = createFakeVcenter();
    const error = await failureOf(
      run(fake, async (session) => {
        fake.interruptions.push(answer);
        await addPortGroup(session);
      }),
    );
    expect(error).toMatchObject({ code, retry: 'outcome-unknown' });
    expect(error.message).toContain('AddPortGroup on esx01');
    expect(operations(fake)).not.toContain('AddPortGroup');
  });

  it('is a login that is never made again: it may have succeeded', async () => {
    const fake = createFakeVcenter();
    fake.answers.RetrieveServiceContent = () => {
      fake.interruptions.push(lost('outcome-unknown'));
      return undefined;
    };
    const error = await failureOf(run(fake, async () => undefined));
    expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'later' });
    expect(operations(fake)).toEqual(['RetrieveServiceContent']);
  });

  it('is a read that is made again once when the connection broke, and then only later', async () => {
    const fake = createFakeVcenter();
    fake.answers.RetrievePropertiesEx = () => ({ objects: [{ obj: HOST.moref }] });
    await run(fake, async (session) => {
      fake.interruptions.push(lost('outcome-unknown'));
      await session.readHosts([HOST.moref]);
    });
    const error = await failureOf(
      run(fake, async (session) => {
        fake.interruptions.push(lost('outcome-unknown'), lost('outcome-unknown'));
        await session.readHosts([HOST.moref]);
      }),
    );
    expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'later' });
  });
});
