/** The candidate a person most likely meant, or `undefined` when none is near: about one slip in four letters.
 * A slip is a letter too many, too few, wrong, or swapped with its neighbour. Case does not count. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const slipsMax = Math.ceil(typed.length / 4);
  let best: { candidate: string; slips: number } | undefined;
  for (const candidate of candidates) {
    // As many slips at least as one is longer: no need to count them.
    if (Math.abs(typed.length - candidate.length) > slipsMax) continue;
    const slips = countSlips(typed.toLowerCase(), candidate.toLowerCase());
    if (slips <= slipsMax && slips < candidate.length && (best === undefined || slips < best.slips)) {
      best = { candidate, slips };
    }
  }
  return best?.candidate;
}

/** The Damerau-Levenshtein distance (optimal string alignment). */
function countSlips(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= right.length; column++) {
      const replaced = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = row > 1 && column > 1 && isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced, swapped));
    }
  }
  return at(left.length, right.length);
}
