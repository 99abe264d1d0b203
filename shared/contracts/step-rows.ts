// The steps of a saved plan. They are carried out, so one that this version does not know is refused.
import { z } from 'zod';
import type { Step, StepKind } from '../domain/step.ts';
import {
  distributedPortGroupSchema,
  netstackSettingsSchema,
  portGroupSchema,
  standardSwitchSchema,
  vmkSpecSchema,
} from './inventory-rows.ts';
import { text } from './row-scalars.ts';

// A record by kind, so that the compiler misses none.
const stepsByKind = (): { [K in StepKind]: z.ZodType<Extract<Step, { kind: K }>> } => ({
  'add-switch': z.looseObject({ kind: z.literal('add-switch'), standardSwitch: standardSwitchSchema }),
  'remove-switch': z.looseObject({ kind: z.literal('remove-switch'), standardSwitch: standardSwitchSchema }),
  'update-distributed-port-group': z.looseObject({
    kind: z.literal('update-distributed-port-group'),
    from: distributedPortGroupSchema,
    to: distributedPortGroupSchema,
  }),
  'add-port-group': z.looseObject({ kind: z.literal('add-port-group'), portGroup: portGroupSchema }),
  'update-port-group': z.looseObject({
    kind: z.literal('update-port-group'),
    from: portGroupSchema,
    to: portGroupSchema,
  }),
  'remove-port-group': z.looseObject({ kind: z.literal('remove-port-group'), portGroup: portGroupSchema }),
  'add-vmk': z.looseObject({ kind: z.literal('add-vmk'), spec: vmkSpecSchema, device: z.string().optional() }),
  'update-vmk': z.looseObject({
    kind: z.literal('update-vmk'),
    device: text,
    from: vmkSpecSchema,
    to: vmkSpecSchema,
  }),
  'remove-vmk': z.looseObject({
    kind: z.literal('remove-vmk'),
    device: text,
    spec: vmkSpecSchema,
    services: z.array(text),
  }),
  'set-netstack': z.looseObject({
    kind: z.literal('set-netstack'),
    netstack: text,
    from: netstackSettingsSchema,
    to: netstackSettingsSchema,
  }),
  'await-dormant': z.looseObject({ kind: z.literal('await-dormant'), netstack: text }),
  'select-service': z.looseObject({ kind: z.literal('select-service'), device: text, service: text }),
  'deselect-service': z.looseObject({ kind: z.literal('deselect-service'), device: text, service: text }),
});

/** One step of a saved plan. */
export const stepSchema = z.lazy(() =>
  z.discriminatedUnion('kind', Object.values(stepsByKind()) as unknown as [z.ZodObject, ...z.ZodObject[]]),
) as unknown as z.ZodType<Step>;
