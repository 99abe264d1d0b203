// Values that many keys of vmotion.yaml hold.
import { z } from 'zod';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const nameError = 'a name has letters, digits, - and _, begins with a letter or digit, and has at most 63 characters';
/** A name that people choose and type. */
export const nameSchema = z.string().regex(NAME, nameError);

/** Any text but none. */
export const text = (description: string) => z.string().min(1, 'must not be empty').describe(description);

/** A whole number within a range. */
export const wholeNumber = (range: { min: number; max: number }, description: string) => {
  const error = `must be a whole number from ${range.min} to ${range.max}`;
  return z.number(error).int(error).min(range.min, error).max(range.max, error).describe(description);
};
