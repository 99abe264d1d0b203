// How a checker says that a promise was broken.
export class Violation extends Error {}

export function violate(invariant: string, detail: string): never {
  throw new Violation(`${invariant}: ${detail}`);
}
