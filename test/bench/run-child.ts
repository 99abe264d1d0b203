import { type ChildProcess, spawn } from 'node:child_process';

export type ChildResult = { exitCode: number | null; stdout: string; ms: number };
export type ChildOptions = {
  env?: Record<string, string> | undefined;
  /** Called with all output so far whenever there is more of it. */
  onOutput?: ((stdout: string, child: ChildProcess) => void) | undefined;
};

const TIMEOUT_MS = 120_000;

/** Runs Node, the one that runs this, until it ends. What it writes to stderr is shown only where it failed. */
export function runChild(args: string[], { env = {}, onOutput }: ChildOptions = {}): Promise<ChildResult> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
      onOutput?.(stdout, child);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.once('error', reject);
    child.once('close', (exitCode) => {
      if (exitCode !== 0) process.stderr.write(stderr);
      resolve({ exitCode, stdout, ms: performance.now() - begin });
    });
  });
}
