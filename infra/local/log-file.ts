import { openSync, writeSync } from 'node:fs';

/** Appends lines to the file, each at once, so that a process that is killed has said what it did. A line that can't be
 * written goes to `instead`, and the next one is tried again: a full disk must not end the process by its log. */
export function createLogFile(path: string, instead: (line: string) => void): (line: string) => void {
  let file: number | undefined;
  return (line) => {
    try {
      file ??= openSync(path, 'a', 0o600);
      writeSync(file, line);
    } catch {
      instead(line);
    }
  };
}
