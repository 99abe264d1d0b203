// The port group of an adapter on a standard switch, and the switch itself where it is to be created.
import type { WantedAdapter } from './addressing.ts';
import type { PortGroup, StandardSwitch } from './inventory.ts';
import { block, type PlanDraft } from './plan-draft.ts';
import { findSwitch } from './plan-switch.ts';
import type { StandardAttachRule } from './profile.ts';
import type { Step } from './step.ts';
import { isSameOrder } from './step-effect.ts';
import { checkStandardUplink, checkSwitchMtu, checkTeaming, hasLink } from './uplink-checks.ts';

/** Steps that make switch and port group what the rule wants. Empty: they are, or a finding says why they can't be. */
export function planPortGroup(draft: PlanDraft, attach: StandardAttachRule, adapter: WantedAdapter): Step[] {
  const answer = findSwitch(draft, attach);
  if (answer.kind === 'blocked') return [];
  const { standardSwitch } = answer;
  checkSwitchMtu(draft, standardSwitch, { portGroup: attach.portGroup, mtuBytes: adapter.mtuBytes });
  checkStandardUplink(draft, attach, standardSwitch);
  const existing = draft.network.portGroups.find((group) => group.name === attach.portGroup);
  const group = toPortGroup(attach, standardSwitch, existing);
  if (attach.activeUplink === undefined) checkAnyLink(draft, group, answer);
  const created: Step[] = answer.kind === 'created' ? [{ kind: 'add-switch', standardSwitch }] : [];
  if (existing === undefined) return [...created, { kind: 'add-port-group', portGroup: group }];
  const steps = planExisting(draft, existing, group);
  // What the switch does is judged with its uplinks.
  if (steps.length > 0 && standardSwitch.teaming !== existing.teaming) checkTeaming(draft, existing, existing.name);
  return [...created, ...steps];
}

/** Where no uplink is named, some may be down; without any link the port group carries nothing. */
function checkAnyLink(draft: PlanDraft, { name, uplinks }: PortGroup, { kind, standardSwitch }: Found): void {
  const used = [...uplinks.active, ...uplinks.standby];
  const its = kind === 'created' ? `the new switch ${standardSwitch.name}` : standardSwitch.name;
  if (used.length === 0) {
    const message = `port group ${name} has no pnic of ${its} (${standardSwitch.uplinks.join(', ') || 'none'}): nothing leaves the host.`;
    block(draft, 'uplink-missing', message, 'Give it one on the host, or name another switch in vmotion.yaml.');
    return;
  }
  if (used.some((pnic) => hasLink(draft, pnic))) return;
  const message = `none of the pnics of ${its} has a link (${used.join(', ')}).`;
  block(draft, 'uplink-down', message, 'Check cables and switch ports, or name other pnics in vmotion.yaml.');
}

type Found = Exclude<ReturnType<typeof findSwitch>, { kind: 'blocked' }>;

function toPortGroup(
  attach: StandardAttachRule,
  { name, uplinks }: StandardSwitch,
  existing: PortGroup | undefined,
): PortGroup {
  const { portGroup, vlanId, activeUplink } = attach;
  const group = { name: portGroup, switchName: name, vlanId };
  if (activeUplink !== undefined)
    return { ...group, uplinks: { active: [activeUplink], standby: [] }, overridesUplinks: true };
  return {
    ...group,
    uplinks: existing?.uplinks ?? { active: uplinks, standby: [] },
    overridesUplinks: existing?.overridesUplinks ?? false,
  };
}

function planExisting(draft: PlanDraft, existing: PortGroup, wanted: PortGroup): Step[] {
  if (existing.switchName !== wanted.switchName || existing.vlanId !== wanted.vlanId) {
    // Others may be plugged into it: moving it to another VLAN or switch is a person's decision.
    const message =
      `port group ${existing.name} exists on ${existing.switchName} with VLAN ${existing.vlanId}, ` +
      `the profile wants ${wanted.switchName} with VLAN ${wanted.vlanId}.`;
    block(draft, 'port-group-differs', message, 'Mend the port group on the host, or change vmotion.yaml.');
    return [];
  }
  const isSame = existing.overridesUplinks === wanted.overridesUplinks && isSameOrder(existing.uplinks, wanted.uplinks);
  if (isSame) return [];
  return [{ kind: 'update-port-group', from: existing, to: { ...wanted, teaming: existing.teaming } }];
}
