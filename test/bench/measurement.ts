/** `at-most` and `below` for what should be small, `at-least` for what should be large. */
export type Bound = { kind: 'at-most' | 'below' | 'at-least'; value: number };

/** One number, with its budget or with what it is compared to; one with neither only explains the others. */
export type Figure = {
  what: string;
  value: number;
  unit: string;
  bound?: Bound | undefined;
  /** The same done by other means, in the same run and unit. */
  peer?: { what: string; value: number } | undefined;
};

/** `progress` shows a person that the measurement goes on. Throws when something to be measured does not work. */
export type Measurement = { about: string; measure(progress: Progress): Promise<Figure[]> };
export type Progress = (what: string) => void;

export const atMost = (value: number): Bound => ({ kind: 'at-most', value });
export const below = (value: number): Bound => ({ kind: 'below', value });
export const atLeast = (value: number): Bound => ({ kind: 'at-least', value });

/** Whether the budget is kept; a figure without one always keeps it. */
export function isMet({ value, bound }: Figure): boolean {
  if (bound === undefined) return true;
  // Not a number is no result: it keeps no budget.
  if (bound.kind === 'at-most') return value <= bound.value;
  if (bound.kind === 'below') return value < bound.value;
  return value >= bound.value;
}
