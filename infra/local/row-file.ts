// The file of `npm run export`: a header, each row as DynamoDB spells it, and a footer that tells a whole file from a
// part of one.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { OpsError } from '../../shared/errors.ts';

export type Row = Record<string, AttributeValue>;

/** How many rows a whole file has, and the SHA-256 of their lines, each with its newline. */
export type RowFooter = { rows: number; sha256: string };

/** The first line. `schema` is the rows' own. */
export const ROW_FILE_HEADER = { file: 'vmotion-ops-rows', schema: 1 } as const;

const headerSchema = z.object({ file: z.literal(ROW_FILE_HEADER.file), schema: z.number().int() });
const footerSchema: z.ZodType<RowFooter> = z.strictObject({ rows: z.number().int().min(0), sha256: z.string() });
const rowSchema = z.looseObject({
  pk: z.object({ S: z.string().min(1) }),
  sk: z.object({ S: z.string().min(1) }),
}) as unknown as z.ZodType<Row>;

/** One line without its newline; bytes become base64, as in DynamoDB's own JSON. */
export function toRowLine(row: Row): string {
  return JSON.stringify(row, function (this: Record<string, unknown>, key, value: unknown) {
    // A Buffer has turned itself into an object by now; its holder still has the bytes.
    const bytes = this[key];
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : value;
  });
}

/** The row of a line. Throws `row-invalid` on what is none. */
function parseRowLine(line: string, origin: string): Row {
  const parsed = rowSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw invalid(origin, 'it is not a row', parsed.error);
}

/** Calls `use` with each row, in the file's order, and answers the footer. Throws `row-invalid` when the file is no
 * export, of a newer schema, cut short or changed: at the latest after its last row. */
export async function readRowFile(file: string, use: (row: Row) => Promise<void>): Promise<RowFooter> {
  const hash = createHash('sha256');
  let rows = 0;
  let held: string | undefined;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (number === 1) assertHeader(line, file);
    // The last line is the footer, which only the end of the file tells.
    else if (held !== undefined) {
      hash.update(`${held}\n`);
      rows += 1;
      await use(parseRowLine(held, `${file}:${number - 1}`));
    }
    if (number > 1) held = line;
  }
  const found = { rows, sha256: hash.digest('hex') };
  const footer = footerSchema.safeParse(parseJson(held ?? ''));
  if (!footer.success) throw invalid(file, 'it is cut short: its last line is no footer', footer.error);
  if (footer.data.rows === found.rows && footer.data.sha256 === found.sha256) return found;
  throw invalid(file, `its footer speaks of other rows than the ${found.rows} in it`, undefined);
}

function assertHeader(line: string, file: string): void {
  const header = headerSchema.safeParse(parseJson(line));
  if (!header.success) throw invalid(file, 'its first line is not that of an export', header.error);
  if (header.data.schema === ROW_FILE_HEADER.schema) return;
  throw new OpsError('row-invalid', `${file} has rows of schema ${header.data.schema}; this version knows schema 1.`, {
    retry: 'never',
    remedy: 'Import with the version of vmotion-ops that exported it, or a newer one.',
  });
}

function parseJson(text: string): unknown {
  try {
    // Every attribute of type B or BS is bytes; an attribute that is named so holds an object instead.
    return JSON.parse(text, (key, value: unknown) => {
      if (key === 'B' && typeof value === 'string') return Buffer.from(value, 'base64');
      if (key === 'BS' && Array.isArray(value)) return value.map((one) => Buffer.from(String(one), 'base64'));
      return value;
    });
  } catch {
    return undefined;
  }
}

function invalid(origin: string, why: string, cause: unknown): OpsError {
  return new OpsError('row-invalid', `${origin} can't be imported: ${why}.`, {
    retry: 'never',
    remedy: 'Export again with npm run export, and copy the file whole.',
    cause,
  });
}
