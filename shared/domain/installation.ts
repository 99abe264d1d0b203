// Whose people may use the app where a channel is shared with other workspaces (Slack Connect).

/** The workspaces that the app is installed in: one, or those of an organisation that have it. `organisation`: the
 * Enterprise Grid that they belong to. */
export type Installation = { teams: string[]; organisation?: string | undefined };

/** Who sent a request. `team`: the workspace that the person belongs to, undefined where Slack names none; on Enterprise
 * Grid it may be the organisation's own id. `organisation`: that workspace's, where Slack says it. */
export type SlackPerson = { user: string; team: string | undefined; organisation: string | undefined };

/** Whether the person belongs to where the app is installed: to one of its workspaces, or to its organisation. */
export function isOfInstallation(
  { team, organisation }: Pick<SlackPerson, 'team' | 'organisation'>,
  installation: Installation,
): boolean {
  if (team === undefined) return false;
  if (installation.teams.includes(team)) return true;
  return installation.organisation !== undefined && [team, organisation].includes(installation.organisation);
}
