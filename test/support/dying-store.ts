// A worker that dies: from a given write on, nothing that it asks of its store has an effect any more.
import type { Store } from '../../shared/ports.ts';

/** Calls that only look. */
const READS = /^(find|list|last|chains)/;

/** `writes`: so many succeed once `isCounting`; the next one, and everything after it, throws. */
export function dyingStore(
  store: Store,
  { writes, isCounting }: { writes: number; isCounting: () => boolean },
): { store: Store; isDead: () => boolean } {
  let left = writes;
  let isDead = false;
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver);
        if (typeof value !== 'function') return value;
        return async (...values: unknown[]) => {
          if (!READS.test(String(key)) && isCounting() && !isDead) {
            left -= 1;
            isDead = left < 0;
          }
          if (isDead) throw new Error('the worker is dead');
          return Reflect.apply(value, target, values) as unknown;
        };
      },
    });
  const ports = Object.entries(store).map(([name, port]) => [name, mortal(port)]);
  return { store: Object.fromEntries(ports) as Store, isDead: () => isDead };
}
