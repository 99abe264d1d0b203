import type { Clock } from '../ports.ts';
import type { SoapTransport } from './transport.ts';

/** How long vCenter took, over all calls and for the slowest one, in whole milliseconds. */
export type SoapTimes = { soapMs: number; slowestMs: number };

/** The transport, and what its calls have taken so far; those that failed are counted too. */
export function createTimedTransport(transport: SoapTransport, clock: Clock): SoapTransport & { times(): SoapTimes } {
  const times: SoapTimes = { soapMs: 0, slowestMs: 0 };
  return {
    async post(request) {
      const begunAt = clock.now().getTime();
      try {
        return await transport.post(request);
      } finally {
        const tookMs = Math.max(0, clock.now().getTime() - begunAt);
        times.soapMs += tookMs;
        times.slowestMs = Math.max(times.slowestMs, tookMs);
      }
    },
    get: (path, timeoutMs) => transport.get(path, timeoutMs),
    close: () => transport.close(),
    times: () => ({ ...times }),
  };
}
