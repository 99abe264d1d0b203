// What Lambda's runtime does around a function: loads it, refuses what it refuses, hands it one event at a time.
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const startedAt = performance.now();
const { handler } = await import(pathToFileURL(`${process.cwd()}/index.mjs`).href);
if (typeof handler !== 'function') throw new Error('Runtime.HandlerNotFound');
// The runtime of Node 24 takes a third parameter for a callback, which it no longer has.
if (handler.length > 2) throw new Error('Runtime.CallbackHandlerDeprecated');
process.send({ ready: true, importMs: performance.now() - startedAt, files: readdirSync('.'), node: process.version });

process.on('message', async ({ id, event, timeLimitMs }) => {
  const endsAt = performance.now() + timeLimitMs;
  const context = {
    functionName: 'as-built',
    awsRequestId: id,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
  };
  try {
    process.send({ id, answer: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
