const INTERRUPTED = 130;

/** Resolves at the first Ctrl-C or SIGTERM, having called `say`. A second one ends the process at once. */
export async function untilInterrupted(say: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    let isInterrupted = false;
    const interrupt = () => {
      if (isInterrupted) process.exit(INTERRUPTED);
      isInterrupted = true;
      say();
      resolve();
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
  });
}
