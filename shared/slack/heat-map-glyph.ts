/** The parts of path data that marks are drawn with, and which of their numbers are a place or a length. */
const KINDS: Record<string, ('x' | 'y' | 'length' | 'flag')[]> = {
  M: ['x', 'y'],
  L: ['x', 'y'],
  H: ['x'],
  V: ['y'],
  h: ['length'],
  v: ['length'],
  A: ['length', 'length', 'flag', 'flag', 'flag', 'x', 'y'],
};

/** Path data drawn for a square with the side 100, as it is for the square of `side` pixels at `x`, `y`. */
export function glyphAt(path: string, { x, y, side }: { x: number; y: number; side: number }): string {
  const scale = side / 100;
  const place = { x: (n: number) => x + n * scale, y: (n: number) => y + n * scale, length: (n: number) => n * scale };
  return path.replaceAll(/([A-Za-z])([^A-Za-z]*)/g, (_, command: string, rest: string) => {
    const kinds = KINDS[command] ?? [];
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map((digits, index) => {
      const kind = kinds[index % kinds.length] ?? 'flag';
      return kind === 'flag' ? digits : String(Math.round(place[kind](Number(digits)) * 10) / 10);
    });
    return `${command}${numbers.join(' ')}`;
  });
}
