// Made at the first comparison: it loads tables of the language, for some milliseconds.
let collator: Intl.Collator | undefined;

/** Order of names as people count: esx2 before esx10. Different names never compare as equal. */
export function compareNaturally(left: string, right: string): number {
  collator ??= new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const order = collator.compare(left, right);
  if (order !== 0) return order;
  return left < right ? -1 : Number(left > right);
}
