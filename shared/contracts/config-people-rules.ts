// Whether the people that vmotion.yaml names can do what it asks of them.
import { CHANGE_KINDS, type People } from '../domain/settings.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import type { ConfigCluster } from './config-schema.ts';

/** Changes that could never be approved, and extra rules that say nothing. */
export function judgeApprovers({ access, approval }: ConfigCluster, at: ConfigPlace): ConfigProblem[] {
  // Where nobody may ask for a change, nobody has to approve one.
  if (isNobody(access.operators) && Object.values(access.verbs).every(isNobody)) return judgeExtra(approval, at);
  const kinds = CHANGE_KINDS.flatMap((kind): ConfigProblem[] => {
    const own = approval.kinds[kind];
    if (own === undefined) return [];
    const place =
      own.approvers === undefined ? [...at, 'access', 'approvers'] : [...at, 'approval', 'kinds', kind, 'approvers'];
    return judgeCount(
      own.approvers ?? access.verbs.approve ?? access.approvers,
      own.required ?? approval.required,
      place,
    );
  });
  const approvers = access.verbs.approve ?? access.approvers;
  const place = access.verbs.approve === undefined ? ['access', 'approvers'] : ['access', 'verbs', 'approve'];
  const general = judgeCount(approvers, approval.required, [...at, ...place]);
  return [...(general.length > 0 ? general : kinds), ...judgeExtra(approval, at)];
}

function judgeCount(people: People, required: number, at: ConfigPlace): ConfigProblem[] {
  // How many are in a group is Slack's to say.
  if (people === 'any' || people.some((id) => id.startsWith('S')) || new Set(people).size >= required) return [];
  const message = `names fewer people than the ${required} who must approve`;
  return [
    {
      at,
      message,
      remedy: 'Name more members, or a user group; an empty list for operators makes the cluster read-only.',
    },
  ];
}

function judgeExtra({ extra }: ConfigCluster['approval'], at: ConfigPlace): ConfigProblem[] {
  return extra.flatMap(({ name, from }, index) => {
    const place = [...at, 'approval', 'extra', index];
    const twin = extra.findIndex((other) => other.name === name);
    return [
      ...(twin < index ? [{ at: [...place, 'name'], message: `is already the name of extra[${twin}]` }] : []),
      ...(isNobody(from)
        ? [{ at: [...place, 'from'], message: 'names nobody, so that nothing could be approved' }]
        : []),
    ];
  });
}

function isNobody(people: People | undefined): boolean {
  return people !== undefined && people !== 'any' && people.length === 0;
}
