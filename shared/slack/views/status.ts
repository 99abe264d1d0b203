import type { KnownBlock } from '@slack/types';
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE, type HostNetwork } from '../../domain/inventory.ts';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import { preformatted } from '../blocks.ts';
import { serviceName } from '../service-name.ts';
import { addressText } from '../step-text.ts';
import { inOrder } from './in-order.ts';
import { alignRows } from './names.ts';

/** What vCenter says about vMotion on each host: the adapters that carry it or could, and their stack's gateway. */
export function statusBlocks(job: Job, records: HostRecord[]): KnownBlock[] {
  const rows = inOrder(job, records).flatMap(hostRows);
  const more = (left: number) => `... and ${left} more lines`;
  return rows.length === 0
    ? []
    : preformatted('*As vCenter says*', alignRows(rows), { more, charsMax: 3000, blocksMax: 2 });
}

function hostRows(record: HostRecord): string[][] {
  const { host, observed } = record;
  if (observed === undefined) return [[host.name, 'vCenter cannot reach it: unknown']];
  const rows = vmotionRows(observed);
  if (rows.length === 0) return [[host.name, 'no adapter carries vMotion']];
  return rows.map((row, index) => [index === 0 ? host.name : '', ...row]);
}

function vmotionRows(network: HostNetwork): string[][] {
  const carrying = network.vmks.filter(
    (vmk) => vmk.netstack === VMOTION_NETSTACK || vmk.services.includes(VMOTION_SERVICE),
  );
  return carrying.map((vmk) => {
    const stack = network.netstacks.find((netstack) => netstack.key === vmk.netstack);
    const stackName = vmk.netstack === DEFAULT_NETSTACK ? 'default stack' : `netstack ${vmk.netstack}`;
    const gateway = stack?.settings.gateway === undefined ? 'no gateway' : `gateway ${stack.settings.gateway}`;
    const services = vmk.services.map(serviceName).join('+') || 'no service';
    return [vmk.device, addressText(vmk), `mtu ${vmk.mtuBytes}`, stackName, gateway, services];
  });
}
