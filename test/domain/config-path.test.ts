import { expect, it } from 'vitest';
import { configPath } from '../../shared/domain/config-path.ts';

it.each([
  { parts: [], expected: '' },
  { parts: ['clusters'], expected: 'clusters' },
  {
    parts: ['clusters', 'cluster-a', 'profile', 'adapters', 0, 'mtu'],
    expected: 'clusters.cluster-a.profile.adapters[0].mtu',
  },
  { parts: ['hosts', 'esx01.lab.local'], expected: 'hosts["esx01.lab.local"]' },
])('writes $expected', ({ parts, expected }) => {
  expect(configPath(parts)).toBe(expected);
});
