import { randomInt } from 'node:crypto';
import type { Ids } from '../shared/ports.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Ids from the system's source of randomness: about five bits a character. */
export const randomIds: Ids = {
  next: (length) => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
};
