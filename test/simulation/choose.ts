// What a seed draws before its story begins, and what people ask for in it.
import {
  FAULT_SCENARIO_NAMES,
  LIVE_SCENARIO_NAMES,
  SCENARIO_NAMES,
  type ScenarioName,
} from '../../infra/lab/vcenter/scenarios.ts';
import type { LabModel } from '../../infra/lab/vcenter/model.ts';
import type { LabClusterName } from '../../infra/lab/vcenter/topology.ts';
import type { Random } from '../support/random.ts';
import { isOfEvidence, isOfTrials } from './fault-types.ts';

export function chooseCluster(random: Random): LabClusterName {
  return random.pick([
    'cluster-a',
    'cluster-a',
    'cluster-l3',
    'cluster-dvs',
    'cluster-dvs',
    'cluster-dvs-2',
    'cluster-v6',
  ]);
}

/** Scenarios that say where a cluster begins. They stay as they are: a revert has to lead back there. */
const BEGINNINGS: ReadonlySet<ScenarioName> = new Set<ScenarioName>([
  'islands',
  'dvs',
  'mixed-switches',
  'ipv6',
  'shared-vmk',
  'vmotion-off-on-one',
  'vm-network-missing',
  'config-drift',
  'old-stack-same-address',
]);

export const isBeginning = (name: ScenarioName): boolean => BEGINNINGS.has(name);

/** Those of one cluster alone, so that they are not drawn where they do nothing. */
const ONLY_IN: Partial<Record<ScenarioName, LabClusterName>> = {
  'gateway-missing': 'cluster-l3',
  islands: 'cluster-dvs',
  'island-leak': 'cluster-dvs',
  dvs: 'cluster-dvs',
  'mixed-switches': 'cluster-dvs',
  ipv6: 'cluster-v6',
  dhcp: 'cluster-v6',
  'l3-asymmetric': 'cluster-l3',
  'old-stack-same-address': 'cluster-a',
};

/** At most two. What changes the same adapter in two ways is not drawn together. */
export function chooseScenarios(random: Random, cluster: LabClusterName): ScenarioName[] {
  const isHere = (name: ScenarioName) => (ONLY_IN[name] ?? cluster) === cluster;
  const faults = FAULT_SCENARIO_NAMES.filter(isHere);
  // What other people do meanwhile has tests of its own.
  const apart: ReadonlySet<ScenarioName> = new Set([...faults, ...LIVE_SCENARIO_NAMES]);
  const others = SCENARIO_NAMES.filter((name) => isHere(name) && !apart.has(name));
  const drawn: ScenarioName[] = [];
  if (random.chance(0.45)) drawn.push(random.pick(faults));
  if (random.chance(0.45)) drawn.push(random.pick(others));
  return drawn;
}

const LATE: ScenarioName[] = [...FAULT_SCENARIO_NAMES, 'no-privilege', 'dhcp', 'l3-asymmetric', 'island-leak'];

/** Something that can begin at any time. */
export function chooseLateFault(random: Random, cluster: LabClusterName): ScenarioName {
  return random.pick(LATE.filter((name) => (ONLY_IN[name] ?? cluster) === cluster));
}

/** Drawn together, so that a seed stays what it was. */
const gatewaySwitches = (isStrict: boolean) => ({ unreachedGatewayLeaves: isStrict, gatewayEditDropsTold: isStrict });

export function chooseSwitches(random: Random) {
  return {
    runtimeLagReads: random.below(4),
    deactivatingReads: random.below(4),
    listsVmotionStackInSelectedVnic: random.chance(0.5),
    selectVmotionWhileLive: random.pick(['fault', 'accept'] as const),
    editInactiveStack: random.pick(['fault', 'accept'] as const),
    gatewaySurvivesDormancy: random.chance(0.5),
    reflectPrefix: random.chance(0.5),
    quotedCookie: random.chance(0.5),
    pageSize: random.pick([1, 2, 1000]),
    missingObject: random.pick(['left-out', 'fault'] as const),
    expiryInMissingSet: random.chance(0.5),
    configOfUnreachableHost: random.pick(['absent', 'cached'] as const),
    esxcliPrivilege: random.pick(['Host.Config.Settings', 'Host.Cim.CimInteraction', 'none'] as const),
    logLinesMost: random.pick([50, 1000]),
    logPastEnd: random.pick(['tells-the-end', 'echoes-the-start'] as const),
    logsVmkDevice: random.chance(0.5),
    vmkNumber: random.pick(['lowest-free', 'above-all'] as const),
    stoppedVmHoldsPortGroup: random.chance(0.5),
    pingTimeUnit: random.pick(['microseconds', 'milliseconds'] as const),
    ...gatewaySwitches(random.chance(0.5)),
  };
}

/** A command, as somebody types it. `past`: jobs of this story. `favourites`: faults that want to be met. */
export function chooseCommand(
  random: Random,
  {
    cluster,
    past,
    model,
    favourites,
  }: { cluster: LabClusterName; past: string[]; model: LabModel; favourites: string[] },
): string {
  const verb = random.pick([
    'enable',
    'enable',
    'enable',
    'plan enable',
    'plan revert',
    'plan repair',
    'repair',
    'test',
    'revert',
    'revert job',
    'retry job',
    'status',
    'check',
    'trial',
    'trial',
    'evidence',
    ...(isOfTrials(favourites) ? TRIALS : []),
    ...(isOfEvidence(favourites) ? ['evidence', 'evidence', 'evidence'] : []),
  ]);
  if (verb === 'trial') return chooseTrial(random, cluster, model);
  if (verb !== 'revert job' && verb !== 'retry job') return `${verb} ${cluster}`;
  return past.length === 0 ? `enable ${cluster}` : `${verb.split(' ')[0]} ${random.pick(past)}`;
}

const TRIALS = Array.from({ length: 10 }, () => 'trial');

function chooseTrial(random: Random, cluster: LabClusterName, model: LabModel): string {
  const hosts = model.clusters.find(({ name }) => name === cluster)?.hosts.map(({ name }) => name) ?? [];
  const vm = random.pick(model.vms.filter(({ isPoweredOn }) => isPoweredOn || random.chance(0.2)));
  // Now and then it runs elsewhere than people believe.
  const from = random.chance(0.9) ? vm.host : random.pick(hosts);
  const to = random.pick(hosts.filter((name) => name !== from));
  return `trial ${cluster} --vm ${vm.name} --from ${from} --to ${to}${random.chance(0.5) ? ' --return' : ''}`;
}
