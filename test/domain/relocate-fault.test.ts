import { expect, it } from 'vitest';
import { explainRelocateFault } from '../../shared/domain/relocate-fault.ts';

it.each([
  { fault: 'VMotionLinkDown', why: /uplink of a vMotion adapter has no link/ },
  { fault: 'CannotAccessNetwork', why: /network of the VM is not on the target/ },
  { fault: 'Timedout', why: /too long/ },
  { fault: 'NoPermission', why: /may not move/ },
])('$fault is explained', ({ fault, why }) => {
  const explained = explainRelocateFault(fault);
  expect(explained.why).toMatch(why);
  expect(explained.remedy).toMatch(/\.$/);
});

it.each([{ fault: 'SomethingNew' }, { fault: 'constructor' }])('$fault is named, and where to look', ({ fault }) => {
  expect(explainRelocateFault(fault)).toEqual({
    why: `vCenter's fault is ${fault}.`,
    remedy: "Look at the VM's recent tasks and events in vCenter.",
  });
});
