// What `/healthz` says, from the parts themselves and over HTTP.
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/system-clock.ts';
import { startEventSource } from '../../infra/local/event-source.ts';
import { createHealthBoard, type HealthPart } from '../../infra/local/health.ts';
import { startHttpFront } from '../../infra/local/http-front.ts';
import { LOCAL_AWS } from '../../infra/local/local-aws.ts';
import { type LocalPlace, startLocalPlace } from '../../infra/local/local-place.ts';
import { startTimer } from '../../infra/local/timers.ts';
import { VERSION } from '../../shared/domain/version.ts';
import { createJsonLog, silentLog } from '../../shared/log.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function startPlace(): Promise<LocalPlace> {
  const place = await startLocalPlace({
    port: 0,
    hosts: 2,
    scenarios: [],
    latency: 'none',
    tickMs: 50,
    env: {},
    log: silentLog,
  });
  return place;
}

describe('the health of the local place', () => {
  it('is ready with its version while everything is alive', async () => {
    const place = await startPlace();
    undo.push(() => place.stop());
    const answer = await fetch(place.healthUrl);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: 'ready',
      version: VERSION,
      parts: {
        table: 'ok',
        queue: 'ok',
        'poller of jobs': 'ok',
        'poller of jobs-dead': 'ok',
        'poller of notices': 'ok',
        'poller of cards': 'ok',
        'poller of notices-dead': 'ok',
        'poller of cards-dead': 'ok',
        clock: 'ok',
      },
    });
  });

  it('says that it stops before the last part of it has', async () => {
    const place = await startPlace();
    const stopped = place.stop();
    const answer = await fetch(place.healthUrl).catch(() => undefined);
    await stopped;
    // It may be gone already; what it must not say any more is that it is ready.
    expect([undefined, 503]).toContain(answer?.status);
  });
});

describe('the health board', () => {
  const part = (name: string, trouble: HealthPart['trouble']): HealthPart => ({ name, trouble });

  it('is starting before it was told its parts, and then as well as the worst of them', async () => {
    const board = createHealthBoard();
    expect(await board.health()).toMatchObject({ status: 'starting', parts: {} });
    const parts = [part('table', () => undefined), part('clock', async () => 'its last run failed')];
    board.ready(parts);
    expect(await board.health()).toMatchObject({
      status: 'failing',
      parts: { table: 'ok', clock: 'its last run failed' },
    });
    board.ready(parts.slice(0, 1));
    expect(await board.health()).toMatchObject({ status: 'ready' });
    board.stopping();
    expect(await board.health()).toMatchObject({ status: 'stopping', parts: { table: 'ok' } });
  });

  it('waits for no part for long, and repeats nothing of what an error says', async () => {
    const board = createHealthBoard();
    const refused = Object.assign(new Error('password=hunter2'), { name: 'ConnectionError' });
    board.ready([part('queue', () => new Promise(() => undefined)), part('table', () => Promise.reject(refused))]);
    const { status, parts } = await board.health();
    expect(status).toBe('failing');
    expect(parts['queue']).toContain('no answer within');
    expect(parts['table']).toBe('does not answer: ConnectionError');
  });

  it.each([
    { status: 'starting', code: 503 },
    { status: 'ready', code: 200 },
    { status: 'failing', code: 503 },
    { status: 'stopping', code: 503 },
  ] as const)('answers $code over HTTP while it is $status', async ({ status, code }) => {
    const health = async () => ({ status, version: VERSION, parts: {} });
    const front = await startHttpFront({ port: 0, health, log: silentLog });
    undo.push(() => front.stop());
    const answer = await fetch(`${front.url}/healthz`);
    expect({ code: answer.status, body: await answer.json() }).toMatchObject({ code, body: { status } });
  });
});

describe('a part in trouble', () => {
  it('is a poller whose queue can’t be reached', async () => {
    // Port 1 of this machine: nobody listens there.
    const client = new SQSClient({ ...LOCAL_AWS, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    const noticed = Promise.withResolvers<void>();
    const source = startEventSource({
      name: 'jobs',
      client,
      queueUrl: 'http://127.0.0.1:1/000000000000/jobs.fifo',
      handler: async () => undefined,
      timeLimitMs: 1000,
      maximumConcurrency: 1,
      retrySeconds: () => 1,
      clock: {
        ...systemClock,
        sleep: (ms, signal) => (noticed.resolve(), systemClock.sleep(Math.min(ms, 10), signal)),
      },
      log: silentLog,
    });
    await noticed.promise;
    expect(source.trouble()).toContain('can’t be reached');
    await source.stop();
    expect(source.trouble()).toBe('takes no more messages');
  });

  it('is a timer whose last run failed, until one succeeds', async () => {
    let fails = true;
    const failed = Promise.withResolvers<void>();
    const log = createJsonLog(() => failed.resolve());
    const mended = Promise.withResolvers<void>();
    const run = async () => {
      if (fails) throw new Error('broken');
      mended.resolve();
    };
    const timer = startTimer({ name: 'clock', everyMs: 1, run, log });
    await failed.promise;
    expect(timer.trouble()).toBe('its last run failed');
    fails = false;
    await mended.promise;
    await timer.stop();
    expect(timer.trouble()).toBeUndefined();
  });
});
