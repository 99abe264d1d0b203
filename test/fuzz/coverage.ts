import { Session } from 'node:inspector/promises';

/** Which branches have run since it was last asked: V8's own counts, of the files that count. */
export type Coverage = { take(): Promise<Set<string>>; stop(): Promise<void> };

export async function startCoverage(covers: RegExp): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const ranges = result
        .filter(({ url }) => covers.test(url))
        .flatMap(({ url, functions }) =>
          functions.flatMap(({ ranges: all }) => all.map((range) => ({ url, ...range }))),
        );
      return new Set(ranges.filter(({ count }) => count > 0).map(keyOf));
    },
    async stop() {
      await session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

/** How often counts too, roughly: twice is not as often as a hundred times. */
function keyOf({
  url,
  startOffset,
  endOffset,
  count,
}: {
  url: string;
  startOffset: number;
  endOffset: number;
  count: number;
}) {
  return `${url}:${startOffset}-${endOffset}*${Math.min(4, Math.floor(Math.log2(count) / 2))}`;
}
