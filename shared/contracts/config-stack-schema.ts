// The stack's own settings in vmotion.yaml.
import { z } from 'zod';
import { text, wholeNumber } from './config-scalars.ts';

/** A gateway: one for all hosts, or one for each. */
export const gatewaySchema = z
  .union([z.string(), z.record(z.string(), z.string())], {
    error: 'must be none, first-address, an IPv4 address, or an address for each host',
  })
  .describe(
    "The stack's own default gateway: none, an address, first-address (of the first adapter's subnet), or a map.",
  );

const dnsSchema = z.strictObject({
  servers: z.array(z.string()).min(1, 'needs at least one server').describe('Addresses of the DNS servers, in order.'),
  searchDomains: z.array(text('A domain.')).default([]).describe('Domains that are tried for short names, in order.'),
  domainName: text("The host's domain on this stack.").optional(),
});

const routeSchema = z.strictObject({
  network: z.string().describe('Where to: a network such as 172.18.0.0/16 or fd00:18::/32.'),
  gateway: z.string().describe('The router that leads there, in a subnet of an adapter.'),
});

export const stackSchema = z.strictObject({
  gateway: gatewaySchema.default('none'),
  ipv6Gateway: z
    .string()
    .optional()
    .describe("The stack's own default gateway for IPv6; often a link-local address. Left as it is when absent."),
  dns: dnsSchema.optional().describe("The stack's own DNS. Left as it is when absent."),
  routes: z
    .array(routeSchema)
    .optional()
    .describe('All static routes of the stack: others are removed. Left as they are when absent.'),
  congestionControl: z
    .enum(['newreno', 'cubic'], 'must be newreno or cubic')
    .optional()
    .describe('Congestion control of the stack. Left as it is when absent.'),
  connections: wholeNumber(
    { min: 1, max: 11_000 },
    'Maximum number of connections. Left as it is when absent.',
  ).optional(),
});
