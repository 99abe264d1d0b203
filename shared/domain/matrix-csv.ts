import type { Cell } from './matrix.ts';
import { type MatrixRow, matrixRows } from './matrix-rows.ts';

type Column = { name: string; of: (row: MatrixRow) => string | number | undefined };

const COLUMNS: Column[] = [
  { name: 'from_host', of: ({ from }) => from.host },
  { name: 'from_device', of: ({ from }) => from.device },
  { name: 'from_address', of: ({ from }) => from.address },
  { name: 'to_host', of: ({ to }) => to.host },
  { name: 'to_device', of: ({ to }) => to.device },
  { name: 'to_address', of: ({ to }) => to.address },
  { name: 'netstack', of: ({ from }) => from.netstack },
  { name: 'family', of: ({ family }) => family },
  { name: 'expected', of: ({ expected }) => expected },
  { name: 'result', of: ({ result }) => result },
  { name: 'as_expected', of: ({ asExpected }) => (asExpected ? 'yes' : 'no') },
  { name: 'path_mtu_bytes', of: ({ pathMtu }) => pathMtu },
  { name: 'round_trip_ms', of: ({ roundTripMs }) => roundTripMs },
  { name: 'loss_percent', of: ({ lossPercent }) => lossPercent },
  { name: 'detail', of: ({ detail }) => detail },
  { name: 'cause', of: ({ cause }) => cause },
];

/**
 * The matrix as CSV after RFC 4180: a header, then a line a cell, each ended by CRLF, in UTF-8 without a byte order
 * mark. Text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function matrixCsv(cells: Cell[]): string {
  const rows = matrixRows(cells).map((row) => COLUMNS.map((column) => toField(column.of(row))));
  return [COLUMNS.map(({ name }) => name), ...rows].map((fields) => `${fields.join(',')}\r\n`).join('');
}

// The first characters after which spreadsheets calculate, in half and full width: OWASP, "CSV Injection".
const FORMULA = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/;

function toField(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
