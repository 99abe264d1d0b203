// Moving a machine to another host, and what vCenter says against it beforehand.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { LabWorld } from './call.ts';
import type { LabHost, LabModel } from './model.ts';
import { allHosts, findPortGroup, getHost } from './model.ts';
import type { LabTask } from './tasks.ts';
import { invalidArgument, VimFault } from './vim-fault.ts';
import type { LabVm, LabVmNic } from './virtual-machine.ts';
import { findVmotionPath, requireVmotion } from './vmotion-path.ts';
import { bandwidthLine, sourceLines, targetLines, writeLog } from './vmkernel-log.ts';

export type RelocateSpec = { host?: Moref | undefined; pool?: Moref | undefined; datastore?: Moref | undefined };

const SWITCHOVER_MS = 2_000;
const STEPS = 4;

/** The host that the specification names. Throws InvalidArgument where it names none that there is. */
export function targetOf(model: LabModel, spec: RelocateSpec): LabHost {
  const target = allHosts(model).find((host) => host.moref.value === spec.host?.value);
  if (target === undefined) throw invalidArgument('spec.host');
  return target;
}

/** Everything that vCenter knows to be wrong without trying. Whether the adapters reach each other it does not know. */
export function checkRelocate(model: LabModel, vm: LabVm, target: LabHost): VimFault[] {
  const source = getHost(model, vm.host);
  if (target === source) return [];
  const faults = [source, target]
    .filter((host) => host.connection !== 'connected' || host.isInMaintenance)
    .map(badHost);
  faults.push(...vm.nics.flatMap((nic) => missingNetwork(nic, target) ?? []));
  if (!vm.isPoweredOn) return faults;
  for (const [host, atSource] of [
    [source, true],
    [target, false],
  ] as const) {
    if (host.connection !== 'connected') continue;
    try {
      requireVmotion(host, atSource);
    } catch (error) {
      if (!(error instanceof VimFault)) throw error;
      faults.push(error);
    }
  }
  return faults;
}

/** Moves the machine. The network is looked for once, at the start: later changes meet later migrations only. */
export async function relocate(world: LabWorld, vm: LabVm, target: LabHost, task: LabTask): Promise<undefined> {
  const { model, switches, clock, latency, seed } = world;
  const source = getHost(model, vm.host);
  const [fault] = checkRelocate(model, vm, target);
  if (fault !== undefined) throw fault;
  if (target === source) return undefined;
  if (!vm.isPoweredOn) {
    vm.host = target.name;
    return undefined;
  }
  const path = findVmotionPath(model, seed, source, target);
  const number = Number(task.moref.value.slice('task-'.length));
  const log = {
    id: String(clock.now().getTime() * 1000 + (number % 1000)),
    world: 2_100_000 + 8 * number,
    path,
    pagesLeft: 2_000 + ((number * 37) % 900),
  };
  writeLog(source, clock.now(), sourceLines(log, switches), switches);
  writeLog(target, clock.now(), targetLines(log, switches), switches);
  const copyMs = (vm.memoryMb * 8 * 1000) / Math.max(1, path.lineRateMb);
  for (let step = 1; step <= STEPS; step += 1) {
    task.progress = Math.round((100 * (step - 1)) / STEPS);
    const ms = latency.taskMs((copyMs + SWITCHOVER_MS) / STEPS);
    if (ms > 0) await clock.sleep(ms);
  }
  writeLog(source, clock.now(), [bandwidthLine(log)], switches);
  vm.host = target.name;
  return undefined;
}

function badHost(host: LabHost): VimFault {
  const state = host.isInMaintenance ? 'in maintenance mode' : 'not connected';
  return new VimFault('InvalidHostState', `The operation is not allowed: host '${host.name}' is ${state}.`, {
    host: host.moref,
  });
}

function missingNetwork(nic: LabVmNic, target: LabHost): VimFault | undefined {
  const { network } = nic;
  if (network.kind === 'other') return undefined;
  const isThere =
    network.kind === 'standard'
      ? findPortGroup(target, network.name) !== undefined
      : target.network.proxies.some(({ uuid }) => uuid === network.switchUuid);
  if (isThere) return undefined;
  const backing = network.kind === 'standard' ? network.name : `${network.switchUuid} [${network.portGroupKey}]`;
  const text = `Network interface '${nic.label}' uses network '${backing}', which is not accessible.`;
  return new VimFault('CannotAccessNetwork', text, { device: nic.label, backing, connected: nic.isConnected });
}
