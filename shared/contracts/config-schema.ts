// The shape of vmotion.yaml. What the values mean together is checked in config-rules.ts.
import { z } from 'zod';
import { VERBS } from '../domain/command.ts';
import { isJobId } from '../domain/job-id.ts';
import { adapterSchema } from './config-adapter-schema.ts';
import { alarmsSchema } from './config-alarms-schema.ts';
import { accessSchema, approvalSchema, channelSchema, slackSchema, windowsSchema } from './config-people-schema.ts';
import { nameSchema, text, wholeNumber } from './config-scalars.ts';
import { stackSchema } from './config-stack-schema.ts';

/** Words of the grammar can't be clusters' names: `/vmotion plan revert` would mean two things. */
const clusterNameSchema = nameSchema.refine(
  (name) => !isWordOfCommands(name),
  'is a word of the commands; choose another',
);

const trustSchema = z
  .strictObject({
    system: z.literal(true).optional().describe('Trust the authorities that Node.js trusts.'),
    ca: text('Path of a PEM file with the certificate authority, relative to this file.').optional(),
    sha256: z
      .string()
      .regex(/^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, 'must be 32 bytes in hexadecimal, such as "AA:0B:…"')
      .optional()
      .describe("SHA-256 of vCenter's own certificate, in hexadecimal, with colons or without."),
  })
  .describe("How vCenter's certificate is trusted, checked before a password is sent. Exactly one of the three.");

const vcenterSchema = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'must be an address such as https://vcenter.example.com' })
    .describe('https:// and the name of the vCenter, with its port if it is not 443.'),
  secret: text('Where user and password are kept: the name of the secret. Never the password itself.'),
  trust: trustSchema,
  concurrentCalls: wholeNumber(
    { min: 8, max: 256 },
    'How many calls of one job may be under way at the same moment, so that others of this vCenter are served too.',
  ).default(64),
  workers: wholeNumber(
    { min: 1, max: 64 },
    'How many workers may have a session at the same moment, all functions together; the others wait their turn.',
  ).default(8),
  instanceUuid: z
    .uuid({ error: 'must be a UUID such as 9f1a2b3c-...' })
    .optional()
    .describe('Its instance UUID, where alarms of other products name it so (vCenter: Summary, or govc about).'),
});

const rolloutSchema = z.strictObject({
  canary: wholeNumber({ min: 1, max: 64 }, 'How many hosts the first wave has.').default(1),
  wave: wholeNumber({ min: 1, max: 64 }, 'How many hosts each later wave has.').default(2),
  holdDrs: z
    .boolean()
    .default(false)
    .describe('Set DRS to manual while hosts are changed, and put it back afterwards, also after a crash.'),
  pingGateway: z
    .boolean()
    .default(true)
    .describe(
      'A first wave without another host to ping must reach its gateway. Off for gateways that answer no ping.',
    ),
});

const profileSchema = z.strictObject({
  stack: stackSchema.prefault({}).describe('Settings of the vMotion TCP/IP stack itself.'),
  adapters: z
    .array(adapterSchema)
    .min(1, 'needs at least one adapter')
    .describe('The VMkernel adapters each host gets.'),
  oldAdapters: z
    .enum(['remove', 'keep'], 'must be remove or keep')
    .default('keep')
    .describe(
      'What becomes of adapters that carried vMotion on the default stack. One with another service is kept anyway.',
    ),
  reach: z
    .enum(['routed', 'islands'], 'must be routed or islands')
    .default('routed')
    .describe(
      'routed: every adapter reaches every other. islands: first adapters reach first ones, and so on, never across.',
    ),
  rollout: rolloutSchema.prefault({}).describe('In which portions hosts are changed.'),
});

const auditSchema = z
  .strictObject({
    everyMinutes: wholeNumber({ min: 5, max: 10_080 }, 'Minutes from one audit to the next; 1440 is once a day.'),
  })
  .optional()
  .describe('Compare the cluster with its profile and with what it was, by the clock. Off unless it stands here.');

const clusterSchema = z.strictObject({
  vcenter: text('The vCenter of this cluster: a key under vcenters.'),
  path: z
    .string()
    .regex(/^(\/[^/]+)+\/host(\/[^/]+)+$/, 'must be an inventory path such as /Datacenter/host/Cluster')
    .describe('Inventory path of the cluster: /Datacenter/host/Folder/Cluster.'),
  channel: channelSchema,
  approval: approvalSchema,
  access: accessSchema,
  windows: windowsSchema,
  audit: auditSchema,
  profile: profileSchema.describe("What the cluster's vMotion network should be."),
});

/** The whole file. */
export const configSchema = z
  .strictObject({
    vcenters: z.record(nameSchema, vcenterSchema).describe('The vCenters, by a name of your choice.'),
    clusters: z.record(clusterNameSchema, clusterSchema).describe('The clusters, by the name people type in Slack.'),
    alarms: alarmsSchema.optional(),
    slack: slackSchema.optional(),
  })
  .describe('vmotion.yaml: which clusters there are, and what the vMotion network of each should be.');

export type ConfigFile = z.infer<typeof configSchema>;
export type ConfigCluster = ConfigFile['clusters'][string];

function isWordOfCommands(name: string): boolean {
  const word = name.toLowerCase();
  return word === 'all' || VERBS.some((verb) => verb === word) || isJobId(word);
}
