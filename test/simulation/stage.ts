// Stories that are told at the same time: each waits for the next turn, and the next turn waits for all of them.

export type Stage = {
  /** For a story: resolves when the next turn is over. */
  nextTurn(): Promise<void>;
  /** Until every story has ended. Rejects with what broke first, a story or a turn. */
  play(stories: (() => Promise<void>)[], turn: () => Promise<void>): Promise<void>;
};

export function createStage(): Stage {
  const now = { waiting: [] as (() => void)[], live: 0, broken: [] as unknown[], wake: () => undefined as void };
  const tell = async (story: () => Promise<void>): Promise<void> => {
    try {
      await story();
    } catch (error) {
      now.broken.push(error);
    } finally {
      now.live -= 1;
      now.wake();
    }
  };
  return {
    nextTurn: () =>
      new Promise<void>((resolve) => {
        now.waiting.push(resolve);
        now.wake();
      }),
    async play(stories, turn) {
      now.live = stories.length;
      for (const story of stories) void tell(story);
      while (now.live > 0 && now.broken.length === 0) {
        if (now.waiting.length < now.live) {
          await new Promise<void>((resolve) => {
            now.wake = resolve;
          });
          continue;
        }
        await turn();
        for (const resolve of now.waiting.splice(0)) resolve();
      }
      const [first] = now.broken;
      if (first !== undefined) throw first;
    },
  };
}
