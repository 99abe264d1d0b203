// Where virtual machines are and what they are plugged into, asked of the simulated vCenter itself.
import type { Job } from '../../shared/domain/job.ts';
import { violate } from './violation.ts';
import type { Place, Run } from './run.ts';

/** Of each machine, its host; and everything that carries machines and no vMotion, as text, each with the host that it
 * comes and goes with. */
export type Machines = { hosts: Map<string, string>; networks: Map<string, { host?: string; text: string }> };

export function keepMachines({ site, cluster }: Place): Machines {
  const { model } = site.lab;
  const clusters = model.clusters.filter(({ name }) => name === cluster);
  const standard = clusters.flatMap(({ hosts }) =>
    hosts.map(({ name, network }) => {
      const groups = network.portGroups.filter((group) => !group.name.startsWith('vMotion'));
      const switches = network.switches.filter((one) => one.name === 'vSwitch0');
      return [`host ${name}`, { host: name, text: JSON.stringify([groups, switches]) }] as const;
    }),
  );
  const distributed = model.distributedSwitches.flatMap(({ portGroups }) =>
    portGroups.filter(({ name }) => !name.startsWith('dv-vMotion')).map(({ name, setting }) => ({ name, setting })),
  );
  const hosts = new Set(clusters.flatMap((one) => one.hosts.map(({ name }) => name)));
  const vms = model.vms.filter(({ host }) => hosts.has(host));
  const nics = vms.map(({ name, host, nics: own }) => [`vm ${name}`, { host, text: JSON.stringify(own) }] as const);
  return {
    hosts: new Map(vms.map((vm) => [vm.name, vm.host])),
    networks: new Map<string, { host?: string; text: string }>([
      ...standard,
      ...nics,
      ['distributed', { text: JSON.stringify(distributed) }],
    ]),
  };
}

/** No job changes a machine's network, and only a trial moves one: its own. */
export function checkMachines(place: Place, then: Machines, job: Job): void {
  const now = keepMachines(place);
  const { model } = place.site.lab;
  const members = model.clusters.find(({ name }) => name === place.cluster)?.hosts ?? [];
  const isHere = (host: string) => members.some(({ name }) => name === host);
  for (const [what, { host, text }] of then.networks) {
    const isGone = host !== undefined && !isHere(host);
    if (!isGone && now.networks.get(what)?.text !== text && !isMoved(then, now, what))
      violate('a VM network never changes', `${job.id}: ${what}`);
  }
  for (const [vm, was] of then.hosts) {
    const isItsOwn = job.kind === 'trial' && job.trial?.found?.vm.name === vm;
    const is = now.hosts.get(vm);
    if (!isItsOwn && isHere(was) && is !== was)
      violate('a job moves no VM but its trial', `${job.id}: ${vm} is on ${is}`);
  }
}

/** A machine that is elsewhere is told below. */
const isMoved = (then: Machines, now: Machines, what: string) => {
  const vm = what.replace(/^vm /, '');
  return then.hosts.has(vm) && then.hosts.get(vm) !== now.hosts.get(vm);
};

/** The machine is where the job's end says, and nowhere else. */
export function checkTrial(run: Run, place: Place, { job, before }: { job: Job; before: Machines }): void {
  const { found, request } = job.trial ?? {};
  const moves = run.writes.filter((write) => write.operation === 'RelocateVM_Task' && write.job === job.id);
  if (found === undefined || request === undefined) {
    if (moves.length > 0) violate('a trial moves nothing before it is planned', job.id);
    return;
  }
  const vm = place.site.lab.model.vms.find((one) => one.name === found.vm.name);
  // It left vCenter with its host.
  if (vm === undefined) return;
  const is = vm.host;
  const was = before.hosts.get(found.vm.name) ?? '';
  const text = `${job.id} is ${job.state} (${job.failure?.code ?? 'no failure'}): ${found.vm.name} was on ${was}, is on ${is}`;
  const possible = new Set(whereTold(job, { was, from: found.from.name, to: found.to.name }));
  if (!possible.has(is)) violate('a trial says where the VM is', text);
  const most = request.isReturning ? 4 : 2;
  // A call that vCenter answers with the end of the session is sent once more.
  const unheard = run.chances.happened().filter((name) => name.startsWith('session-lost#')).length;
  if (moves.length > most + unheard)
    violate('a trial asks at most twice a way', `${job.id} asked ${moves.length} times`);
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
