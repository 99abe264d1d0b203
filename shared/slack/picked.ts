// What is chosen in the picker, and the command that it makes.

/** The picker's verbs, in its two groups. `plan enable` and the like are one choice. */
export const PICKER_VERBS = {
  Look: ['status', 'check', 'test', 'evidence', 'audit', 'show', 'history'],
  Change: ['enable', 'plan enable', 'repair', 'plan repair', 'revert', 'plan revert', 'trial'],
} as const;
export type PickerVerb = (typeof PICKER_VERBS)[keyof typeof PICKER_VERBS][number];

export type PickerField = 'cluster' | 'job' | 'host' | 'vm' | 'from' | 'to' | 'return' | 'reason' | 'ticket' | 'output';

const FIELDS: Record<PickerVerb, readonly PickerField[]> = {
  status: ['cluster'],
  check: ['cluster'],
  test: ['cluster', 'output'],
  evidence: ['cluster'],
  audit: ['cluster'],
  show: ['job', 'output'],
  history: ['cluster'],
  enable: ['cluster', 'host', 'reason', 'ticket'],
  'plan enable': ['cluster', 'host', 'reason', 'ticket'],
  repair: ['cluster', 'host', 'reason', 'ticket'],
  'plan repair': ['cluster', 'host', 'reason', 'ticket'],
  revert: ['cluster', 'reason', 'ticket'],
  'plan revert': ['cluster', 'reason', 'ticket'],
  trial: ['cluster', 'vm', 'from', 'to', 'return', 'reason', 'ticket'],
};

/** `values`: what stands in the inputs; nothing for one that is empty. */
export type Picked = { verb: PickerVerb; values: ReadonlyMap<PickerField, string> };

/** The inputs that fit the verb, in their order. */
export function fieldsOf(verb: PickerVerb): readonly PickerField[] {
  return FIELDS[verb];
}

/** The verb of this name; `status` where there is none. */
export function toPickerVerb(name: string | undefined): PickerVerb {
  const all: readonly PickerVerb[] = [...PICKER_VERBS.Look, ...PICKER_VERBS.Change];
  return all.find((verb) => verb === name) ?? 'status';
}

/** What would be typed after /vmotion. Values of inputs that don't fit the verb are left out. */
export function toCommandText({ verb, values }: Picked): string {
  const words = fieldsOf(verb).flatMap((field) => {
    const value = values.get(field)?.trim() ?? '';
    return value === '' ? [] : [toWords(field, value)];
  });
  return [verb, ...words].join(' ');
}

function toWords(field: PickerField, value: string): string {
  switch (field) {
    case 'cluster':
    case 'job':
      return quoted(value);
    case 'return':
      return '--return';
    case 'output':
      return `-o ${value}`;
    case 'host':
    case 'vm':
    case 'from':
    case 'to':
    case 'reason':
    case 'ticket':
      return `--${field} ${quoted(value)}`;
    default:
      throw new Error(`unknown field ${String(field satisfies never)}`);
  }
}

// The grammar knows no way to write a double quote inside double quotes.
function quoted(value: string): string {
  return /^[\w.:@/-]+$/.test(value) && !value.startsWith('-') ? value : `"${value.replaceAll('"', "'")}"`;
}
