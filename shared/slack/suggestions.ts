// Menus that are searched in: clusters, hosts and jobs, from the settings and the table.
import type { PlainTextOption } from '@slack/types';
import type { EdgeUseCases } from '../app/edge-use-cases.ts';
import type { SuggestionRequest, Suggestions } from '../app/suggest.ts';
import type { SlackSuggestion } from '../contracts/slack-input.ts';
import { parseMetadata } from '../contracts/view-metadata.ts';
import { LIMITS } from './limits.ts';
import { headline } from './views/headline.ts';
import { inputOf, option } from './views/picker.ts';

/** The options for what was typed, at most a hundred; none for a menu that is not ours. */
export async function suggestOptions(
  parts: Pick<EdgeUseCases, 'suggest'>,
  asked: SlackSuggestion,
): Promise<PlainTextOption[]> {
  const request = toRequest(asked);
  if (request === undefined) return [];
  const found = await parts.suggest(request);
  return request.about === 'hosts' ? withTyped(toOptions(found), asked.typed.trim()) : toOptions(found);
}

/** What the table does not know yet can still be meant: the command itself is what refuses a host that is not there. */
function withTyped(options: PlainTextOption[], typed: string): PlainTextOption[] {
  const isKnown = options.some(({ value }) => value?.toLowerCase() === typed.toLowerCase());
  if (typed === '' || typed.length > LIMITS.optionChars || isKnown) return options;
  return [...options.slice(0, LIMITS.options - 1), option(typed)];
}

function toRequest({ actionId, typed, view }: SlackSuggestion): SuggestionRequest | undefined {
  const about = parseMetadata(view?.metadata ?? '');
  if (about === undefined) return undefined;
  const { channel, cluster } = about;
  switch (actionId) {
    case inputOf('cluster'):
      return { about: 'clusters', typed, channel };
    case inputOf('job'):
      return { about: 'jobs', typed, channel };
    case inputOf('host'):
    case inputOf('from'):
    case inputOf('to'):
      return { about: 'hosts', typed, channel, cluster: view?.values.get(inputOf('cluster')) ?? cluster };
    default:
      return undefined;
  }
}

function toOptions(found: Suggestions): PlainTextOption[] {
  const all =
    found.kind === 'names'
      ? found.names.map((name) => option(name))
      : found.jobs.map((job) => option(job.id, `${job.id} ${headline(job)}`));
  // A name that is longer than Slack takes can still be typed.
  return all.filter(({ value }) => (value?.length ?? 0) <= LIMITS.optionValueChars).slice(0, LIMITS.options);
}
