// What a plan would change, field by field: how a host differs from its profile.
import type { HostNetwork, NetstackSettings, PortGroup, StandardSwitch, VmkSpec } from './inventory.ts';
import { attachmentText, differences, type FieldChange, ipv4Text, ipv6Text } from './network-fields.ts';
import type { Step } from './step.ts';

/** From what is to what is wanted, in the order of the steps. */
export function wantedFields(steps: Step[]): FieldChange[] {
  return steps.flatMap(fieldsOf);
}

function fieldsOf(step: Step): FieldChange[] {
  switch (step.kind) {
    case 'add-switch':
      return [{ field: `switch ${step.standardSwitch.name}`, from: undefined, to: switchText(step.standardSwitch) }];
    case 'remove-switch':
      return [{ field: `switch ${step.standardSwitch.name}`, from: switchText(step.standardSwitch), to: undefined }];
    case 'update-distributed-port-group':
      return between({ distributedPortGroups: [step.from] }, { distributedPortGroups: [step.to] });
    case 'add-port-group':
      return [{ field: `port group ${step.portGroup.name}`, from: undefined, to: groupText(step.portGroup) }];
    case 'update-port-group':
      return between({ portGroups: [step.from] }, { portGroups: [step.to] });
    case 'remove-port-group':
      return [{ field: `port group ${step.portGroup.name}`, from: groupText(step.portGroup), to: undefined }];
    case 'add-vmk':
      return [{ field: `${step.spec.netstack} adapter`, from: undefined, to: specText(step.spec) }];
    case 'update-vmk':
      return between({ vmks: [toVmk(step.device, step.from)] }, { vmks: [toVmk(step.device, step.to)] });
    case 'remove-vmk':
      return [{ field: step.device, from: specText(step.spec), to: undefined }];
    case 'set-netstack':
      return between(withStack(step.netstack, step.from), withStack(step.netstack, step.to));
    case 'select-service':
      return [{ field: `${step.device} services`, from: `without ${step.service}`, to: step.service }];
    case 'deselect-service':
      return [{ field: `${step.device} services`, from: step.service, to: `without ${step.service}` }];
    case 'await-dormant':
      return [];
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

const NOTHING: HostNetwork = {
  vmks: [],
  netstacks: [],
  portGroups: [],
  standardSwitches: [],
  distributedSwitches: [],
  pnics: [],
  isIpv6Enabled: true,
};

function between(from: Partial<HostNetwork>, to: Partial<HostNetwork>): FieldChange[] {
  return differences({ ...NOTHING, ...from }, { ...NOTHING, ...to });
}

const toVmk = (device: string, spec: VmkSpec) => ({ ...spec, device, services: [] });

const withStack = (key: string, settings: NetstackSettings): Partial<HostNetwork> => ({
  netstacks: [{ key, isLive: false, settings }],
});

const switchText = ({ uplinks, mtuBytes }: StandardSwitch): string => `${uplinks.join(' ')}, MTU ${mtuBytes}`;

/** "VLAN 101 on vSwitch1, active vmnic2". */
const groupText = ({ vlanId, switchName, uplinks }: PortGroup): string =>
  `VLAN ${vlanId} on ${switchName}, active ${uplinks.active.join(' ')}`;

/** "172.16.1.51/24 on vMotion-A, MTU 9000". */
function specText({ ipv4, ipv6, attachment, mtuBytes }: VmkSpec): string {
  const addresses = [ipv4Text(ipv4), ipv6Text(ipv6)].filter((text) => text !== '').join(' ');
  const network =
    attachment.kind === 'distributed' ? (attachment.name ?? attachment.portGroupKey) : attachmentText(attachment);
  return `${addresses === '' ? 'an adapter' : addresses} on ${network}, MTU ${mtuBytes}`;
}
