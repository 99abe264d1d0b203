// `npm run audit-log -- verify --data DIR` and `npm run audit-log -- export FILE --table NAME`.
import { open } from 'node:fs/promises';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sha256 } from '../../functions/sha256.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { readChain, verifyStoredChain } from '../../shared/app/verify-audit.ts';
import { OpsError } from '../../shared/errors.ts';
import type { AuditStore } from '../../shared/ports.ts';
import { exitCodeOfError, renderError } from './exit-error.ts';
import { openRowPlace, parsePlace, type RowPlaceOptions } from './row-place.ts';

type AuditLogOptions = RowPlaceOptions & ({ does: 'verify' } | { does: 'export'; file: string });

const BROKEN = 1;

try {
  process.exitCode = await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(renderError(error));
  process.exitCode = exitCodeOfError(error);
}

function parseOptions(args: string[]): AuditLogOptions {
  const remedy = 'Say npm run audit-log -- verify, or export FILE, with --data DIR or --table NAME behind it.';
  const wrong = (message: string) => new OpsError('usage', message, { retry: 'never', remedy });
  const { place, words } = parsePlace(args, wrong);
  const [does, file, ...more] = words;
  if (does === 'verify' && file === undefined) return { ...place, does };
  if (does === 'export' && file !== undefined && more.length === 0) return { ...place, does, file };
  throw wrong(
    does === 'export' ? 'Name one file to export to.' : `${does ?? 'Nothing'} can't be done with the audit log.`,
  );
}

async function run(options: AuditLogOptions): Promise<number> {
  const place = await openRowPlace(options);
  try {
    const { auditLog } = createDynamoStore({ client: DynamoDBDocumentClient.from(place.client), table: place.table });
    return await (options.does === 'verify' ? verify(auditLog) : exportLog(auditLog, options.file));
  } finally {
    await place.close();
  }
}

async function verify(auditLog: AuditStore): Promise<number> {
  let isWhole = true;
  for (const chain of await auditLog.chains()) {
    const verdict = await verifyStoredChain(auditLog, sha256, chain);
    isWhole &&= verdict.kind === 'whole';
    const text =
      verdict.kind === 'whole' ? `WHOLE   ${verdict.entries} entries, head ${verdict.head}` : `BROKEN  ${verdict.why}`;
    process.stdout.write(`${chain}: ${text}\n`);
  }
  return isWhole ? 0 : BROKEN;
}

/** One entry a line, chain after chain. The file may be read by its owner only. */
async function exportLog(auditLog: AuditStore, file: string): Promise<number> {
  const output = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    const remedy = 'Name a file that does not exist, in a folder that does.';
    throw new OpsError('usage', `The file ${file} can't be made.`, { retry: 'never', remedy, cause });
  });
  let entries = 0;
  try {
    for (const chain of await auditLog.chains()) {
      for await (const page of readChain(auditLog, chain)) {
        await output.write(page.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
        entries += page.length;
      }
    }
  } finally {
    await output.close();
  }
  process.stdout.write(`${entries} entries exported\n`);
  return 0;
}
