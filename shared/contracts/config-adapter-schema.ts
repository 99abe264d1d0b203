// One adapter of a profile in vmotion.yaml: where it is plugged in, and how it gets its addresses.
import { z } from 'zod';
import { nameSchema, text, wholeNumber } from './config-scalars.ts';
import { gatewaySchema } from './config-stack-schema.ts';

const newSwitchSchema = z
  .strictObject({
    name: text('Name of the new standard switch, for example vSwitch2.'),
    pnics: z
      .array(text('A pnic such as vmnic4.'))
      .min(1, 'needs at least one pnic')
      .describe("The pnics of the new switch, in order. None of them may be another switch's."),
    mtu: wholeNumber({ min: 1280, max: 9000 }, 'MTU of the new switch in bytes.').default(1500),
  })
  .describe('A standard switch that is created on every host.');

const attachSchema = z
  .strictObject({
    switch: text('Name of a standard switch that every host has, for example vSwitch1.').optional(),
    newSwitch: newSwitchSchema.optional(),
    distributedSwitch: text('Name of a distributed switch that every host is part of, for example DVS1.').optional(),
    portGroup: text('Name of the port group. On a standard switch it is created where it does not exist.'),
    vlan: wholeNumber(
      { min: 0, max: 4095 },
      'VLAN id; 0, the default, is untagged. Only on standard switches: a distributed port group has its own.',
    ).optional(),
    activeUplink: text('The one uplink that this port group uses. The others become unused, not standby.').optional(),
  })
  .describe('Where the adapter is plugged in: exactly one of switch, newSwitch and distributedSwitch.');

const ipv4RulesSchema = z.strictObject({
  hosts: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'An address for each host: by its full name or its first label, with prefix length unless `subnet` is set.',
    ),
  subnet: z.string().optional().describe('With `hosts`: the subnet of them all, so that plain addresses can be given.'),
  range: z
    .string()
    .optional()
    .describe('FIRST-LAST/PREFIX, for example 172.16.1.10-172.16.1.80/24, handed out in the order of host names.'),
  managementOctet: z
    .string()
    .optional()
    .describe("A network, for example 172.16.1.0/24: its last octet becomes that of the host's management address."),
  subnetPerHost: z
    .strictObject({
      from: z.string().describe('The network that is cut into subnets, for example 172.17.8.0/22.'),
      prefix: wholeNumber({ min: 1, max: 31 }, 'Prefix length of each subnet, for example 30.'),
    })
    .optional()
    .describe(
      'A subnet for each host, in the order of host names: the second address is its own, the first its gateway.',
    ),
});

const ipv4Schema = z
  .union([ipv4RulesSchema, z.literal('dhcp')], { error: 'must be dhcp, or a map with one of the rules' })
  .describe('The address of the adapter: dhcp, or exactly one of hosts, range, managementOctet and subnetPerHost.');

const ipv6Schema = z
  .union(
    [
      z.strictObject({
        hosts: z.record(z.string(), z.string()).describe('An IPv6 address with its prefix length for each host.'),
      }),
      z.literal('dhcpv6'),
      z.literal('routerAdvertisement'),
    ],
    { error: 'must be dhcpv6, routerAdvertisement, or a map with hosts' },
  )
  .describe('IPv6 of the adapter: dhcpv6, routerAdvertisement, or addresses by host. Left as it is when absent.');

export const adapterSchema = z.strictObject({
  label: nameSchema.describe('A short name for messages, for example a.'),
  attach: attachSchema,
  mtu: wholeNumber({ min: 1280, max: 9000 }, 'MTU of the adapter in bytes.').default(1500),
  ipv4: ipv4Schema,
  ipv6: ipv6Schema.optional(),
  gatewayOverride: gatewaySchema
    .optional()
    .describe("A default gateway for this adapter alone, instead of the stack's. Written like the stack's gateway."),
});

export type ConfigAdapter = z.infer<typeof adapterSchema>;
