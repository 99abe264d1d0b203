/**
 * Ends the process when something fails that nobody waits for, having called `say` for the exit code. The embedded table
 * fails in this way when its files can't be written. Going on would be worse: LevelDB would append behind a record that
 * was cut short, and drop all of it at the next start. What it had acknowledged before is whole.
 */
export function endWithLastWords(say: (error: unknown) => number): void {
  process.on('uncaughtException', (error) => process.exit(say(error)));
}
