import { describe, expect, it } from 'vitest';
import { parseBuiltSettings, toBuiltSettings } from '../../shared/contracts/built-settings.ts';
import { labSettings } from '../support/world.ts';

describe('built settings', () => {
  it('are what vmotion.yaml says, after a deployment as before', () => {
    expect(parseBuiltSettings(toBuiltSettings(labSettings()), 'settings.json')).toEqual(labSettings());
  });

  it.each([
    { what: 'no JSON', text: 'vcenters:' },
    { what: 'nothing', text: '' },
    { what: 'null', text: 'null' },
    { what: 'another version', text: '{"format":"vmotion-ops settings 0","settings":{}}' },
    { what: 'no settings', text: '{"format":"vmotion-ops settings 1"}' },
  ])('are not read from $what', ({ text }) => {
    expect(() => parseBuiltSettings(text, 'settings.json')).toThrow('settings.json holds no settings of this version');
  });
});
