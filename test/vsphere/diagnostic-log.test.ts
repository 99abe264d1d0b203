import { describe, expect, it } from 'vitest';
import { createFakeVcenter } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const HOST = { type: 'HostSystem', value: 'host-1' };
const KEY = 'vmkernel';
const line = (number: number) => `line ${number}`;

type Log = { length: number; pageMax?: number; saysEnd?: boolean; afterProbe?: (log: Log) => void };

/** A host with one log of numbered lines. `saysEnd: false`: past the end it only repeats the question. */
function serve(log: Log) {
  const fake = createFakeVcenter();
  const info = { label: 'l', summary: 's' };
  fake.answers['QueryDescriptions'] = () => [
    { key: 'vmksummary', fileName: 'f', creator: 'vmkernel', format: 'xml', mimeType: 'text/xml', info },
    { key: KEY, fileName: 'f', creator: 'vmkernel', format: 'plain', mimeType: 'text/plain', info },
  ];
  fake.answers['BrowseDiagnosticLog'] = ({ parameters }) => {
    const { start, lines } = parameters as { start: number; lines: number };
    const count = Math.max(0, Math.min(lines, log.pageMax ?? 500, log.length - start + 1));
    const lineText = Array.from({ length: count }, (_, index) => line(start + index));
    const beyond = log.saysEnd === false ? start - 1 : log.length;
    const answer = { lineStart: start, lineEnd: count > 0 ? start + count - 1 : beyond, lineText };
    log.afterProbe?.(log);
    return answer;
  };
  return fake;
}

const read = (log: Log, lines: number, key = KEY) => {
  const fake = serve(log);
  return inSession(fake, async (session) => {
    const before = session.calls;
    const tail = await session.readLog(HOST, { key, lines });
    return { ...tail, calls: session.calls - before };
  });
};

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

describe('the end of a log', () => {
  it('is read in three calls, however long the log', async () => {
    const { lines, isRotated, calls } = await read({ length: 1_000_000 }, 3);
    expect(lines).toEqual(['line 999998', 'line 999999', 'line 1000000']);
    expect({ isRotated, calls }).toEqual({ isRotated: false, calls: 3 });
  });

  it('is put together from as many pages as vCenter makes of it', async () => {
    const { lines } = await read({ length: 2_000, pageMax: 7 }, 100);
    expect(lines).toEqual(range(1_901, 2_000));
  });

  it('is all there is of a log that began anew a while ago', async () => {
    expect(await read({ length: 5 }, 10)).toMatchObject({ lines: range(1, 5), isRotated: true });
    expect(await read({ length: 10 }, 10)).toMatchObject({ lines: range(1, 10), isRotated: false });
  });

  it('is empty for a log without a line', async () => {
    expect(await read({ length: 0, saysEnd: false }, 10)).toMatchObject({ lines: [], isRotated: true });
  });

  it('is searched for where the host does not say where it is', async () => {
    const { lines, calls } = await read({ length: 123_456, saysEnd: false, pageMax: 500 }, 3);
    expect(lines).toEqual(range(123_454, 123_456));
    expect(calls).toBeLessThan(40);
  });

  it('moves on while it is read', async () => {
    let calls = 0;
    const afterProbe = (log: Log) => {
      calls += 1;
      if (calls === 1) log.length += 2;
    };
    expect((await read({ length: 100, afterProbe }, 5)).lines).toEqual(range(98, 102));
  });

  it('is that of the new log when it begins anew while it is read', async () => {
    const afterProbe = (log: Log) => {
      log.length = 4;
    };
    expect(await read({ length: 100, afterProbe }, 10)).toMatchObject({ lines: range(1, 4), isRotated: true });
  });

  it.each(['vmksummary', 'nonsense'])(
    'of %s, which is no plain text here, is refused with what there is',
    async (key) => {
      await expect(read({ length: 1 }, 1, key)).rejects.toMatchObject({
        code: 'vcenter-object-gone',
        message: `vCenter gives no log "${key}" of host-1; it gives vmkernel.`,
      });
    },
  );
});
