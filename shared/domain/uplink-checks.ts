// Whether the one uplink that a port group shall use can carry it.
import type { StandardSwitch } from './inventory.ts';
import { block, note, type PlanDraft } from './plan-draft.ts';

type Named = { activeUplink?: string | undefined; portGroup: string };

/** Checks the one uplink that the port group is to use: that the switch has it, does not balance by IP hash, and that it has
 * a link. Without one nothing is checked. */
export function checkStandardUplink(draft: PlanDraft, attach: Named, found: StandardSwitch): void {
  const { activeUplink, portGroup } = attach;
  if (activeUplink === undefined) return;
  if (!found.uplinks.includes(activeUplink)) {
    const message = `${activeUplink} is not an uplink of ${found.name} (${found.uplinks.join(', ') || 'none'}).`;
    block(draft, 'uplink-missing', message, `Choose one of its uplinks for ${portGroup} in vmotion.yaml.`);
    return;
  }
  checkTeaming(draft, found, portGroup);
  checkLink(draft, attach, activeUplink);
}

/** `found`: what balances, a switch or a distributed port group. An EtherChannel uses all of its uplinks or none. */
export function checkTeaming(
  draft: PlanDraft,
  found: { name: string; teaming?: string | undefined },
  portGroup: string,
): void {
  if (found.teaming !== 'loadbalance_ip') return;
  const message = `${found.name} balances by IP hash; an uplink order of its own would break ${portGroup}.`;
  const remedy = 'Leave activeUplink out, or use a switch without an EtherChannel.';
  block(draft, 'ip-hash-teaming', message, remedy);
}

/** Whether the host shows a link on the pnic. */
export const hasLink = ({ network }: PlanDraft, pnic: string): boolean =>
  network.pnics.some((one) => one.device === pnic && one.linkSpeedMb !== undefined);

/** `pnic`: the one behind the port group's only active uplink. */
export function checkLink(draft: PlanDraft, { activeUplink, portGroup }: Named, pnic: string): void {
  if (hasLink(draft, pnic)) return;
  const name = pnic === activeUplink ? pnic : `${activeUplink} (${pnic})`;
  const message = `${name}, the only active uplink of ${portGroup}, has no link.`;
  const remedy = 'Check cable and switch port, or choose another uplink in vmotion.yaml.';
  block(draft, 'uplink-down', message, remedy);
}

type Sized = { portGroup: string; mtuBytes: number };

/** The switch must pass what the adapter sends. */
export function checkSwitchMtu(draft: PlanDraft, found: { name: string; mtuBytes: number }, wanted: Sized): void {
  if (found.mtuBytes < wanted.mtuBytes) {
    const message = `${found.name} has MTU ${found.mtuBytes}, less than the ${wanted.mtuBytes} wanted on ${wanted.portGroup}.`;
    const remedy = `Raise the switch's MTU, or set mtu: ${found.mtuBytes} in vmotion.yaml.`;
    block(draft, 'switch-mtu-too-small', message, remedy);
  } else if (found.mtuBytes > wanted.mtuBytes) {
    const message = `${found.name} passes ${found.mtuBytes} bytes; the adapter on ${wanted.portGroup} uses ${wanted.mtuBytes}.`;
    note(draft, 'switch-mtu-larger', message, 'Where every switch on the way passes it, a larger mtu is faster.');
  }
}
