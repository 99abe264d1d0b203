// The app's answer to a menu that asks it for options.
import { z } from 'zod';
import type { Option } from './block-kit/state-value.ts';
import { optionGroup, plainOption } from './block-kit/texts.ts';
import type { Delivery } from './deliver.ts';
import { parseJson } from './methods/api-arguments.ts';

const answerSchema = z.union([
  z.strictObject({ options: z.array(plainOption).max(100) }),
  z.strictObject({ option_groups: z.array(optionGroup).max(100) }),
]);

/** Nothing where the app did not answer, or wrongly: Slack then shows an empty menu. */
export function readSuggestions(delivery: Delivery): Option[] {
  if (delivery.kind === 'failed') return [];
  const answer = answerSchema.safeParse(parseJson(delivery.body));
  if (!answer.success) return [];
  const { data } = answer;
  return ('options' in data ? data.options : data.option_groups.flatMap((group) => group.options)) as Option[];
}
