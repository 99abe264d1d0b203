import { expect, it } from 'vitest';
import { isPartlyBack, putBackNote, revertedNote } from '../../shared/domain/put-back-note.ts';

it('a host is partly back where something of it could not be brought back, and only then', () => {
  const isPartly = (note: string | undefined) => isPartlyBack({ outcome: 'put-back', note });
  expect(putBackNote(['gateway a -> b', 'MTU 1 -> 2'])).toBe('put back, but for: gateway a -> b; MTU 1 -> 2');
  expect(isPartly(putBackNote(['gateway a -> b']))).toBe(true);
  expect(isPartly(revertedNote('esx01.lab.local', ['gateway a -> b']))).toBe(true);
  for (const whole of [putBackNote([]), revertedNote('esx01', []), '8 of 8 pings at 9000 bytes answer'])
    expect(isPartly(whole)).toBe(false);
  expect(isPartlyBack({ outcome: 'kept', note: putBackNote(['x']) })).toBe(false);
});
