import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hostDigest } from '../../shared/app/digest.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { DistributedPortGroup } from '../../shared/domain/inventory.ts';
import { aDistributedGroup } from '../domain/network-shapes.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HOST = { moref: { type: 'HostSystem', value: 'host-21' }, name: 'esx21' };
const uplinks = { active: ['Uplink 1'], standby: [] };

function digestOf(from: Partial<DistributedPortGroup>, to: Partial<DistributedPortGroup>): string {
  const step = {
    kind: 'update-distributed-port-group',
    from: aDistributedGroup('A', from),
    to: aDistributedGroup('A', { uplinks, ...to }),
  } as const;
  return hostDigest(sha256, { host: HOST, kind: 'change', steps: [step], findings: [], untouched: [] });
}

// As the version computed it that did not tell whose an order of uplinks is.
const OLDER = sha256(
  canonicalJson({
    host: HOST,
    kind: 'change',
    steps: [
      {
        kind: 'update-distributed-port-group',
        from: aDistributedGroup('A'),
        to: aDistributedGroup('A', { uplinks }),
      },
    ],
  }),
);

it.each([
  { what: 'was the switch’s', from: { overridesUplinks: false }, to: { overridesUplinks: true } },
  { what: 'was its own', from: { overridesUplinks: true }, to: { overridesUplinks: true } },
])('an approval holds that an older version was given for a port group whose order $what', ({ from, to }) => {
  expect(digestOf(from, to)).toBe(OLDER);
});

it.each([
  { what: 'the switch’s order instead of its own', from: { overridesUplinks: true }, to: { overridesUplinks: false } },
  { what: 'another version of the port group', from: { configVersion: '2' }, to: { configVersion: '2' } },
  { what: 'other uplinks', from: {}, to: { uplinks: { active: ['Uplink 2'], standby: [] } } },
])('an approval is not for $what', ({ from, to }) => {
  expect(digestOf(from, to)).not.toBe(OLDER);
});
