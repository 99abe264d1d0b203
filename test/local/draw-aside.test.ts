// One process of the local place draws pictures and answers Slack: a picture of 64 hosts does not hold it.
import { expect, it } from 'vitest';
import { createDrawAside } from '../../infra/local/draw-aside.ts';
import { createJsonLog } from '../../shared/log.ts';
import { renderHeatMap } from '../../shared/slack/heat-map.ts';
import { aHeatMapInput, LOST, numberOf, someEnds, someMatrix } from '../slack/a-matrix.ts';

const LIMIT = 60_000;
const input = aHeatMapInput(someMatrix(someEnds(64), 'routed', (from) => (numberOf(from) === 12 ? LOST : undefined)));

function aPlace(thread?: string) {
  const logged: string[] = [];
  const log = createJsonLog((line) => logged.push(line));
  return { logged, draw: createDrawAside({ drawHere: renderHeatMap, log }, thread) };
}

it('draws what the process itself would, and lets it do other things meanwhile', { timeout: LIMIT }, async () => {
  const { draw, logged } = aPlace();
  let turns = 0;
  // Counted in turns, not by the clock: a process that is held has one or two.
  const timer = setInterval(() => (turns += 1), 5);
  const { png } = await draw(input).finally(() => clearInterval(timer));
  expect(turns).toBeGreaterThan(10);
  expect(Buffer.compare(png, (await renderHeatMap(input)).png)).toBe(0);
  expect(logged).toEqual([]);
});

it('draws it itself where the thread does not start', async () => {
  const { draw, logged } = aPlace('/nowhere/draw-thread.ts');
  const small = aHeatMapInput(someMatrix(someEnds(3), 'routed'));
  expect(Buffer.compare((await draw(small)).png, (await renderHeatMap(small)).png)).toBe(0);
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ event: 'picture-thread-failed', jobId: 'j-7f3k9c' }]);
});
