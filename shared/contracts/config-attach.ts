// Where the adapters of one profile of vmotion.yaml are plugged in, each by itself and beside the others.
import { canonicalJson } from '../domain/canonical-json.ts';
import type { ConfigAdapter } from './config-adapter-schema.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';

type Attach = ConfigAdapter['attach'];

const SWITCHES = ['switch', 'newSwitch', 'distributedSwitch'] as const;

/** What is wrong with one adapter's place. */
export function judgeAttach(attach: Attach, mtu: number, at: ConfigPlace): ConfigProblem[] {
  const given = SWITCHES.filter((key) => attach[key] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    return [{ at, message: `needs exactly one of ${SWITCHES.join(', ')}; it has ${found}` }];
  }
  if (attach.distributedSwitch !== undefined && attach.vlan !== undefined) {
    const remedy = 'Leave it out, and set the VLAN of the port group in vCenter.';
    return [
      { at: [...at, 'vlan'], message: 'belongs to standard switches; a distributed port group has its own', remedy },
    ];
  }
  return attach.newSwitch === undefined ? [] : judgeNewSwitch(attach, attach.newSwitch, { mtu, at });
}

function judgeNewSwitch(
  { activeUplink }: Attach,
  { pnics, mtu }: NonNullable<Attach['newSwitch']>,
  adapter: { mtu: number; at: ConfigPlace },
): ConfigProblem[] {
  const place = [...adapter.at, 'newSwitch'];
  const problems: ConfigProblem[] = [];
  if (new Set(pnics).size < pnics.length) problems.push({ at: [...place, 'pnics'], message: 'names a pnic twice' });
  if (mtu < adapter.mtu) {
    problems.push({ at: [...place, 'mtu'], message: `must be at least the ${adapter.mtu} of the adapter, not ${mtu}` });
  }
  if (activeUplink !== undefined && !pnics.includes(activeUplink)) {
    const message = `${activeUplink} is not among the new switch's pnics ${pnics.join(', ')}`;
    problems.push({ at: [...adapter.at, 'activeUplink'], message });
  }
  return problems;
}

/** What two adapters of a profile can't have both. */
export function judgeAdapterTwins(adapters: ConfigAdapter[], at: ConfigPlace): ConfigProblem[] {
  return adapters.flatMap((adapter, index) => {
    const earlier = adapters.slice(0, index);
    const place = [...at, 'adapters', index];
    const problems: ConfigProblem[] = [];
    if (earlier.some((other) => other.label === adapter.label)) {
      problems.push({ at: [...place, 'label'], message: `${adapter.label} is another adapter's label` });
    }
    // Addresses of named hosts are compared one by one, with the host in the message.
    const { ipv4 } = adapter;
    const isRule = ipv4 !== 'dhcp' && ipv4.hosts === undefined;
    if (isRule && earlier.some((other) => canonicalJson(other.ipv4) === canonicalJson(ipv4))) {
      const message = "is another adapter's rule: each host would get the same address twice";
      problems.push({ at: [...place, 'ipv4'], message });
    }
    return [...problems, ...judgePlaces(adapter, earlier, place)];
  });
}

function judgePlaces(adapter: ConfigAdapter, earlier: ConfigAdapter[], place: ConfigPlace): ConfigProblem[] {
  const { attach } = adapter;
  const at = [...place, 'attach'];
  const shared = earlier.filter((other) => isSamePortGroup(other.attach, attach));
  return [
    ...(attach.distributedSwitch === undefined
      ? shared.slice(0, 1).map(() => notAlone(attach.portGroup, at))
      : shared.flatMap((other) => judgeShared(adapter, other, at))),
    ...earlier.flatMap((other) => judgeSwitches(attach, other, at)),
  ];
}

function notAlone(portGroup: string, at: ConfigPlace): ConfigProblem {
  const message = `${portGroup} is another adapter's; each needs a port group with its own active uplink`;
  return { at: [...at, 'portGroup'], message };
}

/** Port groups of standard switches have names that are a host's only one. */
function isSamePortGroup(a: Attach, b: Attach): boolean {
  return a.portGroup === b.portGroup && a.distributedSwitch === b.distributedSwitch;
}

/** Adapters in one distributed port group are told apart by their addresses. */
function judgeShared(adapter: ConfigAdapter, other: ConfigAdapter, at: ConfigPlace): ConfigProblem[] {
  const { portGroup, activeUplink } = adapter.attach;
  const problems: ConfigProblem[] = [];
  if (adapter.ipv4 === 'dhcp' || other.ipv4 === 'dhcp') {
    const message = `${portGroup} is also adapter ${other.label}'s; with dhcp, each needs a port group of its own`;
    problems.push({ at: [...at, 'portGroup'], message });
  }
  if (activeUplink !== other.attach.activeUplink) {
    const message = `differs from adapter ${other.label}'s on the same port group; a port group has one uplink order`;
    problems.push({ at: [...at, 'activeUplink'], message });
  }
  return problems;
}

function judgeSwitches(attach: Attach, other: ConfigAdapter, at: ConfigPlace): ConfigProblem[] {
  const [own, others] = [attach.newSwitch, other.attach.newSwitch];
  if (own !== undefined && own.name === other.attach.switch)
    return [{ at: [...at, 'newSwitch'], message: `${own.name} is an existing switch for adapter ${other.label}` }];
  if (others !== undefined && others.name === attach.switch)
    return [
      {
        at: [...at, 'switch'],
        message: `${others.name} is a new switch for adapter ${other.label}; say newSwitch here too`,
      },
    ];
  if (own === undefined || others === undefined) return [];
  if (own.name === others.name)
    return canonicalJson(own) === canonicalJson(others)
      ? []
      : [{ at: [...at, 'newSwitch'], message: `${own.name} is not the same for adapter ${other.label}` }];
  const pnic = own.pnics.find((one) => others.pnics.includes(one));
  if (pnic === undefined) return [];
  return [{ at: [...at, 'newSwitch', 'pnics'], message: `${pnic} is already a pnic of the new switch ${others.name}` }];
}
