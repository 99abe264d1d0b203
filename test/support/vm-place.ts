// VMs for a world, held here: they run, move and leave their lines in the hosts' logs as real ones do.
import type { Host, Moref } from '../../shared/domain/inventory.ts';
import type { Vm } from '../../shared/domain/vm.ts';
import { vmotionAdapters } from '../../shared/domain/vmotion-adapters.ts';
import type { DrsMode, VsphereSession, RelocateOutcome, Vsphere } from '../../shared/ports.ts';
import type { World } from './world.ts';

/** What happens to a call that moves a VM. `pass`: as it should be. */
export type Fate = (move: {
  vm: Vm;
  to: Moref;
  pass: () => RelocateOutcome;
}) => Promise<RelocateOutcome> | RelocateOutcome;

export type VmPlace = {
  vms: Vm[];
  /** Lines of vmkernel.log by host moref. */
  logs: Map<string, string[]>;
  running: { vm: string; host: string; progress?: number | undefined }[];
  missing: { name: string; privileges: string[] }[];
  against: { errors: string[]; warnings: string[] };
  drs: DrsMode;
  fate: Fate;
  /** Called each time somebody looks where the VMs are. */
  onLook: () => void;
  /** How often vCenter was asked to move something. */
  asked: number;
  /** Which adapters a migration uses on a host; all that carry vMotion where absent. */
  adapters: (host: Host) => { device: string; address: string }[];
  /** Names of the hosts' VMs, to see who is where. */
  hostOf(vm: string): Promise<string | undefined>;
};

const MIGRATION_BEGIN = 1_767_323_050_000_000;

/** Replaces what the world's sessions say about VMs. One VM, web01, runs on the first host of cluster-a. */
export async function withVms(world: World): Promise<VmPlace> {
  const hosts = (await world.read('cluster-a')).hosts;
  const at = (index: number): Moref => hosts[index]?.moref ?? { type: 'HostSystem', value: 'none' };
  const byMoref = async (moref: Moref) =>
    (await world.read('cluster-a')).hosts.find((host) => host.moref.value === moref.value);
  const place: VmPlace = {
    vms: [aVm('web01', at(0)), aVm('db01', at(1)), { ...aVm('off01', at(0)), isPoweredOn: false }],
    logs: new Map(hosts.map((host) => [host.moref.value, ['vmkernel: boot']])),
    running: [],
    missing: [],
    against: { errors: [], warnings: [] },
    drs: 'manual',
    fate: ({ pass }) => pass(),
    onLook: () => undefined,
    asked: 0,
    adapters: (host) =>
      vmotionAdapters(host.network ?? { ...emptyNetwork }).map((vmk) => ({
        device: vmk.device,
        address: vmk.ipv4.address ?? '',
      })),
    hostOf: async (name) => (await byMoref(find(place, name).host))?.name,
  };
  const real = world.parts.vsphere;
  const vsphere: Vsphere = {
    withSession: (vcenter, operation, use) =>
      real.withSession(vcenter, operation, (session) => use(overlay(session, place, world))),
  };
  world.parts.vsphere = vsphere;
  return place;
}

const emptyNetwork = {
  vmks: [],
  netstacks: [],
  portGroups: [],
  standardSwitches: [],
  distributedSwitches: [],
  pnics: [],
  isIpv6Enabled: false,
};

function aVm(name: string, host: Moref): Vm {
  const nics = [{ label: 'Network adapter 1', network: { kind: 'standard' as const, name: 'Management Network' } }];
  return { moref: { type: 'VirtualMachine', value: `vm-${name}` }, name, host, isPoweredOn: true, nics };
}

function find(place: VmPlace, name: string): Vm {
  const vm = place.vms.find((one) => one.name === name);
  if (vm === undefined) throw new Error(`no VM ${name}`);
  return vm;
}

function overlay(session: VsphereSession, place: VmPlace, world: World): VsphereSession {
  const own: Partial<VsphereSession> = {
    listVms: async (hosts) => {
      place.onLook();
      return structuredClone(place.vms.filter((vm) => hosts.some((host) => host.value === vm.host.value)));
    },
    missingPrivileges: async (wanted) =>
      place.missing.filter((lack) => wanted.some((one) => lack.privileges.some((id) => one.privileges.includes(id)))),
    readClusterSettings: async () => ({ drs: place.drs }),
    isConfigManaged: async () => false,
    runningMigrations: async () => structuredClone(place.running),
    checkRelocate: async () => structuredClone(place.against),
    async relocate(vm, to) {
      place.asked += 1;
      const one = place.vms.find((candidate) => candidate.moref.value === vm.value);
      if (one === undefined) throw new Error('no such VM');
      const [from, target] = await session.readHosts([one.host, to]);
      const pass = () => move(place, one, { from, to: target }, world.clock.now());
      return place.fate({ vm: one, to, pass });
    },
    readLog: async (host, { lines }) => ({
      lines: (place.logs.get(host.value) ?? []).slice(-lines),
      isRotated: false,
    }),
  };
  return new Proxy(session, {
    get: (target, key, receiver) =>
      key in own ? own[key as keyof VsphereSession] : Reflect.get(target, key, receiver),
  });
}

function move(
  place: VmPlace,
  vm: Vm,
  { from, to }: { from: Host | undefined; to: Host | undefined },
  now: Date,
): RelocateOutcome {
  if (from === undefined || to === undefined) throw new Error('no such host');
  const id = String(MIGRATION_BEGIN + place.asked);
  const ends = [place.adapters(from), place.adapters(to)];
  for (const [index, host] of [from, to].entries()) {
    const side = index === 0 ? 'S' : 'D';
    const own = ends[index] ?? [];
    place.logs
      .get(host.moref.value)
      ?.push(
        `Migrate: vm 1: 3234: Setting VMOTION info: Source ts = ${id}, src ip = <${ends[0]?.[0]?.address ?? ''}> dest ip = <${ends[1]?.[0]?.address ?? ''}> Dest wid = 1`,
        ...own.flatMap(({ device, address }, stream) => [
          `MigrateNet: 1158: ${id} ${side}: Successfully bound connection to vmknic ${device} - '${address}'`,
          `VMotionUtil: 3087: ${id} ${side}: Stream connection ${stream + 1} added.`,
        ]),
        `VMotion: 3878: ${id} ${side}: Stopping pre-copy: only 4 pages left (network bandwidth ~571.132 MB/s, 13975% t2d)`,
      );
  }
  vm.host = to.moref;
  const startedAt = now.toISOString();
  return { kind: 'moved', startedAt, completedAt: new Date(now.getTime() + 4_000).toISOString() };
}
