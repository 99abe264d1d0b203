import { isGlobMatch } from '../domain/alarm-policy.ts';
import type { ConfigAlarms } from './config-alarms-schema.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What the rules for alarms mean together with the rest of the file. */
export function judgeAlarms(alarms: ConfigAlarms | undefined, clusters: string[]): ConfigProblem[] {
  const rules = alarms?.rules ?? [];
  return rules.flatMap(({ id, match, action, mode }, index) => {
    const at = ['alarms', 'rules', index];
    const problems: ConfigProblem[] = [];
    if (rules.slice(0, index).some((other) => other.id === id)) {
      problems.push({ at: [...at, 'id'], message: `${id} is the id of an earlier rule` });
    }
    for (const glob of match.cluster ?? []) {
      if (clusters.some((cluster) => isGlobMatch(glob, cluster))) continue;
      problems.push({ at: [...at, 'match', 'cluster'], message: `${glob} fits none of the clusters` });
    }
    const isChange = action === 'repair' || action === 'enable';
    if (mode === 'auto' && isChange && Object.keys(match).length === 0) {
      const message = 'would change hosts on any alarm whatever, without asking';
      problems.push({ at: [...at, 'match'], message, remedy: 'Name the alarms or the events that it is for.' });
    }
    return problems;
  });
}
