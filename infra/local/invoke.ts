import { randomUUID } from 'node:crypto';

/** The part of Lambda's context that the functions use. */
export type LocalContext = { functionName: string; awsRequestId: string; getRemainingTimeInMillis(): number };

/** Runs a function as Lambda does: with a clock that counts down, and an error when its time is over. What still runs
 * then can't be killed inside one process, so it is left behind, as a paused Lambda is. */
export async function invoke<T>(call: {
  name: string;
  timeLimitMs: number;
  run: (context: LocalContext) => Promise<T>;
}): Promise<T> {
  const endsAt = performance.now() + call.timeLimitMs;
  const context: LocalContext = {
    functionName: call.name,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const message = `${call.name} ran longer than its ${call.timeLimitMs} ms`;
    timer = setTimeout(() => reject(new Error(message)), call.timeLimitMs);
  });
  try {
    return await Promise.race([call.run(context), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
