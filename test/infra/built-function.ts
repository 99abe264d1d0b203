// A built function in a process of its own, with nothing of the project in reach.
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('runtime-host.mjs', import.meta.url));

export type BuiltFunction = {
  /** What the process found at its start. */
  started: { importMs: number; files: string[]; node: string };
  /** Rejects with the function's own stack when it throws. */
  invoke<Answer>(event: unknown, timeLimitMs: number): Promise<Answer>;
  /** Everything the function has written. */
  output(): string;
  stop(): Promise<void>;
};

type Report = { ready?: true; id?: string; answer?: unknown; error?: string } & BuiltFunction['started'];

/** `folder`: what Lambda would unpack. `env`: the whole environment, of which nothing is inherited. */
export async function startBuiltFunction(folder: string, env: Record<string, string>): Promise<BuiltFunction> {
  const host = join(dirname(folder), 'runtime-host.mjs');
  copyFileSync(HOST, host);
  const child = fork(host, { cwd: folder, env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const waiting = new Map<string, (report: Report) => void>();
  child.on('message', (report: Report) => waiting.get(report.id ?? 'ready')?.(report));
  const started = await new Promise<Report>((resolve, reject) => {
    waiting.set('ready', resolve);
    child.once('exit', (code) => reject(new Error(`the function ended with ${code}: ${output}`)));
  });
  return {
    started,
    output: () => output,
    async invoke<Answer>(event: unknown, timeLimitMs: number) {
      const report = await ask(child, waiting, { event, timeLimitMs });
      if (report.error !== undefined) throw new Error(`${report.error}\n${output}`);
      return report.answer as Answer;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

function ask(child: ChildProcess, waiting: Map<string, (report: Report) => void>, request: object): Promise<Report> {
  const id = randomUUID();
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the function ended while it was asked'));
    child.once('exit', ended);
    waiting.set(id, (report) => {
      child.off('exit', ended);
      waiting.delete(id);
      resolve(report);
    });
    child.send({ id, ...request });
  });
}
