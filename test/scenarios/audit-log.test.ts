import { describe, expect, it } from 'vitest';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { type AuditEntry, verifyChain } from '../../shared/domain/audit-entry.ts';
import { BOB, createWorld, type World } from '../support/world.ts';

const PAGE = 10_000;

async function entriesOf(world: World, chain = 'cluster-a'): Promise<AuditEntry[]> {
  return world.parts.store.auditLog.list(chain, 0, PAGE);
}

const SOAP_WRITES =
  /<(?:\w+:)?((?:Add|Update|Remove)(?:VirtualNic|PortGroup|VirtualSwitch)|UpdateNetworkConfig|(?:Select|Deselect)VnicForNicType|Reconfigure\w+_Task)[ >]/;

/** The writes that reach the simulated vCenter, by the names of its own methods, from now on. */
function countWrites(world: World): string[] {
  const asked: string[] = [];
  const { handle } = world.lab;
  world.lab.handle = async (request) => {
    const method = SOAP_WRITES.exec(request.body)?.[1];
    if (method !== undefined) asked.push(method);
    return handle(request);
  };
  return asked;
}

const isWrite = ({ action }: AuditEntry) => action === 'writing';

describe('/vmotion audit-log', () => {
  it('verifies what was written, and names the entry that somebody changed', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    const { auditLog } = world.parts.store;
    expect(await world.type('audit-log verify cluster-a')).toMatchObject({
      kind: 'audit-verified',
      verdicts: [{ chain: 'cluster-a', verdict: { kind: 'whole' } }],
    });
    const list = auditLog.list;
    auditLog.list = async (chain, after, limit) =>
      (await list(chain, after, limit)).map((one) => (one.action === 'approved' ? { ...one, actor: 'U0EVE' } : one));
    expect(await world.type('audit-log verify cluster-a')).toMatchObject({
      verdicts: [{ verdict: { kind: 'broken', why: expect.stringContaining('was changed') } }],
    });
  });

  it('shows the newest entries, and how many there are', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    const reply = await world.type('audit-log export cluster-a');
    if (reply.kind !== 'audit-exported') throw new Error('not exported');
    expect(reply.total).toBe((await entriesOf(world)).length);
    expect(reply.entries.at(-1)?.seq).toBe(reply.total);
  });

  it('notes who asked for what, refused or not, in the chain of the cluster or the general one', async () => {
    const world = createWorld();
    await world.type('enable cluster-a', 'U0EVE');
    await world.type('status cluster-a', 'U0EVE');
    const said = async (chain: string) =>
      (await entriesOf(world, chain)).map(({ actor, action, detail }) => [actor, action, detail['said']]);
    expect(await said('general')).toEqual([['U0EVE', 'refused', 'enable cluster-a']]);
    expect(await said('cluster-a')).toEqual([['U0EVE', 'requested', 'status cluster-a']]);
  });
});

describe('the audit log', () => {
  it('tells the whole story of a change: who asked, which plan, who approved, every write, the end', async () => {
    const world = createWorld();
    const job = await world.run('enable cluster-a');
    const entries = await entriesOf(world);
    const story = entries.filter(({ action }) => action !== 'writing' && action !== 'written');
    expect(
      story
        .filter(({ action }) => !['requested', 'refused'].includes(action))
        .map(({ action, actor }) => [action, actor]),
    ).toEqual([
      ['queued', 'U0ANN'],
      ['planned', 'vmotion-ops'],
      ['approved', BOB],
      ['ended', 'vmotion-ops'],
    ]);
    expect(story.find(({ action }) => action === 'approved')?.detail).toEqual({ digest: job.plan?.digest });
    expect(story.at(-1)?.detail).toMatchObject({ state: 'done', kept: 4 });
    expect(verifyChain(entries, world.parts.sha256)).toMatchObject({ kind: 'whole', entries: entries.length });
  });

  it('has an entry before each write to vCenter, and its outcome after it', async () => {
    const world = createWorld();
    const asked = countWrites(world);
    await world.run('enable cluster-a');
    await world.run('revert cluster-a');
    const entries = await entriesOf(world);
    const writes = entries.filter(isWrite);
    expect(writes).toHaveLength(asked.length);
    expect(asked.length).toBeGreaterThan(8);
    for (const write of writes) {
      const base = write.key.slice(0, -':writing'.length);
      const outcome = entries.find(({ key }) => key === `${base}:written` || key === `${base}:failed`);
      expect(outcome?.seq).toBeGreaterThan(write.seq);
    }
  });

  it('is what a write waits for: where it can not be appended, nothing is written', async () => {
    const world = createWorld();
    const before = await world.read('cluster-a');
    const { auditLog } = world.parts.store;
    const add = auditLog.add;
    const reply = await world.type('enable cluster-a');
    await world.settle();
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.press({ jobId: reply.job.id, decision: 'approve', user: BOB });
    auditLog.add = async (entry) => {
      if (entry.action === 'writing') throw new Error('the table is away');
      return add(entry);
    };
    const message = world.queue.takeJob();
    if (message === undefined) throw new Error('no message');
    const until = new Date(world.clock.now().getTime() + 120_000);
    await createRunSlice(world.parts)(message, until).catch(() => undefined);
    expect((await world.read('cluster-a')).hosts.map(({ network }) => network)).toEqual(
      before.hosts.map(({ network }) => network),
    );
  });

  it('holds no password, cookie or token', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    const text = JSON.stringify(await entriesOf(world));
    expect(text).not.toContain(world.lab.credentials.password);
  });
});
