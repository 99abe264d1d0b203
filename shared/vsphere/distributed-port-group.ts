// Changes of distributed port groups. They hold for every host of the switch at once.
import { canonicalJson } from '../domain/canonical-json.ts';
import type { DistributedPortGroup, Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import { type PortGroupConfig, settingOf } from './distributed-port-group-reader.ts';
import { awaitTask, type TaskCalls } from './follow-task.ts';
import type { HostMemory } from './host-memory.ts';
import { retrieveProperties } from './property-collector.ts';
import type { VimInput } from './vim.ts';

type Calls = TaskCalls & { memory: HostMemory };

/**
 * DistributedVirtualPortgroup.ReconfigureDVPortgroup_Task: sets the uplink order, or gives it back to the switch, under the
 * version that was read. Where somebody has written in between without changing anything, it is sent once more; otherwise
 * it is refused.
 */
export async function reconfigureDvPortgroup(calls: Calls, wanted: DistributedPortGroup): Promise<void> {
  const before = calls.memory.takePortGroup(wanted.key) ?? (await readConfig(calls, wanted));
  try {
    await send(calls, wanted, toUplinkChange(before, wanted.configVersion, wanted));
  } catch (error) {
    if (!(error instanceof OpsError) || error.fault !== 'ConcurrentAccess') throw error;
    const now = await readConfig(calls, wanted);
    if (!isSameButForVersion(before, now)) throw changedMeanwhile(wanted, error);
    await send(calls, wanted, toUplinkChange(now, now.configVersion, wanted));
  }
}

/**
 * The change of the order alone: vCenter merges what it is sent, policy by policy. The rest of the teaming goes back as
 * vCenter told it, because a teaming that is the port group's own is that as a whole.
 */
export function toUplinkChange(
  current: PortGroupConfig,
  configVersion: string | undefined,
  wanted: Pick<DistributedPortGroup, 'uplinks' | 'overridesUplinks'>,
): VimInput<'DVPortgroupConfigSpec'> {
  const { uplinkPortOrder: _, ...rest } = settingOf(current)?.uplinkTeamingPolicy ?? {};
  const setting: VimInput<'VMwareDVSPortSetting'> & { _type: string } = {
    _type: 'VMwareDVSPortSetting',
    uplinkTeamingPolicy: wanted.overridesUplinks === false ? inheriting(rest) : overriding(rest, wanted),
  };
  return { configVersion, defaultPortConfig: setting };
}

type Teaming = VimInput<'VmwareUplinkPortTeamingPolicy'>;
type OtherTeaming = Partial<Omit<Teaming, 'uplinkPortOrder'>>;

const overriding = (rest: OtherTeaming, { uplinks }: Pick<DistributedPortGroup, 'uplinks'>): Teaming => ({
  ...rest,
  inherited: false,
  uplinkPortOrder: { inherited: false, activeUplinkPort: uplinks.active, standbyUplinkPort: uplinks.standby },
});

/** What is inherited has no value of its own. With the order, the teaming is the switch's again, unless some other part
 * of it is the port group's. */
function inheriting(rest: OtherTeaming): Teaming {
  const { inherited: _, ...parts } = rest;
  const isWholly = Object.values(parts).every((part) => part?.inherited !== false);
  return { ...parts, inherited: isWholly, uplinkPortOrder: { inherited: true } };
}

async function send(
  calls: Calls,
  { key, name }: DistributedPortGroup,
  spec: VimInput<'DVPortgroupConfigSpec'>,
): Promise<void> {
  const operation = 'ReconfigureDVPortgroup_Task';
  const task = await calls.session.call(operation, toMoref(key), { spec }, { about: name });
  await awaitTask(calls, task, { operation, about: name, isWrite: true });
}

async function readConfig({ session }: Calls, { key, name }: DistributedPortGroup): Promise<PortGroupConfig> {
  const spec = {
    propSet: [{ type: 'DistributedVirtualPortgroup', pathSet: ['config'] }],
    objectSet: [{ obj: toMoref(key) }],
  };
  const [row] = await retrieveProperties(session, spec, { about: name });
  const config = row?.properties.get('config') as PortGroupConfig | undefined;
  if (config !== undefined) return config;
  throw new OpsError('vcenter-object-gone', `vCenter shows no configuration of the port group ${name}.`, {
    retry: 'never',
    remedy: 'Somebody has removed it, or the account may no longer read it. Plan again.',
  });
}

/** Left out of what was read with the hosts: the notes that other products keep there. */
function isSameButForVersion(before: PortGroupConfig, now: PortGroupConfig): boolean {
  const comparable = (config: PortGroupConfig) =>
    canonicalJson({
      ...config,
      configVersion: undefined,
      vendorSpecificConfig: [],
      defaultPortConfig: { ...config.defaultPortConfig, vendorSpecificConfig: undefined },
    });
  return comparable(before) === comparable(now);
}

function changedMeanwhile({ name }: DistributedPortGroup, cause: OpsError): OpsError {
  return new OpsError('not-as-planned', `Somebody has changed the distributed port group ${name} since it was read.`, {
    retry: 'never',
    remedy: 'Find out who else changes it, then plan again.',
    fault: cause.fault,
    cause,
  });
}

const toMoref = (key: string): Moref => ({ type: 'DistributedVirtualPortgroup', value: key });
