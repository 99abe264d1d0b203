// A whole change while something between the product and vCenter spoils the answers to writes: made or not made, each
// host gets its adapters once, and the job says so.
import { describe, expect, it } from 'vitest';
import type { LabResponse } from '../../infra/lab/vcenter/vcenter.ts';
import { createWorld, type World } from '../support/world.ts';

const WRITES = ['AddPortGroup', 'AddVirtualNic', 'UpdateNetworkConfig', 'RemoveVirtualNic', 'RemovePortGroup'] as const;
const JUNK: { what: string; spoil(truth: LabResponse | undefined): LabResponse }[] = [
  { what: 'an empty one', spoil: () => ({ status: 200, headers: {}, body: '' }) },
  { what: 'a page', spoil: () => ({ status: 502, headers: {}, body: '<html>Bad Gateway</html>' }) },
  {
    what: 'a fault of nobody',
    spoil: () => ({
      status: 500,
      headers: {},
      body: '<Envelope><Body><Fault><faultstring>upstream</faultstring></Fault></Body></Envelope>',
    }),
  },
];

/** Each write's first answer for each host is spoiled; `isMade`: whether vCenter got the call. */
function spoilFirst(world: World, junk: (typeof JUNK)[number], isMade: boolean): { spoiled: Set<string> } {
  const spoiled = new Set<string>();
  const { handle } = world.lab;
  const writeOf = (body: string) => {
    const [, operation, target] = /<soapenv:Body><(\w+)[^>]*><_this[^>]*>([^<]+)</.exec(body) ?? [];
    return WRITES.some((one) => one === operation) ? `${operation} ${target}` : undefined;
  };
  world.lab.handle = async (request) => {
    const write = writeOf(request.body);
    if (write === undefined || spoiled.has(write)) return handle(request);
    spoiled.add(write);
    return junk.spoil(isMade ? await handle(request) : undefined);
  };
  return { spoiled };
}

describe.each(JUNK)('with $what instead of the first answer to each write', (junk) => {
  it.each([
    { which: 'that was made', isMade: true },
    { which: 'that was never made', isMade: false },
  ])('$which, an enable ends done, with each adapter once', async ({ isMade }) => {
    const world = createWorld({ hosts: 3, clusters: ['cluster-a'] });
    const { spoiled } = spoilFirst(world, junk, isMade);
    const job = await world.run('enable cluster-a');
    expect({ state: job.state, failure: job.failure }).toEqual({ state: 'done', failure: undefined });
    expect(spoiled.size).toBeGreaterThanOrEqual(3 * 3);
    const { hosts } = await world.read('cluster-a');
    for (const { network } of hosts) {
      const onStack = network?.vmks.filter(({ netstack }) => netstack === 'vmotion') ?? [];
      expect(onStack.map(({ attachment }) => attachment)).toEqual([
        { kind: 'standard', portGroup: 'vMotion-A' },
        { kind: 'standard', portGroup: 'vMotion-B' },
      ]);
      expect(network?.vmks.filter(({ services }) => services.includes('vmotion'))).toEqual([]);
    }
  });
});
