/**
 * Runs `work` on every item, at most `limit` at once. All that were begun come to their end before an error is thrown,
 * so that nothing goes on behind the caller's back; after an error nothing new is begun.
 */
export async function mapLimited<T>(items: T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const next = items.values();
  const errors: unknown[] = [];
  const worker = async () => {
    for (const item of next) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (errors.length > 0) throw errors[0];
}
