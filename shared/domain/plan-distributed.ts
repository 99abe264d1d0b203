// The port group of an adapter on a distributed switch: found by name on the switch named, never created.
import type { WantedAdapter } from './addressing.ts';
import type { Attachment, DistributedPortGroup, DistributedSwitchProxy } from './inventory.ts';
import { block, type PlanDraft } from './plan-draft.ts';
import type { DistributedAttachRule } from './profile.ts';
import { isSameOrder } from './step-effect.ts';
import { checkLink, checkSwitchMtu, checkTeaming, hasLink } from './uplink-checks.ts';

/**
 * Where the adapter plugs in, or nothing and a finding. A change of the port group's uplinks goes to `draft.wholeSwitch`:
 * it is made once for all hosts.
 */
export function planDistributed(
  draft: PlanDraft,
  attach: DistributedAttachRule,
  adapter: WantedAdapter,
): Attachment | undefined {
  const { distributedSwitches, distributedPortGroups = [] } = draft.network;
  const found = distributedSwitches.find((one) => one.name === attach.switchName);
  if (found === undefined) {
    const message = `it is not part of a distributed switch "${attach.switchName}". It is part of: ${list(distributedSwitches)}.`;
    block(
      draft,
      'switch-missing',
      message,
      'Add the host to the switch in vCenter, or name another one in vmotion.yaml.',
    );
    return undefined;
  }
  checkSwitchMtu(draft, found, { portGroup: attach.portGroup, mtuBytes: adapter.mtuBytes });
  const onSwitch = distributedPortGroups.filter((one) => one.switchUuid === found.uuid);
  const group = onSwitch.find((one) => one.name === attach.portGroup);
  if (group === undefined) {
    const message = `distributed switch ${found.name} has no port group "${attach.portGroup}" here. It has: ${list(onSwitch)}.`;
    block(
      draft,
      'port-group-missing',
      message,
      'Create the port group in vCenter, or name another one in vmotion.yaml.',
    );
    return undefined;
  }
  planUplinks(draft, attach, found, group);
  return { kind: 'distributed', switchUuid: found.uuid, portGroupKey: group.key, name: group.name };
}

const list = (named: { name: string }[]): string => named.map((one) => one.name).join(', ') || 'none';

function planUplinks(
  draft: PlanDraft,
  attach: DistributedAttachRule,
  found: DistributedSwitchProxy,
  group: DistributedPortGroup,
): void {
  const { activeUplink, portGroup } = attach;
  if (activeUplink === undefined) {
    checkAnyLink(draft, found, group);
    return;
  }
  // A link aggregation group stands there once for each of its pnics.
  const ports = found.uplinks.filter((one) => one.name === activeUplink);
  if (ports.length === 0) {
    const message = `${activeUplink} is not an uplink of ${found.name} (${list(found.uplinks)}).`;
    block(draft, 'uplink-missing', message, `Choose one of its uplinks for ${portGroup} in vmotion.yaml.`);
    return;
  }
  const pnics = pnicsOf(ports);
  const [pnic] = pnics;
  if (pnic === undefined) {
    const message = `no pnic is behind ${activeUplink} of ${found.name}, the only active uplink of ${portGroup}.`;
    block(draft, 'uplink-down', message, 'Assign a pnic to the uplink in vCenter, or choose another uplink.');
    return;
  }
  if (!pnics.some((one) => hasLink(draft, one))) checkLink(draft, attach, pnic);
  const to = { ...group, uplinks: { active: [activeUplink], standby: [] }, overridesUplinks: true };
  // An order that is as wanted stays the switch's where it is that: every host of the switch would be touched for nothing.
  if (isSameOrder(group.uplinks, to.uplinks)) return;
  checkTeaming(draft, group, portGroup);
  const isPlanned = draft.wholeSwitch.some((one) => one.from.key === group.key);
  if (!isPlanned) draft.wholeSwitch.push({ from: group, to });
}

/** Where no uplink is named, some may be down; without any link the port group carries nothing. The order of other makers'
 * switches is not known, nor are uplinks that this host's part of the switch does not name. */
function checkAnyLink(draft: PlanDraft, found: DistributedSwitchProxy, group: DistributedPortGroup): void {
  const used = [...group.uplinks.active, ...group.uplinks.standby];
  const ports = found.uplinks.filter((one) => used.includes(one.name));
  if (used.length === 0 && group.overridesUplinks !== undefined) {
    const message = `distributed port group ${group.name} uses no uplink of ${found.name} (${list(found.uplinks)}): nothing leaves the host.`;
    block(draft, 'uplink-missing', message, 'Give it one in vCenter, or name one in vmotion.yaml.');
  }
  if (used.length === 0 || used.some((name) => !ports.some((one) => one.name === name))) return;
  const pnics = pnicsOf(ports);
  if (pnics.some((one) => hasLink(draft, one))) return;
  const message =
    pnics.length === 0
      ? `no pnic is behind an uplink of ${group.name} on ${found.name} (${used.join(', ')}).`
      : `no uplink of ${group.name} on ${found.name} has a link (${pnics.join(', ')}).`;
  block(
    draft,
    'uplink-down',
    message,
    'Check cables and switch ports, or assign other pnics to the uplinks in vCenter.',
  );
}

const pnicsOf = (ports: DistributedSwitchProxy['uplinks']): string[] =>
  ports.flatMap(({ pnic }) => (pnic === undefined ? [] : [pnic]));
