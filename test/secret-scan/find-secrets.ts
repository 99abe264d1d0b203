import { SECRET_SHAPES } from '../../shared/domain/secret-shapes.ts';

/** `sample`: enough to find it again, not enough to use it. Lines count from 1. */
export type Finding = { what: string; line: number; sample: string };

/** Letters, digits and signs without a break, as keys and tokens are. */
const WORD = /[A-Za-z0-9+/_=.~-]{24,}/g;
/** Bits a letter, of random text of such a length in base64; words, paths and identifiers have less. */
const ENTROPY_MIN = 4.6;
const KINDS = [/[a-z]/, /[A-Z]/, /\d/];
/** What parts a word into names that people have given. */
const JOINTS = /[-/_.=~+]/;

/** What looks like a secret: by its shape, by standing among `known` (the secrets of a test, of the lab), or because
 * nobody could have thought of it. */
export function findSecrets(text: string, known: readonly string[] = []): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const at = (what: string, sample: string) => ({ what, line: index + 1, sample: `${sample.slice(0, 8)}…` });
    const shaped = SECRET_SHAPES.flatMap(({ name, pattern }) => {
      const [found] = pattern.exec(line) ?? [];
      return found === undefined ? [] : [at(name, found)];
    });
    const told = known.filter((secret) => line.includes(secret)).map((secret) => at('a known secret', secret));
    const random = [...line.matchAll(WORD)].filter(([word]) => isRandom(word)).map(([word]) => at('random text', word));
    return [...shaped, ...told, ...random];
  });
}

function isRandom(word: string): boolean {
  const longest = word.split(JOINTS).reduce((max, part) => (part.length > max.length ? part : max), '');
  return longest.length >= 20 && KINDS.every((kind) => kind.test(longest)) && entropyOf(longest) >= entropyMin(longest);
}

/** A short text can't have as much as a long one. */
const entropyMin = (text: string): number => Math.min(ENTROPY_MIN, Math.log2(text.length) - 0.35);

function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0);
}
