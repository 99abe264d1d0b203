/** One change at a time on each host, in the order of arrival; hosts do not wait for each other. */
export type HostQueues = { run<T>(host: string, work: () => Promise<T>): Promise<T> };

export function createHostQueues(): HostQueues {
  const last = new Map<string, Promise<unknown>>();
  return {
    async run(host, work) {
      const before = last.get(host);
      const mine = before === undefined ? work() : before.then(work, work);
      last.set(host, mine);
      try {
        return await mine;
      } finally {
        if (last.get(host) === mine) last.delete(host);
      }
    },
  };
}
