import { describe, expect, it } from 'vitest';
import type { Moref } from '../../shared/domain/inventory.ts';
import { typed } from '../../shared/vsphere/codec.ts';
import { createFakeVcenter, type FakeVcenter, Fault } from './fake-vcenter.ts';
import { addTasks, COMPLETED, failedWith, RUNNING, STARTED, SUCCESS, type TaskState } from './fake-tasks.ts';
import { inSession } from './in-session.ts';

const VM = { type: 'VirtualMachine', value: 'vm-1' };
const FROM = { type: 'HostSystem', value: 'host-1' };
/** Two minutes by the instant clock. */
const UNTIL = new Date(1_800_000_120_000);
const TO = { type: 'HostSystem', value: 'host-2' };

const object = (obj: Moref, properties: Record<string, unknown>) => ({
  obj,
  propSet: Object.entries(properties).map(([name, val]) => ({ name, val })),
});
const ref = (moref: Moref) => typed('ManagedObjectReference', moref);

/** A vCenter whose machine moves at the end of a task with these states, where they end in success. */
function serve(...states: [TaskState, ...TaskState[]]): FakeVcenter {
  const fake = createFakeVcenter();
  let host = FROM;
  const tasks = addTasks(fake, () => ({ objects: [object(VM, { 'runtime.host': ref(host) })] }));
  fake.answers['RelocateVM_Task'] = ({ target, parameters }) => {
    const { host: to } = parameters['spec'] as { host: Moref };
    if (target.value === VM.value && states.at(-1) !== RUNNING) host = to;
    return tasks.start(...states);
  };
  fake.answers['CurrentTime'] = () => '2026-01-02T03:14:00Z';
  return fake;
}

const relocate = (fake: FakeVcenter) => inSession(fake, (session) => session.relocate(VM, TO, UNTIL));

describe('a relocation', () => {
  it("is told with vCenter's own times", async () => {
    expect(await relocate(serve(RUNNING, RUNNING, SUCCESS))).toEqual({
      kind: 'moved',
      startedAt: STARTED,
      completedAt: COMPLETED,
    });
  });

  it('names another host and nothing else', async () => {
    const fake = serve(SUCCESS);
    await relocate(fake);
    expect(fake.calls.find(({ operation }) => operation === 'RelocateVM_Task')).toMatchObject({
      target: VM,
      parameters: { spec: { host: TO } },
    });
  });

  it('that takes longer than there is time is told to be running', async () => {
    expect(await relocate(serve(RUNNING))).toEqual({ kind: 'running' });
  });

  it('that ends in an error is an outcome, in the words of the fault', async () => {
    const fault = { _type: 'VMotionNotConfigured', atSourceHost: false, failedHost: 'esx02' };
    expect(await relocate(serve(RUNNING, failedWith(fault, 'vMotion is not configured on esx02.')))).toEqual({
      kind: 'failed',
      fault: 'VMotionNotConfigured',
      message: 'VMotionNotConfigured: vMotion is not configured on esx02.',
    });
  });

  it('that is refused at once is the same outcome', async () => {
    const fake = serve(SUCCESS);
    fake.answers['RelocateVM_Task'] = () => {
      throw new Fault({ _type: 'InvalidState' }, 'The machine is being backed up.');
    };
    expect(await relocate(fake)).toMatchObject({ kind: 'failed', fault: 'InvalidState' });
  });

  it.each([
    { fault: { _type: 'NoPermission', privilegeId: 'Resource.HotMigrate' }, code: 'vcenter-no-permission' },
    { fault: { _type: 'ManagedObjectNotFound', obj: VM }, code: 'vcenter-object-gone' },
  ])('that may not even be asked for fails with $code', async ({ fault, code }) => {
    const fake = serve(SUCCESS);
    fake.answers['RelocateVM_Task'] = () => {
      throw new Fault(fault);
    };
    await expect(relocate(fake)).rejects.toMatchObject({ code, retry: 'never' });
  });

  it('whose task vanished is judged by where the machine runs', async () => {
    expect(await relocate(serve(RUNNING, 'gone'))).toEqual({
      kind: 'moved',
      startedAt: STARTED,
      completedAt: '2026-01-02T03:14:00Z',
    });
    const stayed = serve(RUNNING, 'gone');
    const moves = stayed.answers['RelocateVM_Task'];
    stayed.answers['RelocateVM_Task'] = (call) => moves?.({ ...call, parameters: { spec: { host: FROM } } });
    await expect(relocate(stayed)).rejects.toMatchObject({ retry: 'outcome-unknown' });
  });
});

describe('the check before', () => {
  const answerWith = (result: unknown) => {
    const fake = createFakeVcenter();
    const tasks = addTasks(fake);
    fake.answers['CheckRelocate_Task'] = () =>
      tasks.start(RUNNING, { ...(SUCCESS as object), state: 'success', result });
    return fake;
  };
  const check = (fake: FakeVcenter) => inSession(fake, (session) => session.checkRelocate(VM, TO));

  it('tells errors and warnings by the name of the fault and in its words', async () => {
    const network = {
      _type: 'CannotAccessNetwork',
      device: 'Network adapter 1',
      backing: 'VM Network',
      connected: true,
    };
    const fake = answerWith(
      typed('ArrayOfCheckResult', [
        {
          vm: VM,
          host: TO,
          warning: [{ fault: { _type: 'NetworksMayNotBeTheSame' }, localizedMessage: '' }],
          error: [{ fault: network, localizedMessage: 'The network "VM Network" is not accessible.' }],
        },
      ]),
    );
    expect(await check(fake)).toEqual({
      errors: ['CannotAccessNetwork: The network "VM Network" is not accessible.'],
      warnings: ['NetworksMayNotBeTheSame'],
    });
    const asked = fake.calls.find(({ operation }) => operation === 'CheckRelocate_Task');
    expect(asked?.parameters).toEqual({
      vm: VM,
      spec: { host: TO },
      testType: ['sourceTests', 'hostTests', 'datastoreTests', 'networkTests'],
    });
  });

  it('without objections has none to tell', async () => {
    expect(await check(answerWith(typed('ArrayOfCheckResult', [{ vm: VM }])))).toEqual({ errors: [], warnings: [] });
  });

  it.each([{ result: undefined }, { result: typed('ArrayOfCheckResult', []) }])(
    'without a result is no clean bill',
    async ({ result }) => {
      await expect(check(answerWith(result))).rejects.toMatchObject({ code: 'vcenter-reply-invalid' });
    },
  );
});

describe('migrations under way', () => {
  const task = (number: number, descriptionId: string, more: Record<string, unknown> = {}) =>
    object(
      { type: 'Task', value: `task-${number}` },
      {
        'info.descriptionId': descriptionId,
        'info.state': typed('TaskInfoState', 'running'),
        'info.entity': ref(VM),
        'info.entityName': 'web-1',
        ...more,
      },
    );
  const answerWith = (...tasks: ReturnType<typeof task>[]) => {
    const fake = createFakeVcenter();
    fake.answers['RetrievePropertiesEx'] = () => ({
      objects: [
        ...tasks,
        object(VM, { name: 'web%2f1', 'runtime.host': ref(FROM) }),
        object(FROM, { name: 'esx01.lab.local' }),
      ],
    });
    return fake;
  };
  const list = (fake: FakeVcenter, hosts = [FROM, TO]) =>
    inSession(fake, async (session) => {
      const before = session.calls;
      const running = await session.runningMigrations(hosts);
      expect(session.calls - before).toBe(1);
      return running;
    });

  it.each(['VirtualMachine.migrate', 'VirtualMachine.relocate', 'Drm.ExecuteVMotionLRO'])(
    'are those that vCenter calls %s',
    async (kind) => {
      const running = await list(answerWith(task(1, kind, { 'info.progress': 42 })));
      expect(running).toEqual([{ vm: 'web/1', host: 'esx01.lab.local', progress: 42 }]);
    },
  );

  it.each([
    { what: 'another kind', tasks: [task(1, 'VirtualMachine.powerOn')] },
    {
      what: 'past',
      tasks: [task(1, 'VirtualMachine.relocate', { 'info.state': typed('TaskInfoState', 'success') })],
    },
    {
      what: 'of an object that nobody may see',
      tasks: [task(1, 'VirtualMachine.relocate', { 'info.entity': ref({ type: 'VirtualMachine', value: 'vm-9' }) })],
    },
  ])('are none of $what', async ({ tasks }) => {
    expect(await list(answerWith(...tasks))).toEqual([]);
  });

  it("are none of other clusters' hosts", async () => {
    expect(await list(answerWith(task(1, 'VirtualMachine.relocate')), [TO])).toEqual([]);
  });
});
