// A host's logs through vCenter: the only way to them without the host's own password.
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

export type LogTail = { lines: string[]; isRotated: boolean };

type Header = Vim<'DiagnosticManagerLogHeader'>;
type Log = { browse(start: number, lines: number): Promise<Header> };

/** The most lines vCenter gives at once. */
const PAGE_LINES = 500;
const PAGES_MAX = 200;
/** Past the end of every log: the answer holds no lines and says where the end is. */
const PAST_THE_END = 2 ** 31 - 1;
/** Halvings that find the end among all the numbers a line may have. */
const SEARCH_MAX = 32;

/**
 * The last `lines` lines of a log, oldest first. `isRotated`: there are fewer, or it began anew while it was read; the
 * older ones are in files that vCenter does not give. DiagnosticManager.QueryDescriptions and BrowseDiagnosticLog.
 */
export async function readLogTail(
  session: Session,
  host: Moref,
  { key, lines }: { key: string; lines: number },
): Promise<LogTail> {
  const log = await openLog(session, host, key);
  const end = await findEnd(log);
  const tail = await readLines(log, { from: Math.max(1, end - lines + 1), to: end });
  // Where its end was a moment ago, a log that has begun anew has no lines yet.
  const isNew = tail.length === 0 && end > 0;
  const found = isNew ? await readLines(log, { from: 1, to: PAST_THE_END }) : tail;
  return { lines: found.slice(-lines), isRotated: isNew || found.length < lines };
}

async function openLog(session: Session, host: Moref, key: string): Promise<Log> {
  const manager = session.content.diagnosticManager;
  const about = host.value;
  const options = { about, budget: session.createReadBudget() };
  if (manager === undefined) throw noSuchLog(host, key, []);
  const descriptions = await session.call('QueryDescriptions', manager, { host }, options);
  const plain = descriptions.filter(({ format }) => format === 'plain').map((one) => one.key);
  if (!plain.includes(key)) throw noSuchLog(host, key, plain);
  return {
    browse: (start, lines) => session.call('BrowseDiagnosticLog', manager, { host, key, start, lines }, options),
  };
}

/** The number of the last line; 0 for an empty log. */
async function findEnd(log: Log): Promise<number> {
  const { lineEnd } = await log.browse(PAST_THE_END, 1);
  if (lineEnd > 0 && lineEnd < PAST_THE_END - 1) return lineEnd;
  // A host that only repeats the question: the last line is searched for, ever closer.
  let [known, beyond] = [0, PAST_THE_END];
  for (let step = 0; step < SEARCH_MAX && beyond - known > 1; step += 1) {
    // Logs are short beside the numbers possible, so at first the distance from the known end doubles.
    const at = beyond === PAST_THE_END ? Math.min(known * 2 + 1024, beyond - 1) : Math.floor((known + beyond) / 2);
    const { lineText } = await log.browse(at, 1);
    if (lineText.length > 0) known = at;
    else beyond = at;
  }
  return known;
}

/** At least to the line `to`, where the log has that many: a page says where itself ends, not where the log does. */
async function readLines(log: Log, { from, to }: { from: number; to: number }): Promise<string[]> {
  const lines: string[] = [];
  for (let page = 0; page < PAGES_MAX && from + lines.length <= to; page += 1) {
    const { lineText } = await log.browse(from + lines.length, PAGE_LINES);
    if (lineText.length === 0) break;
    lines.push(...lineText);
  }
  return lines;
}

function noSuchLog(host: Moref, key: string, keys: string[]): OpsError {
  const have = keys.length === 0 ? 'no logs' : keys.join(', ');
  return new OpsError('vcenter-object-gone', `vCenter gives no log "${key}" of ${host.value}; it gives ${have}.`, {
    retry: 'never',
    remedy: "Read the log on the host itself, and check the account's privilege Global.Diagnostics on the vCenter.",
  });
}
