import type { FunctionContext } from './worker.ts';

type Handler<E, A> = (event: E, context: FunctionContext) => Promise<A>;

/** A handler that is built at its first event. A build that failed is tried again at the next one. */
export function lazily<E, A>(build: () => Promise<Handler<E, A>>): Handler<E, A> {
  let built: Promise<Handler<E, A>> | undefined;
  // Two parameters: Lambda's runtime refuses handlers that take a callback.
  return async (event, context) => {
    built ??= build();
    try {
      const handle = await built;
      return await handle(event, context);
    } catch (error) {
      await built.catch(() => {
        built = undefined;
      });
      throw error;
    }
  };
}
