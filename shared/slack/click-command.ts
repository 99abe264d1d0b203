// Buttons that stand for a command: pressed or typed, the same happens.

type ToCommand = (id: string, minutes: string | undefined) => string;

const COMMANDS: ReadonlyMap<string, ToCommand> = new Map<string, ToCommand>([
  ['pause', (id) => `pause ${id}`],
  ['resume', (id) => `resume ${id}`],
  ['abort', (id) => `abort ${id}`],
  ['abort-and-put-back', (id) => `abort ${id} --put-back`],
  ['cancel', (id) => `cancel ${id}`],
  ['withdraw', (id) => `withdraw ${id}`],
  ['replan', (id) => `retry ${id}`],
  ['revert', (id) => `revert ${id}`],
  ['card-fix', (id) => `alarm fix ${id}`],
  ['card-plan', (id) => `alarm plan ${id}`],
  ['card-ignore', (id, minutes) => `alarm ignore ${id}${minutes === undefined ? '' : ` --for ${minutes}m`}`],
  ['card-explain', (id) => `alarm explain ${id}`],
]);

/** Tests again what a job has tested: "test" with the job's cluster. */
export const RETEST_ACTION = 'retest';

/** Plans to enable the cluster of a job: "plan enable" with it. */
export const PLAN_ENABLE_ACTION = 'plan-enable';

/** What would be typed after /vmotion. `value`: the id of a job or a card, for `card-ignore` perhaps with minutes behind
 * it ("a-7f3k9c|60"). Undefined for a button that stands for no command, or a value that is no id. */
export function commandOfClick(actionId: string, value: string): string | undefined {
  const match = /^([A-Za-z0-9-]{1,64})(?:\|([0-9]{1,6}))?$/.exec(value);
  const [, id, minutes] = match ?? [];
  return id === undefined ? undefined : COMMANDS.get(actionId)?.(id, minutes);
}
