// Where virtual machines are and what they are plugged into, asked of the simulated vCenter itself.
import type { LabModel } from '../../infra/lab/vcenter/model.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { World } from '../support/world.ts';
import { jobOf, violate } from './checkers.ts';

/** Of each machine, its host; and everything that carries machines and no vMotion, as text. */
export type Machines = { hosts: Map<string, string>; networks: string };

export function keepMachines(model: LabModel): Machines {
  const standard = model.clusters.flatMap(({ hosts }) =>
    hosts.map(({ name, network }) => [
      name,
      network.portGroups.filter((group) => !group.name.startsWith('vMotion')),
      network.switches.filter((one) => one.name === 'vSwitch0'),
    ]),
  );
  const distributed = model.distributedSwitches.flatMap(({ portGroups }) =>
    portGroups.filter(({ name }) => !name.startsWith('dv-vMotion')).map(({ name, setting }) => ({ name, setting })),
  );
  const nics = model.vms.map(({ name, nics: own }) => ({ name, own }));
  return {
    hosts: new Map(model.vms.map((vm) => [vm.name, vm.host])),
    networks: JSON.stringify([standard, distributed, nics]),
  };
}

/** No job changes a machine's network, and only a trial moves one: its own. */
export function checkMachines(model: LabModel, then: Machines, job: Job): void {
  if (keepMachines(model).networks !== then.networks) violate('a VM network never changes', job.id);
  for (const vm of model.vms) {
    const isItsOwn = job.kind === 'trial' && job.trial?.found?.vm.name === vm.name;
    if (!isItsOwn && then.hosts.get(vm.name) !== vm.host)
      violate('a job moves no VM but its trial', `${job.id}: ${vm.name} is on ${vm.host}`);
  }
}

/** The machine is where the job's end says, and nowhere else. */
export function checkTrial(world: World, job: Job, then: Machines): void {
  const { found, request } = job.trial ?? {};
  const moves = world.lab.calls().filter((call) => call.operation === 'RelocateVM_Task' && jobOf(call.opId) === job.id);
  if (found === undefined || request === undefined) {
    if (moves.length > 0) violate('a trial moves nothing before it is planned', job.id);
    return;
  }
  const is = world.lab.model.vms.find((vm) => vm.name === found.vm.name)?.host ?? '';
  const was = then.hosts.get(found.vm.name) ?? '';
  const text = `${job.id} is ${job.state} (${job.failure?.code ?? 'no failure'}): ${found.vm.name} was on ${was}, is on ${is}`;
  const possible = new Set(whereTold(job, { was, from: found.from.name, to: found.to.name }));
  if (!possible.has(is)) violate('a trial says where the VM is', text);
  const most = request.isReturning ? 4 : 2;
  if (moves.length > most) violate('a trial asks at most twice a way', `${job.id} asked ${moves.length} times`);
}

function whereTold(job: Job, at: { was: string; from: string; to: string }): string[] {
  const end = job.trial?.request.isReturning === true ? at.from : at.to;
  const isNotAsPlanned = job.failure?.code === 'trial-not-as-planned';
  if (job.state === 'done' || isNotAsPlanned) return [end];
  if (job.failure?.code === 'trial-not-returned') return [at.to];
  if (job.failure?.code === 'stopped') {
    const isThere = job.trial?.there?.state === 'moved' && job.trial.back?.state !== 'moved';
    return [isThere ? at.to : at.was];
  }
  return job.state === 'partial' || job.state === 'needs-hands' ? [at.from, at.to] : [at.was];
}
