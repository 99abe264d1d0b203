import { type AuditEntry, GENERAL_CHAIN } from '../domain/audit-entry.ts';
import type { CommandOf } from '../domain/command.ts';
import type { Reply } from '../domain/reply.ts';
import { clustersOf, findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { verifyStoredChain } from './verify-audit.ts';

/** As many as one private answer can hold; `npm run audit-log -- export` gives all. */
const EXPORTED_MAX = 60;

/** Verifies the chains of the clusters that may be named here, or shows the newest entries of them as JSON lines. */
export async function auditLogCommand(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'audit-log'>,
): Promise<Reply> {
  const here = clustersOf(parts.settings, request.channel);
  const wanted =
    command.cluster === undefined
      ? here
      : Object.values(parts.settings.clusters).filter(({ name }) => name === command.cluster);
  for (const cluster of wanted) {
    const denial = await findDenial(parts, cluster, command.verb, request);
    if (denial !== undefined) return denial;
  }
  const chains = wanted.map(({ name }) => name);
  return command.action === 'verify' ? verify(parts, command, chains) : newest(parts, chains);
}

async function verify({ store, sha256 }: EdgeParts, command: CommandOf<'audit-log'>, names: string[]): Promise<Reply> {
  // Requests that belong to no cluster stand in a chain of their own; only its hashes are looked at here.
  const all = command.cluster === undefined ? [...names, GENERAL_CHAIN] : names;
  const verdicts = [];
  for (const chain of all) verdicts.push({ chain, verdict: await verifyStoredChain(store.auditLog, sha256, chain) });
  return { kind: 'audit-verified', verdicts };
}

async function newest({ store }: EdgeParts, chains: string[]): Promise<Reply> {
  const entries: AuditEntry[] = [];
  let total = 0;
  for (const chain of chains) {
    const last = await store.auditLog.last(chain);
    if (last === undefined) continue;
    total += last.seq;
    entries.push(...(await store.auditLog.list(chain, Math.max(0, last.seq - EXPORTED_MAX), EXPORTED_MAX)));
  }
  const sorted = entries.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return { kind: 'audit-exported', chains, entries: sorted.slice(-EXPORTED_MAX), total };
}
