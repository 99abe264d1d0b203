// What Slack's Web API answers, as far as the product reads it. Slack's own client only declares types; what stands
// between the two may answer anything.
import { z } from 'zod';
import { OpsError } from '../errors.ts';

// Made when one is read first: a function that answers a command in time reads none of them.
const posted = z.lazy(() => z.object({ ts: z.string().min(1) }));
const groupUsers = z.lazy(() => z.object({ users: z.array(z.string()).optional() }));
const conversations = z.lazy(() =>
  z.object({
    channels: z.array(z.object({ id: z.string().optional() })).optional(),
    response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
  }),
);
const authTest = z.lazy(() =>
  z.object({
    team_id: z.string().min(1),
    enterprise_id: z.string().nullish(),
    is_enterprise_install: z.boolean().nullish(),
  }),
);
const teamsList = z.lazy(() =>
  z.object({
    teams: z.array(z.object({ id: z.string().min(1) })),
    response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
  }),
);
const uploadPlace = z.lazy(() => z.object({ upload_url: z.url(), file_id: z.string().min(1) }));
const fileInfo = z.lazy(() =>
  z.object({
    file: z.object({
      mimetype: z.string().nullish(),
      shares: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
    }),
  }),
);

/** The time stamp that names the new message. Throws `slack-unreachable`, as all of these do, for any other shape. */
export function parsePosted(answer: unknown): { ts: string } {
  return parse(posted, answer, 'chat.postMessage');
}

/** Ids of the members of a user group. */
export function parseGroupUsers(answer: unknown): string[] {
  return parse(groupUsers, answer, 'usergroups.users.list').users ?? [];
}

/** Ids of channels, and where the next page begins; no cursor after the last one. */
export function parseConversations(answer: unknown): { channels: string[]; cursor: string | undefined } {
  const { channels = [], response_metadata: next } = parse(conversations, answer, 'users.conversations');
  const cursor = next?.next_cursor === '' ? undefined : next?.next_cursor;
  return { channels: channels.flatMap(({ id }) => id ?? []), cursor };
}

/** The workspace that a token is of, and the Enterprise Grid that it belongs to. For a token of all of an organisation,
 * `team` is none of its workspaces. */
export function parseAuthTest(answer: unknown): {
  team: string;
  organisation: string | undefined;
  isOrganisationWide: boolean;
} {
  const { team_id: team, enterprise_id: organisation, ...more } = parse(authTest, answer, 'auth.test');
  return { team, organisation: organisation ?? undefined, isOrganisationWide: more.is_enterprise_install === true };
}

/** Ids of the workspaces that have an organisation-wide app, and where the next page begins. */
export function parseTeams(answer: unknown): { teams: string[]; cursor: string | undefined } {
  const { teams, response_metadata: next } = parse(teamsList, answer, 'auth.teams.list');
  const cursor = next?.next_cursor === '' ? undefined : next?.next_cursor;
  return { teams: teams.map(({ id }) => id), cursor };
}

/** Where the bytes of a new file go. */
export function parseUploadPlace(answer: unknown): { url: string; fileId: string } {
  const { upload_url: url, file_id: fileId } = parse(uploadPlace, answer, 'files.getUploadURLExternal');
  return { url, fileId };
}

/** A file that Slack has looked at has a type; one that is shown somewhere has shares. */
export function parseFileInfo(answer: unknown): { isTyped: boolean; isShared: boolean } {
  const { file } = parse(fileInfo, answer, 'files.info');
  const isShared = Object.values(file.shares ?? {}).some((channels) => Object.keys(channels).length > 0);
  return { isTyped: (file.mimetype ?? '') !== '', isShared };
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, method: string): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw new OpsError(
    'slack-unreachable',
    `Slack's Web API gave an answer to ${method} that can't be read (${where}).`,
    {
      retry: 'outcome-unknown',
      remedy: 'Check that nothing between this function and https://slack.com rewrites its answers.',
    },
  );
}
