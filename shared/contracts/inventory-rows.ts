// The parts of a saved row that describe a host's network.
import { z } from 'zod';
import type {
  Attachment,
  DistributedPortGroup,
  HostNetwork,
  HostStorage,
  Moref,
  NetstackSettings,
  PortGroup,
  StandardSwitch,
  VmkSpec,
} from '../domain/inventory.ts';
import { text } from './row-scalars.ts';

const texts = z.array(text);
const bytes = z.number().int().min(0);

export const morefSchema: z.ZodType<Moref> = z.lazy(() => z.looseObject({ type: text, value: text }));

const attachmentSchema: z.ZodType<Attachment> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('standard'), portGroup: text }),
    z.looseObject({ kind: z.literal('distributed'), switchUuid: text, portGroupKey: text, name: text.optional() }),
    z.looseObject({ kind: z.literal('opaque'), network: text }),
  ]),
);

const vmkSpecShape = () => ({
  netstack: text,
  attachment: attachmentSchema,
  ipv4: z.looseObject({ dhcp: z.boolean(), address: text.optional(), prefixLength: z.number().optional() }),
  ipv6: z
    .looseObject({
      dhcp: z.boolean(),
      autoconfiguration: z.boolean(),
      addresses: z.array(z.looseObject({ address: text, prefixLength: z.number() })),
    })
    .optional(),
  mtuBytes: bytes,
  mac: text.optional(),
  gatewayOverride: text.optional(),
});

export const vmkSpecSchema: z.ZodType<VmkSpec> = z.lazy(() => z.looseObject(vmkSpecShape()));

export const netstackSettingsSchema: z.ZodType<NetstackSettings> = z.lazy(() =>
  z.looseObject({
    gateway: text.optional(),
    ipv6Gateway: text.optional(),
    dns: z.looseObject({ hostName: text, domainName: text, servers: texts, searchDomains: texts }).optional(),
    dnsDevice: text.optional(),
    congestionControl: text.optional(),
    connections: z.number().optional(),
    routes: z.array(z.looseObject({ network: text, gateway: text })).optional(),
  }),
);

const uplinkOrderSchema = z.lazy(() => z.looseObject({ active: texts, standby: texts }));

export const portGroupSchema: z.ZodType<PortGroup> = z.lazy(() =>
  z.looseObject({
    name: text,
    switchName: text,
    vlanId: z.number(),
    uplinks: uplinkOrderSchema,
    overridesUplinks: z.boolean(),
    teaming: text.optional(),
  }),
);

export const distributedPortGroupSchema: z.ZodType<DistributedPortGroup> = z.lazy(() =>
  z.looseObject({
    key: text,
    name: text,
    switchUuid: text,
    vlanId: z.number().optional(),
    uplinks: uplinkOrderSchema,
    overridesUplinks: z.boolean().optional(),
    configVersion: text,
  }),
);

export const standardSwitchSchema: z.ZodType<StandardSwitch> = z.lazy(() =>
  z.looseObject({
    name: text,
    mtuBytes: bytes,
    uplinks: texts,
    teaming: text.optional(),
  }),
);

export const hostNetworkSchema: z.ZodType<HostNetwork> = z.lazy(() =>
  z.looseObject({
    vmks: z.array(z.looseObject({ ...vmkSpecShape(), device: text, services: texts })),
    netstacks: z.array(z.looseObject({ key: text, isLive: z.boolean(), settings: netstackSettingsSchema })),
    portGroups: z.array(portGroupSchema),
    vmPortGroups: texts.optional(),
    standardSwitches: z.array(standardSwitchSchema),
    distributedSwitches: z.array(
      z.looseObject({
        uuid: text,
        name: text,
        mtuBytes: bytes,
        uplinks: z.array(z.looseObject({ name: text, pnic: text.optional() })),
      }),
    ),
    distributedPortGroups: z.array(distributedPortGroupSchema).optional(),
    pnics: z.array(z.looseObject({ device: text, linkSpeedMb: z.number().optional() })),
    isIpv6Enabled: z.boolean(),
  }),
);

export const hostStorageSchema: z.ZodType<HostStorage> = z.lazy(() =>
  z.looseObject({
    servers: z.array(z.looseObject({ kind: z.enum(['NFS', 'iSCSI']), server: text })),
    bound: z.array(z.looseObject({ device: text, to: text })),
    unread: z.array(z.enum(['NFS', 'iSCSI', 'iSCSI port binding'])),
  }),
);
