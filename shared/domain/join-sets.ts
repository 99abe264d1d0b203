/** Puts 0 to `count` - 1 into sets: `joinAll` calls `join` for each two that belong together. The answer has, for each,
 * the smallest of its set. */
export function joinSets(count: number, joinAll: (join: (a: number, b: number) => void) => void): number[] {
  const parents = Array.from({ length: count }, (_, index) => index);
  const find = (one: number): number => {
    let root = one;
    while ((parents[root] ?? root) !== root) root = parents[root] ?? root;
    // Next time the way is short.
    parents[one] = root;
    return root;
  };
  joinAll((a, b) => {
    if (a < 0 || b < 0) return;
    const [left, right] = [find(a), find(b)];
    parents[Math.max(left, right)] = Math.min(left, right);
  });
  return parents.map((_, index) => find(index));
}
