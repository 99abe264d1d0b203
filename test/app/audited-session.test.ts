import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { auditedSession } from '../../shared/app/audited-session.ts';
import { OpsError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aGroup, aJob, aVmk } from '../support/builders.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const AT = new Date('2026-01-02T03:04:05.000Z');
const HOST: HostRef = {
  moref: { type: 'HostSystem', value: 'host-11' },
  name: 'esx01',
  networkSystem: { type: 'HostNetworkSystem', value: 'networkSystem-11' },
  virtualNicManager: { type: 'HostVirtualNicManager', value: 'virtualNicManager-11' },
};
type Call = () => Promise<unknown>;

/** A session of which every method is `call`, and what was logged and done, in the order in which it happened. */
function audited(
  call: Call,
  change: { add?: (action: string) => void; until?: Date; now?: () => Date; elapsedMs?: () => number } = {},
) {
  const store = createMemoryStore();
  const happened: string[] = [];
  const logged: string[] = [];
  const auditLog: typeof store.auditLog = {
    ...store.auditLog,
    add: async (entry) => {
      change.add?.(entry.action);
      happened.push(entry.action);
      return store.auditLog.add(entry);
    },
  };
  const write = (level: string) => (event: string) => void logged.push(`${level} ${event}`);
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };
  const inner = new Proxy({} as VsphereSession, {
    get: (_, name) =>
      name === 'user' || name === 'calls'
        ? name
        : async () => {
            happened.push(String(name));
            return call();
          },
  });
  let next = 0;
  const parts = {
    store: { ...store, auditLog },
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
    clock: { now: change.now ?? (() => AT), elapsedMs: change.elapsedMs ?? (() => 0), sleep: async () => undefined },
    ids: { next: () => `id${(next += 1)}` },
    log,
  };
  const session = auditedSession(parts, inner, aJob(), change.until);
  const entries = () => store.auditLog.list('cluster-a', 0, 100);
  return { session, entries, happened, logged };
}

const group = aGroup('vMotion-A');

describe('a write to vCenter', () => {
  it('stands in the audit log before it is made, and its answer after it', async () => {
    const { session, entries, happened } = audited(async () => 'vmk2');
    expect(await session.addPortGroup(HOST, group)).toBe('vmk2');
    expect(happened).toEqual(['writing', 'addPortGroup', 'written']);
    const [intent, outcome] = await entries();
    expect(intent).toMatchObject({
      actor: 'U0ANN',
      jobId: 'j-000001',
      at: AT.toISOString(),
      key: 'j-000001:addPortGroup:id1:writing',
      detail: { method: 'addPortGroup', arguments: JSON.stringify([HOST, group]) },
    });
    expect(outcome).toMatchObject({
      key: 'j-000001:addPortGroup:id1:written',
      detail: { method: 'addPortGroup', answer: 'vmk2' },
    });
  });

  it('has no answer in the log where vCenter gives none', async () => {
    const { session, entries } = audited(async () => undefined);
    await session.removePortGroup(HOST, group.name);
    expect((await entries())[1]?.detail).toEqual({ method: 'removePortGroup' });
  });

  it('is not made where it can’t be written down', async () => {
    const { session, happened } = audited(async () => 'vmk2', {
      add: () => {
        throw new Error('the table is away');
      },
    });
    await expect(session.addPortGroup(HOST, group)).rejects.toThrow('the table is away');
    expect(happened).toEqual([]);
  });

  it('is not made any more where the worker stood still until its time was over', async () => {
    const { session, entries, happened } = audited(async () => 'vmk2', { until: AT });
    await expect(session.addPortGroup(HOST, group)).rejects.toMatchObject({ code: 'out-of-time', retry: 'later' });
    expect(happened).toEqual(['writing', 'failed']);
    expect((await entries())[1]?.detail).toMatchObject({ code: 'out-of-time' });
  });

  it.each([
    { what: 'the clock was set back since it was prepared', byMs: -1000 },
    { what: 'the worker stood still, though a clock that was set back earlier still shows time', byMs: 20_000 },
    { what: 'the worker stood still, and its clock was set back by as much', byMs: 1000, stoodMs: 20_000 },
  ])('is not made where $what: another worker may have taken over', async ({ byMs, stoodMs = 0 }) => {
    let [now, elapsedMs] = [AT, 700];
    const { session, happened } = audited(async () => 'vmk2', {
      until: new Date(AT.getTime() + 300_000),
      now: () => now,
      elapsedMs: () => elapsedMs,
      add: () => {
        now = new Date(AT.getTime() + byMs);
        elapsedMs += stoodMs;
      },
    });
    await expect(session.addPortGroup(HOST, group)).rejects.toMatchObject({ code: 'out-of-time', retry: 'later' });
    expect(happened).toEqual(['writing', 'failed']);
  });

  it('that was made counts as made, although its outcome could not be written down', async () => {
    const { session, entries, logged } = audited(async () => 'vmk2', {
      add: (action) => {
        if (action !== 'writing') throw new Error('the table is away');
      },
    });
    expect(await session.addPortGroup(HOST, group)).toBe('vmk2');
    expect((await entries()).map(({ action }) => action)).toEqual(['writing']);
    expect(logged).toEqual(['error audit-outcome-lost']);
  });

  it.each([
    {
      what: 'a failure with its code',
      error: new OpsError('vcenter-fault', 'busy', { retry: 'later', remedy: 'wait' }),
      detail: { method: 'addVmk', code: 'vcenter-fault', retry: 'later' },
    },
    { what: 'a bug as unknown', error: new TypeError('x'), detail: { method: 'addVmk', retry: 'unknown' } },
  ])('that fails leaves $what, and fails', async ({ error, detail }) => {
    const { session, entries } = audited(async () => {
      throw error;
    });
    await expect(session.addVmk(HOST, toSpec(aVmk('vmk2')))).rejects.toBe(error);
    expect((await entries()).map((entry) => [entry.action, entry.detail])).toMatchObject([
      ['writing', {}],
      ['failed', detail],
    ]);
  });

  it('never makes an entry larger than a row may be', async () => {
    const { session, entries } = audited(async () => undefined);
    await session.addPortGroup(HOST, { ...group, name: 'x'.repeat(500_000) });
    expect(String((await entries())[0]?.detail['arguments'])).toHaveLength(2000);
  });

  it('is each method that changes something, and no other', async () => {
    const changing: (keyof VsphereSession)[] = [
      'addPortGroup',
      'addSwitch',
      'addVmk',
      'deselectService',
      'relocate',
      'removePortGroup',
      'removeSwitch',
      'removeVmk',
      'selectService',
      'setDrs',
      'setNetstack',
      'updateDistributedPortGroup',
      'updatePortGroup',
      'updateVmk',
    ];
    const looking: (keyof VsphereSession)[] = [
      'readCluster',
      'readHosts',
      'ping',
      'checkRelocate',
      'readEvents',
      'listVms',
    ];
    const actionsOf = async (method: keyof VsphereSession) => {
      const { session, entries } = audited(async () => undefined);
      await Reflect.apply(Reflect.get(session, method) as Call, session, []);
      return (await entries()).map(({ action }) => action);
    };
    for (const method of changing) expect(await actionsOf(method), method).toEqual(['writing', 'written']);
    for (const method of looking) expect(await actionsOf(method), method).toEqual([]);
    expect(audited(async () => undefined).session.user).toBe('user');
  });
});
