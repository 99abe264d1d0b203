// The part of vmotion.yaml about alarms: what is done about which.
import { z } from 'zod';
import { POLICY_ACTIONS } from '../domain/alarm-policy.ts';
import { ALARM_SOURCES, SEVERITIES } from '../domain/alarm-signal.ts';
import { channelSchema, windowsSchema } from './config-people-schema.ts';
import { nameSchema, wholeNumber } from './config-scalars.ts';

const oneOrMore = <T extends z.ZodType>(one: T) =>
  z.union([one, z.array(one).min(1)]).transform((value) => (Array.isArray(value) ? value : [value]));

const globs = (description: string) =>
  oneOrMore(z.string().min(1, 'must not be empty').max(200)).optional().describe(description);

const words = <T extends readonly [string, ...string[]]>(all: T, description: string) =>
  oneOrMore(z.enum(all, `must be ${all.join(', ')}, or a list of them`))
    .optional()
    .describe(description);

const matchSchema = z.strictObject({
  source: words(ALARM_SOURCES, 'The way in. What polling finds fits too.'),
  alarm: globs('Names of alarms: * stands for any text, ? for one character.'),
  event: globs('Ids of events, such as esx.problem.net.migrate.bindtovmk or HostAddedEvent.'),
  cluster: globs('Names of clusters, as under clusters.'),
  host: globs("Hosts' names in vCenter."),
  severity: words(SEVERITIES, 'How bad it is. vCenter: yellow is warning, red is critical.'),
  state: words(
    ['raised', 'cleared'] as const,
    'A rule acts on what is raised; this narrows what `policy explain` is asked for.',
  ),
});

const limitsSchema = (defaults: { perObject: number; perCluster: number; total: number }) =>
  z.strictObject({
    perObject: wholeNumber({ min: 1, max: 50 }, 'For one host, or for one cluster as a whole.').default(
      defaults.perObject,
    ),
    perCluster: wholeNumber({ min: 1, max: 50 }, 'In one cluster.').default(defaults.perCluster),
    total: wholeNumber({ min: 1, max: 50 }, 'In all.').default(defaults.total),
  });

const ruleSchema = z.strictObject({
  id: nameSchema.describe('The name of the rule: jobs are signed policy:<id>.'),
  match: matchSchema.prefault({}).describe('What it is for. Everything given must fit.'),
  action: z
    .enum(POLICY_ACTIONS, `must be ${POLICY_ACTIONS.join(', ')}`)
    .describe(
      'repair brings a host that was enabled before back to its profile; enable also creates; test changes nothing.',
    ),
  mode: z
    .enum(['ask', 'auto'], 'must be ask or auto')
    .default('ask')
    .describe('ask: the plan waits for approval as any change does. auto: this file has approved it.'),
  cooldownMinutes: wholeNumber({ min: 0, max: 1440 }, 'No second job of the rule for an object within.').default(30),
  limits: limitsSchema({ perObject: 2, perCluster: 4, total: 10 })
    .prefault({})
    .describe('Jobs of the rule within any hour.'),
  maxHosts: wholeNumber({ min: 1, max: 64 }, 'A plan that changes more hosts waits for approval also in auto.').default(
    1,
  ),
  windows: windowsSchema.optional().describe('When its changes may start, beside the windows of the cluster.'),
  needsPassingTest: z
    .boolean()
    .default(false)
    .describe(
      'The last test of the cluster must show that all other hosts are well; without one of the last day, it runs first.',
    ),
  breaker: z
    .strictObject({
      failures: wholeNumber({ min: 1, max: 20 }, 'So many failures in a row open it.').default(3),
      halfOpenAfterMinutes: wholeNumber({ min: 1, max: 10_080 }, 'So long after that it asks, once.').default(60),
    })
    .prefault({})
    .describe('Stops a rule whose jobs fail.'),
});

export const alarmsSchema = z
  .strictObject({
    channel: channelSchema.optional().describe('Id of the channel where alarms are shown that fit no cluster.'),
    rules: z
      .array(ruleSchema)
      .max(100)
      .default([])
      .describe('The first that fits wins. Without one, an alarm is shown.'),
    limits: limitsSchema({ perObject: 2, perCluster: 6, total: 20 })
      .prefault({})
      .describe('Jobs of all rules together within any hour.'),
    flap: z
      .strictObject({
        transitions: wholeNumber({ min: 2, max: 30 }, 'An alarm that changes so often').default(4),
        minutes: wholeNumber({ min: 1, max: 1440 }, 'within so many minutes is flapping: nothing is done.').default(10),
      })
      .prefault({})
      .describe('What counts as flapping.'),
  })
  .describe('What is done about alarms. Without it every alarm is shown in its cluster’s channel.');

export type ConfigAlarms = z.infer<typeof alarmsSchema>;
