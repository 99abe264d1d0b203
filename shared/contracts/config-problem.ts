// What is wrong in vmotion.yaml, where, and what to write instead.
import { z } from 'zod';
import { configPath } from '../domain/config-path.ts';
import { nearest } from '../domain/nearest.ts';

export type ConfigPlace = (string | number)[];

/** `message` continues the sentence that begins with the place: "must be 1280 to 9000". `meant`: the key that a wrong
 * one may have been meant as. */
export type ConfigProblem = {
  at: ConfigPlace;
  message: string;
  remedy?: string | undefined;
  meant?: string | undefined;
};

/** The problems of shape that zod found in `content`, one for each wrong place. */
export function toProblems(error: z.ZodError, schema: z.ZodType, content: unknown): ConfigProblem[] {
  const issues = error.issues.flatMap((issue) => withoutUnion(issue, content));
  const problems = issues.flatMap((issue): ConfigProblem[] => {
    const at = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey([...at, key], listKeys(schema, at)));
    if (issue.code === 'invalid_key')
      return [{ at, message: `can't be a name here: ${issue.issues[0]?.message ?? ''}` }];
    return [{ at, message: describe(issue, find(content, at)) }];
  });
  // A key with a slip is one mistake, not also a missing key.
  return problems.filter(({ at, message }) => message !== MISSING || !problems.some((other) => isMeantAs(other, at)));
}

const MISSING = 'is missing';

function isMeantAs({ at, meant }: ConfigProblem, missing: ConfigPlace): boolean {
  return meant !== undefined && configPath([...at.slice(0, -1), meant]) === configPath(missing);
}

function unknownKey(at: ConfigPlace, known: string[]): ConfigProblem {
  const key = String(at.at(-1));
  if (/passw|token|^user/i.test(key)) {
    const remedy = 'Keep passwords out of this file: `secret` names the place where user and password are.';
    return { at, message: 'is not a key of this file', remedy };
  }
  const meant = nearest(key, known);
  if (meant !== undefined) return { at, message: `is not a key here; did you mean ${meant}?`, meant };
  return { at, message: `is not a key here; the keys are ${known.join(', ')}` };
}

type Issue = z.core.$ZodIssue;

/** A map where a word would do as well: what is wrong inside it says more than that neither fits. */
function withoutUnion(issue: Issue, content: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const at = issue.path.filter((part) => typeof part !== 'symbol');
  if (!isMap(find(content, at))) return [issue];
  const inside = issue.errors.find((branch) => branch.every((one) => !isOfWhole(one)));
  return inside === undefined ? [issue] : inside.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** The value is of another kind altogether: no text, no such word. */
function isOfWhole(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys';
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(issue: Issue, value: unknown): string {
  if (value === undefined) return MISSING;
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return `must be ${NOUNS[issue.expected] ?? issue.expected}, not ${nounOf(value)}`;
  }
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid input')) {
    return `must be ${issue.values.map(String).join(' or ')}`;
  }
  return typeof value === 'number' ? `${issue.message}, not ${value}` : issue.message;
}

const NOUNS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of names',
  array: 'a list',
};

function nounOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return NOUNS[typeof value] ?? typeof value;
}

function find(content: unknown, at: ConfigPlace): unknown {
  return at.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], content);
}

/** The keys that the schema has at a place. */
function listKeys(schema: unknown, at: ConfigPlace): string[] {
  const [part, ...rest] = at;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return listKeys(schema.unwrap(), at);
  }
  if (schema instanceof z.ZodRecord && part !== undefined) return listKeys(schema.valueType, rest);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  if (schema instanceof z.ZodArray && part !== undefined) return listKeys(schema.element, rest);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => listKeys(option, at));
  if (!(schema instanceof z.ZodObject)) return [];
  return part === undefined ? Object.keys(schema.shape) : listKeys(schema.shape[part], rest);
}
