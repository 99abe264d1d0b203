/** The candidate a person most likely meant, or `undefined` when none is near: about one slip in four letters.
 * A slip is a letter too many, too few, wrong, or swapped with its neighbour. Case does not count. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  return nearestFew(typed, candidates, 1)[0];
}

/** At most `max` candidates that are near, the nearest first; equally near ones in the order of `candidates`. Beside the
 * nearest only those with the first letter that was typed, which few people miss: "alarn" is no slip of "plan". */
export function nearestFew(typed: string, candidates: readonly string[], max = 3): string[] {
  const slipsMax = Math.ceil(typed.length / 4);
  const near: { candidate: string; slips: number }[] = [];
  for (const candidate of new Set(candidates)) {
    // As many slips at least as one is longer: no need to count them.
    if (Math.abs(typed.length - candidate.length) > slipsMax) continue;
    const slips = countSlips(typed.toLowerCase(), candidate.toLowerCase());
    if (slips <= slipsMax && slips < candidate.length) near.push({ candidate, slips });
  }
  const [nearest, ...others] = near.toSorted((left, right) => left.slips - right.slips).map((one) => one.candidate);
  if (nearest === undefined) return [];
  const first = typed.charAt(0).toLowerCase();
  return [nearest, ...others.filter((one) => one.toLowerCase().startsWith(first))].slice(0, max);
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
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced, swapped));
    }
  }
  return at(left.length, right.length);
}
