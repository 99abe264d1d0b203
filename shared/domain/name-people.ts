import type { People } from './settings.ts';

const NAMED_MAX = 12;

/** People as Slack shows them: members and user groups by their ids. */
export function namePeople(people: People): string {
  if (people === 'any') return "everyone in the cluster's channel";
  if (people.length === 0) return 'nobody';
  const named = people.slice(0, NAMED_MAX).map((id) => (id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`));
  const rest = people.length - named.length;
  return named.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
