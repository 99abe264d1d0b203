// From a host as it is to the vMotion network its cluster's profile wants. Pure: reads values, decides steps.
import type { WantedAdapter, WantedHost } from './addressing.ts';
import type { Finding, FindingCode } from './finding.ts';
import {
  DEFAULT_NETSTACK,
  type Host,
  type HostNetwork,
  type NetstackSettings,
  type PortGroup,
  VMOTION_NETSTACK,
  VMOTION_SERVICE,
  type VmkernelAdapter,
  type VmkSpec,
} from './inventory.ts';
import type { HostPlan, Untouched } from './plan.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';
import {
  adaptersOnDefaultStack,
  adaptersOnVmotionStack,
  findNetstack,
  isVmotionStackLive,
} from './vmotion-adapters.ts';

/** The vMotion TCP/IP stack came with ESXi 6.0. */
const ESXI_MAJOR_MIN = 6;

type Draft = { host: Host; network: HostNetwork; findings: Finding[]; untouched: Untouched[] };

/** What one host needs to become as the profile wants it. `wanted` holds the host's own addresses and gateway. */
export function planEnable(host: Host, wanted: WantedHost, profile: Profile): HostPlan {
  const { network } = host;
  const name = { moref: host.moref, name: host.name };
  if (host.connection !== 'connected' || network === undefined) {
    return { host: name, kind: 'skipped', steps: [], findings: [notConnected(host)], untouched: [] };
  }
  const draft: Draft = { host, network, findings: [...wanted.findings], untouched: [] };
  checkVersion(draft);
  checkGateway(draft, wanted);
  const groups = wanted.adapters.map((adapter) => planPortGroup(draft, adapter)).filter((step) => step !== undefined);
  const adapters = planAdapters(draft, wanted.adapters);
  const olds = planOldAdapters(draft, profile, adapters);
  const stack = planNetstack(draft, wanted, profile);
  noteUntouched(draft, adapters.removedFirst);
  const steps = [
    ...uniquePortGroups(groups),
    ...adapters.removals,
    ...adapters.additions,
    ...adapters.updates,
    ...stack,
    ...olds,
  ];
  const { findings, untouched } = draft;
  if (findings.some((finding) => finding.severity === 'blocking')) {
    return { host: name, kind: 'blocked', steps: [], findings, untouched };
  }
  return { host: name, kind: steps.length === 0 ? 'in-place' : 'change', steps, findings, untouched };
}

function add(draft: Draft, severity: Finding['severity'], code: FindingCode, message: string, remedy?: string): void {
  draft.findings.push({ code, severity, host: draft.host.name, message, remedy });
}

function notConnected(host: Host): Finding {
  const state = host.connection === 'connected' ? 'connected, but gives no network configuration' : host.connection;
  return {
    code: host.connection === 'connected' ? 'network-unknown' : 'host-not-connected',
    severity: 'warning',
    host: host.name,
    message: `${host.name} is ${state}: nothing is known of its network, and nothing will be done to it.`,
    remedy: 'Reconnect the host in vCenter and run the command again: hosts already in place are left alone.',
  };
}

function checkVersion(draft: Draft): void {
  const major = Number.parseInt(draft.host.esxiVersion, 10);
  if (Number.isNaN(major) || major >= ESXI_MAJOR_MIN) return;
  const message = `${draft.host.name} runs ESXi ${draft.host.esxiVersion}; the vMotion TCP/IP stack needs 6.0 or later.`;
  add(draft, 'blocking', 'esxi-too-old', message, 'Upgrade the host, or take it out of the cluster.');
}

/** The two stacks must not share a gateway: vSphere then can't tell which stack's route is meant. */
function checkGateway(draft: Draft, wanted: WantedHost): void {
  const ofDefault = findNetstack(draft.network, DEFAULT_NETSTACK)?.settings.gateway;
  if (wanted.gateway === undefined || wanted.gateway !== ofDefault) return;
  const message = `${draft.host.name}: the gateway ${wanted.gateway} is already the default stack's gateway.`;
  add(
    draft,
    'blocking',
    'gateway-equals-default-stack',
    message,
    'Give the vMotion stack a gateway of its own in vmotion.yaml.',
  );
}

function planPortGroup(draft: Draft, adapter: WantedAdapter): Step | undefined {
  const { attach } = adapter;
  const { host, network } = draft;
  const found = network.standardSwitches.find((one) => one.name === attach.switchName);
  if (found === undefined) {
    const names = network.standardSwitches.map((one) => one.name).join(', ');
    const message = `${host.name} has no standard switch "${attach.switchName}" for ${attach.portGroup}. It has: ${names || 'none'}.`;
    add(
      draft,
      'blocking',
      'switch-missing',
      message,
      'Create the switch on the host, or name another one in vmotion.yaml.',
    );
    return undefined;
  }
  if (found.mtuBytes < adapter.mtuBytes) {
    const message = `${host.name}: ${found.name} has MTU ${found.mtuBytes}, less than the ${adapter.mtuBytes} wanted on ${attach.portGroup}.`;
    add(
      draft,
      'blocking',
      'switch-mtu-too-small',
      message,
      `Raise the switch's MTU, or set mtu: ${found.mtuBytes} in vmotion.yaml.`,
    );
  }
  checkUplink(draft, adapter, found);
  const existing = network.portGroups.find((group) => group.name === attach.portGroup);
  const uplinks =
    attach.activeUplink === undefined
      ? (existing?.uplinks ?? { active: found.uplinks, standby: [] })
      : { active: [attach.activeUplink], standby: [] };
  const overridesUplinks = attach.activeUplink === undefined ? (existing?.overridesUplinks ?? false) : true;
  const group: PortGroup = {
    name: attach.portGroup,
    switchName: found.name,
    vlanId: attach.vlanId,
    uplinks,
    overridesUplinks,
  };
  if (existing === undefined) return { kind: 'add-port-group', portGroup: group };
  return planExistingPortGroup(draft, existing, group);
}

function planExistingPortGroup(draft: Draft, existing: PortGroup, wanted: PortGroup): Step | undefined {
  const { host } = draft;
  if (existing.switchName !== wanted.switchName || existing.vlanId !== wanted.vlanId) {
    // Others may be plugged into it: moving it to another VLAN or switch is a person's decision.
    const message =
      `${host.name}: port group ${existing.name} exists on ${existing.switchName} with VLAN ${existing.vlanId}, ` +
      `the profile wants ${wanted.switchName} with VLAN ${wanted.vlanId}.`;
    add(draft, 'blocking', 'port-group-differs', message, 'Mend the port group on the host, or change vmotion.yaml.');
    return undefined;
  }
  const isSame =
    existing.overridesUplinks === wanted.overridesUplinks &&
    existing.uplinks.active.join() === wanted.uplinks.active.join() &&
    existing.uplinks.standby.join() === wanted.uplinks.standby.join();
  return isSame
    ? undefined
    : { kind: 'update-port-group', from: existing, to: { ...wanted, teaming: existing.teaming } };
}

function checkUplink(draft: Draft, adapter: WantedAdapter, found: HostNetwork['standardSwitches'][number]): void {
  const { activeUplink, portGroup } = adapter.attach;
  const { host, network } = draft;
  if (activeUplink === undefined) return;
  if (!found.uplinks.includes(activeUplink)) {
    const message = `${host.name}: ${activeUplink} is not an uplink of ${found.name} (${found.uplinks.join(', ') || 'none'}).`;
    add(draft, 'blocking', 'uplink-missing', message, `Choose one of its uplinks for ${portGroup} in vmotion.yaml.`);
    return;
  }
  if (found.teaming === 'loadbalance_ip') {
    const message = `${host.name}: ${found.name} balances by IP hash; an uplink order of its own would break ${portGroup}.`;
    add(
      draft,
      'blocking',
      'ip-hash-teaming',
      message,
      'Leave activeUplink out, or use a switch without an EtherChannel.',
    );
  }
  if (network.pnics.find((pnic) => pnic.device === activeUplink)?.linkSpeedMb !== undefined) return;
  const message = `${host.name}: ${activeUplink}, the only active uplink of ${portGroup}, has no link.`;
  add(
    draft,
    'blocking',
    'uplink-down',
    message,
    'Check cable and switch port, or choose another uplink in vmotion.yaml.',
  );
}

/** Two adapters may share a distributed port group, so the same group is planned once. */
function uniquePortGroups(steps: Step[]): Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const name =
      step.kind === 'add-port-group' ? step.portGroup.name : step.kind === 'update-port-group' ? step.to.name : '';
    return !seen.has(name) && seen.add(name);
  });
}

export function toVmkSpec(adapter: WantedAdapter): VmkSpec {
  return {
    netstack: VMOTION_NETSTACK,
    attachment: { kind: 'standard', portGroup: adapter.attach.portGroup },
    ipv4: { dhcp: false, address: adapter.address, prefixLength: adapter.prefixLength },
    mtuBytes: adapter.mtuBytes,
  };
}

type AdapterSteps = { removals: Step[]; additions: Step[]; updates: Step[]; removedFirst: Set<string> };

function planAdapters(draft: Draft, wanted: WantedAdapter[]): AdapterSteps {
  const steps: AdapterSteps = { removals: [], additions: [], updates: [], removedFirst: new Set() };
  const kept = new Set<string>();
  for (const adapter of wanted) {
    const spec = toVmkSpec(adapter);
    const existing = adaptersOnVmotionStack(draft.network).find((vmk) => isPluggedInto(vmk, adapter.attach.portGroup));
    if (existing !== undefined) {
      kept.add(existing.device);
      const to = { ...toSpec(existing), ipv4: spec.ipv4, mtuBytes: spec.mtuBytes };
      if (!isSameAdapter(existing, to))
        steps.updates.push({ kind: 'update-vmk', device: existing.device, from: toSpec(existing), to });
      continue;
    }
    for (const vmk of obstacles(draft.network, adapter)) planObstacle(draft, steps, vmk, adapter);
    steps.additions.push({ kind: 'add-vmk', spec });
  }
  for (const vmk of adaptersOnVmotionStack(draft.network)) {
    if (kept.has(vmk.device) || steps.removedFirst.has(vmk.device)) continue;
    const message = `${draft.host.name}: ${vmk.device} (${vmk.ipv4.address ?? 'no address'}) is on the vMotion stack but not in the profile. It stays and will carry migrations.`;
    add(draft, 'warning', 'adapter-on-stack-kept', message, 'Remove it by hand, or add it to vmotion.yaml.');
  }
  return steps;
}

/** Adapters that stand where the new one must go: its port group (a standard one takes one adapter) or its address. */
function obstacles(network: HostNetwork, adapter: WantedAdapter): VmkernelAdapter[] {
  return network.vmks.filter(
    (vmk) => isPluggedInto(vmk, adapter.attach.portGroup) || vmk.ipv4.address === adapter.address,
  );
}

function planObstacle(draft: Draft, steps: AdapterSteps, vmk: VmkernelAdapter, adapter: WantedAdapter): void {
  if (steps.removedFirst.has(vmk.device)) return;
  const others = vmk.services.filter((service) => service !== VMOTION_SERVICE);
  const isOurs =
    vmk.netstack === VMOTION_NETSTACK || (vmk.netstack === DEFAULT_NETSTACK && vmk.services.includes(VMOTION_SERVICE));
  if (!isOurs || others.length > 0) {
    const [code, what]: [FindingCode, string] = isPluggedInto(vmk, adapter.attach.portGroup)
      ? ['port-group-taken', `port group ${adapter.attach.portGroup}`]
      : ['address-in-use', `address ${adapter.address}`];
    const carries = others.length > 0 ? `carries ${others.join(', ')}` : `is on stack ${vmk.netstack}`;
    const message = `${draft.host.name}: ${vmk.device} has the ${what} and ${carries}, so it can't make room.`;
    add(draft, 'blocking', code, message, 'Choose another port group or address in vmotion.yaml.');
    return;
  }
  steps.removedFirst.add(vmk.device);
  steps.removals.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
}

/** Adapters of the default stack lose vMotion as soon as the new stack is live; what else becomes of them. */
function planOldAdapters(draft: Draft, profile: Profile, adapters: AdapterSteps): Step[] {
  const steps: Step[] = [];
  const isAlreadyLive = isVmotionStackLive(draft.network);
  for (const vmk of adaptersOnDefaultStack(draft.network)) {
    if (adapters.removedFirst.has(vmk.device)) continue;
    const others = vmk.services.filter((service) => service !== VMOTION_SERVICE);
    const what = `${vmk.device} (${vmk.ipv4.address ?? 'no address'})`;
    if (others.length > 0) {
      const message = `${draft.host.name}: ${what} also carries ${others.join(', ')}: it stays for that, and loses vMotion.`;
      add(draft, 'note', 'adapter-kept-for-services', message);
    } else if (profile.oldAdapters === 'remove') {
      steps.push({ kind: 'remove-vmk', device: vmk.device, spec: toSpec(vmk), services: vmk.services });
    } else if (!isAlreadyLive) {
      add(
        draft,
        'note',
        'vmotion-leaves-adapter',
        `${draft.host.name}: ${what} stays, and loses vMotion to the new stack.`,
      );
    }
  }
  return steps;
}

function planNetstack(draft: Draft, wanted: WantedHost, profile: Profile): Step[] {
  const from = findNetstack(draft.network, VMOTION_NETSTACK)?.settings ?? {};
  const { congestionControl = from.congestionControl, connections = from.connections } = profile.stack;
  const to: NetstackSettings = { ...from, gateway: wanted.gateway, congestionControl, connections };
  if (to.connections !== from.connections) {
    const message = `${draft.host.name}: the number of connections changes to ${to.connections}; it may take a reboot to have effect.`;
    add(draft, 'note', 'connections-need-reboot', message);
  }
  const isSame =
    from.gateway === to.gateway &&
    from.congestionControl === to.congestionControl &&
    from.connections === to.connections;
  return isSame ? [] : [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from, to }];
}

function noteUntouched(draft: Draft, removedFirst: Set<string>): void {
  for (const vmk of draft.network.vmks) {
    if (vmk.netstack === VMOTION_NETSTACK || removedFirst.has(vmk.device)) continue;
    const others = vmk.services.filter((service) => service !== VMOTION_SERVICE);
    const isVmotionOnly = vmk.services.includes(VMOTION_SERVICE) && others.length === 0;
    if (isVmotionOnly) continue;
    const why = others.length > 0 ? `carries ${others.join(', ')}` : `is on stack ${vmk.netstack} without vMotion`;
    draft.untouched.push({ what: vmk.device, why });
  }
}

function isPluggedInto(vmk: VmkernelAdapter, portGroup: string): boolean {
  return vmk.attachment.kind === 'standard' && vmk.attachment.portGroup === portGroup;
}

/** The adapter without its device and services: what is needed to create it again. */
export function toSpec(vmk: VmkernelAdapter): VmkSpec {
  const { device: _device, services: _services, ...spec } = vmk;
  return spec;
}

function isSameAdapter(a: VmkSpec, b: VmkSpec): boolean {
  return (
    a.mtuBytes === b.mtuBytes &&
    a.ipv4.dhcp === b.ipv4.dhcp &&
    a.ipv4.address === b.ipv4.address &&
    a.ipv4.prefixLength === b.ipv4.prefixLength
  );
}
