import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { outsideText } from './outside-text.ts';

/** Names in monospace, the first `namesMax` of them, and how many more there are. */
export function nameList(names: string[], namesMax = 12): string {
  const shown = names.slice(0, namesMax).map((name) => code(cutPlain(name, 60)));
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}

/** A host and what there is to say about it, its name once. mrkdwn. */
export function hostNote(host: { name: string }, note: string): string {
  const rest = note.startsWith(`${host.name} `) ? ` ${note.slice(host.name.length + 1)}` : `: ${note}`;
  return `${code(cutPlain(host.name, 80))}${outsideText(cutPlain(rest, 300))}`;
}

/** Pads every column but the last to its widest cell, so that rows align in monospace. Wide cells are cut. */
export function alignRows(rows: string[][], cellCharsMax = 44): string[] {
  const cut = rows.map((row) =>
    row.map((cell, index) => (index < row.length - 1 ? cutPlain(cell, cellCharsMax) : cell)),
  );
  const columns = Math.max(0, ...cut.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...cut.map((row) => row[column]?.length ?? 0)),
  );
  return cut.map((row) =>
    row
      .map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join('  ')
      .trimEnd(),
  );
}
