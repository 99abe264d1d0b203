import { describe, expect, it } from 'vitest';
import type { DrsMode } from '../../shared/ports.ts';
import { createFakeVcenter, Fault } from './fake-vcenter.ts';
import { addTasks, RUNNING, SUCCESS } from './fake-tasks.ts';
import { inSession } from './in-session.ts';

const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c1' };

type Drs = { enabled?: boolean; defaultVmBehavior?: string; vmotionRate?: number };

/** A cluster that keeps its settings, and of a change takes what is given. */
function serve(drs: Drs) {
  const fake = createFakeVcenter();
  const served = { fake, drs };
  const tasks = addTasks(fake, () => ({
    objects: [
      {
        obj: CLUSTER,
        propSet: [
          {
            name: 'configurationEx',
            val: {
              _type: 'ClusterConfigInfoEx',
              vmSwapPlacement: 'vmDirectory',
              drsConfig: { ...served.drs, option: [] },
            },
          },
        ],
      },
    ],
  }));
  fake.answers['ReconfigureComputeResource_Task'] = ({ parameters }) => {
    const { spec, modify } = parameters as { spec: { drsConfig: Drs }; modify: boolean };
    const { enabled, defaultVmBehavior } = spec.drsConfig;
    const kept = modify ? served.drs : {};
    served.drs = {
      ...kept,
      ...(enabled === undefined ? {} : { enabled }),
      ...(defaultVmBehavior === undefined ? {} : { defaultVmBehavior }),
    };
    return tasks.start(RUNNING, SUCCESS);
  };
  return served;
}

describe('DRS', () => {
  it.each([
    { enabled: true, level: 'manual', expected: 'manual' },
    { enabled: true, level: 'partiallyAutomated', expected: 'partiallyAutomated' },
    { enabled: true, level: 'fullyAutomated', expected: 'fullyAutomated' },
    { enabled: false, level: 'fullyAutomated', expected: 'off' },
  ])('enabled: $enabled, level $level is $expected', async ({ enabled, level, expected }) => {
    const { fake } = serve({ enabled, defaultVmBehavior: level });
    const settings = await inSession(fake, (session) => session.readClusterSettings(CLUSTER));
    expect(settings).toEqual({ drs: expected });
  });

  it('of a level that is not known is not guessed', async () => {
    const { fake } = serve({ enabled: true, defaultVmBehavior: 'autonomous' });
    const reading = inSession(fake, (session) => session.readClusterSettings(CLUSTER));
    await expect(reading).rejects.toMatchObject({ code: 'vcenter-reply-invalid' });
  });

  it('is held and put back as it was', async () => {
    const before = { enabled: true, defaultVmBehavior: 'fullyAutomated', vmotionRate: 2 };
    const served = serve(before);
    const set = (mode: DrsMode) => inSession(served.fake, (session) => session.setDrs(CLUSTER, mode));
    await set('manual');
    expect(served.drs).toEqual({ ...before, defaultVmBehavior: 'manual' });
    await set('fullyAutomated');
    expect(served.drs).toEqual(before);
  });

  it('that is off is never switched on', async () => {
    const served = serve({ enabled: false, defaultVmBehavior: 'fullyAutomated' });
    await inSession(served.fake, (session) => session.setDrs(CLUSTER, 'manual'));
    expect(served.drs.enabled).toBe(false);
  });

  it('is never switched off', async () => {
    const served = serve({ enabled: true, defaultVmBehavior: 'manual' });
    await expect(inSession(served.fake, (session) => session.setDrs(CLUSTER, 'off'))).rejects.toThrow('never switched');
    expect(served.drs.enabled).toBe(true);
  });
});

describe('whether a configuration profile manages a cluster', () => {
  it.each([
    { what: 'says so', val: true, expected: true },
    { what: 'says no', val: false, expected: false },
  ])('is what vCenter $what', async ({ val, expected }) => {
    const fake = createFakeVcenter();
    fake.answers['RetrievePropertiesEx'] = () => ({
      objects: [{ obj: CLUSTER, propSet: [{ name: 'configManagerEnabled', val }] }],
    });
    expect(await inSession(fake, (session) => session.isConfigManaged(CLUSTER))).toBe(expected);
  });

  it('is no where vCenter is too old to know the property', async () => {
    const fake = createFakeVcenter();
    fake.answers['RetrievePropertiesEx'] = () => {
      throw new Fault({ _type: 'InvalidProperty', name: 'configManagerEnabled' });
    };
    expect(await inSession(fake, (session) => session.isConfigManaged(CLUSTER))).toBe(false);
  });
});
