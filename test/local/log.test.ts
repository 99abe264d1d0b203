import { describe, expect, it } from 'vitest';
import { createJsonLog } from '../../shared/log.ts';

describe('a line of the log', () => {
  it('keeps its own time, level and event, whatever fields are called', () => {
    const lines: string[] = [];
    const log = createJsonLog((line) => lines.push(line), { event: 'base', function: 'worker' });
    log.error('slice-failed', { event: 'other', level: 'info', time: 'never', jobId: 'j-1' });
    const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(line).toMatchObject({ level: 'error', event: 'slice-failed', function: 'worker', jobId: 'j-1' });
    expect(Date.parse(line['time'] ?? '')).not.toBeNaN();
    // Read by people, from the left.
    expect(Object.keys(line).slice(0, 3)).toEqual(['time', 'level', 'event']);
  });
});
