// Where the records of a LevelDB log begin and end (its log_format.md): blocks of 32 KB, each fragment behind a header of
// seven bytes: checksum, length, kind.
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** Byte offsets; `end` is that of the first byte behind it. Each record is one write of the table. */
export type LogRecord = { start: number; end: number };

/** The whole records of a log. */
export function readRecords(log: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  let start = 0;
  let at = 0;
  while (at + HEADER_BYTES <= log.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    // Too short for a header, so it is padded.
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    const kind = log[at + 6];
    const end = at + HEADER_BYTES + log.readUInt16LE(at + 4);
    if (kind === FULL || kind === FIRST) start = at;
    if (end > log.length) break;
    if (kind === FULL || kind === LAST) records.push({ start, end });
    at = end;
  }
  return records;
}
