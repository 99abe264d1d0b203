/**
 * Lets callers of one key wait for each other, in the order in which they came; callers of other keys go on. Hosts of one
 * wave write to one job's row: among themselves they need not lose against each other.
 */
export function createOneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async function oneAtATime(key, work) {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    // Whoever comes next waits for the end of this one, not for its success.
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, over);
    try {
      return await mine;
    } finally {
      if (last.get(key) === over) last.delete(key);
    }
  };
}
