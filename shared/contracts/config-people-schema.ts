// Who may do what, and who must approve: approval, access and windows of a cluster in vmotion.yaml.
import { z } from 'zod';
import { VERBS } from '../domain/command.ts';
import { CHANGE_KINDS, RISKS, WEEKDAYS } from '../domain/settings.ts';
import { isTimeZone } from '../domain/wall-clock.ts';
import { nameSchema, text, wholeNumber } from './config-scalars.ts';

const ID_ERROR = 'must be the Slack id of a member or a user group, such as U024BE7LH or S0614TZR7';

/** `any`, or ids of members and user groups. */
const peopleSchema = z.union([z.literal('any'), z.array(z.string().regex(/^[UWS][A-Z0-9]{2,}$/, ID_ERROR))], {
  error: 'must be any, or a list of Slack ids of members and user groups such as [U024BE7LH, S0614TZR7]',
});

const requiredSchema = wholeNumber(
  { min: 1, max: 10 },
  'How many different people approve; never the one who asked, unless selfApproval says so.',
);

const kindSchema = z.strictObject({
  required: requiredSchema.optional(),
  approvers: peopleSchema.optional().describe('Who may approve this kind of change, in place of access.approvers.'),
});

const kindsSchema = z
  .strictObject({
    enable: kindSchema.optional().describe('For enable.'),
    repair: kindSchema.optional().describe('For repair.'),
    revert: kindSchema.optional().describe('For revert.'),
    trial: kindSchema.optional().describe('For trial.'),
  } satisfies Record<(typeof CHANGE_KINDS)[number], unknown>)
  .default({})
  .describe('Other numbers and other people for single kinds of change.');

const extraSchema = z.strictObject({
  name: nameSchema.describe('How messages call this rule.'),
  from: peopleSchema.describe('One of those who approve must be among them. They may approve for it.'),
  hostsAbove: wholeNumber({ min: 1, max: 512 }, 'Only where a plan changes more hosts than this.').optional(),
  risks: z
    .array(z.enum(RISKS, `must be one of ${RISKS.join(', ')}`))
    .min(1, 'needs at least one risk')
    .optional()
    .describe('Only where a plan has one of these risks.'),
});

/** How a change is approved. */
export const approvalSchema = z
  .strictObject({
    required: requiredSchema.default(1),
    expiresMinutes: wholeNumber({ min: 1, max: 10_080 }, 'How long a plan can be approved.').default(240),
    selfApproval: z.boolean().default(false).describe('Whether the one who asked may approve, and counts.'),
    reason: z.boolean().default(false).describe('Whether a change needs --reason.'),
    ticket: z
      .strictObject({
        pattern: text('Regular expression that the whole ticket fits.').refine(isPattern, 'is no regular expression'),
      })
      .optional()
      .describe('A change needs --ticket.'),
    kinds: kindsSchema,
    extra: z.array(extraSchema).default([]).describe('Approvers of whom one is needed besides, for larger changes.'),
  })
  .prefault({})
  .describe('Who must approve a change before it is made.');

/** Verbs that are about a cluster. */
const CLUSTER_VERBS = VERBS.filter((verb) => !['help', 'version', 'whoami', 'list', 'withdraw'].includes(verb));

const verbsSchema = z
  .partialRecord(z.enum(CLUSTER_VERBS, { error: `must be one of ${CLUSTER_VERBS.join(', ')}` }), peopleSchema)
  .default({})
  .describe('For single verbs, in place of the role.');

const channelId = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    "must be a channel's id such as C024BE91L (Slack shows it at the end of the channel's details)",
  );

export const channelSchema = channelId.describe(
  'Id of the Slack channel where the cluster may be named and its jobs are reported.',
);

/** Nobody may change anything until somebody is named. */
const nobody = peopleSchema.default([]);

export const accessSchema = z
  .strictObject({
    operators: nobody.describe('Who may ask for changes and tests, carry out and stop them.'),
    approvers: nobody.describe('Who may approve and reject.'),
    admins: nobody.describe('Who may freeze, unfreeze, and stop the changes of others.'),
    verbs: verbsSchema,
    readChannels: z
      .array(channelId)
      .default([])
      .describe('Ids of other channels where the cluster may be named to read.'),
  })
  .prefault({})
  .describe("Who may do what. Everyone in the cluster's channel may read.");

const teamId = z
  .string()
  .regex(
    /^T[A-Z0-9]{2,}$/,
    "must be a workspace's id such as T024BE7LD (in its address: app.slack.com/client/T024BE7LD)",
  );

/** What holds for all clusters. */
export const slackSchema = z
  .strictObject({
    teams: z
      .array(teamId)
      .default([])
      .describe('Ids of other workspaces whose people may use the app where they share a channel (Slack Connect).'),
  })
  .describe('Whose people may use the app at all.');

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const timeOfDay = (description: string) =>
  z.string().regex(TIME, 'must be a time of day such as "22:00"').describe(description);

/** A window in which changes may start. */
export const windowSchema = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(', ')}`))
    .min(1, 'needs at least one day')
    .default([...WEEKDAYS])
    .describe('Days on which it opens.'),
  from: timeOfDay('When it opens.'),
  to: timeOfDay('When it closes; on the next day where this is not later than from.'),
  timeZone: text('IANA time zone such as Europe/Zurich.').refine(isTimeZone, 'is no time zone such as Europe/Zurich'),
});

export const windowsSchema = z
  .array(windowSchema)
  .default([])
  .describe('Changes start only within one of them; without any, at any time.');

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').source !== '';
  } catch {
    // The engine says so by throwing a SyntaxError; there is no other way to ask it.
    return false;
  }
}
