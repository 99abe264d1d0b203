// What else goes on around a cluster: what the account may do there, who else moves VMs, and which are on their way.
import type { Finding } from '../domain/finding.ts';
import type { Cluster } from '../domain/inventory.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import { toPrivilegeFindings, wantedPrivileges } from '../domain/privileges.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession } from '../ports.ts';
import { isBookkeeping } from './slice-error.ts';

/** `isForChange`: leaves out privileges that only trials and evidence need. */
type Around = { settings: ClusterSettings; session: VsphereSession; isForChange?: boolean };

/** A few calls, whatever the number of hosts. Changes nothing. */
export async function checkAround(around: Around, cluster: Cluster): Promise<Finding[]> {
  const found = await Promise.all([
    checkPrivileges(around, cluster),
    checkMigrations(around, cluster),
    checkDrs(around, cluster),
    checkConfigProfile(around, cluster),
  ]);
  return found.flat();
}

async function checkPrivileges({ session, settings, isForChange }: Around, cluster: Cluster): Promise<Finding[]> {
  const all = wantedPrivileges(cluster, settings.profile);
  const wanted = isForChange === true ? all.filter((group) => group.severity === 'blocking') : all;
  const missing = await Promise.all(
    wanted.map(async (group) => {
      const entities = group.entities.map((one) => ({ ...one, privileges: group.privileges }));
      // An entity that is gone, or that may not even be seen, is told by another check.
      return tolerate(async () => toPrivilegeFindings(group, await session.missingPrivileges(entities)));
    }),
  );
  return missing.flat();
}

const MIGRATIONS_MAX = 5;

async function checkMigrations({ session }: Around, cluster: Cluster): Promise<Finding[]> {
  const running = await session.runningMigrations(cluster.hosts.map((host) => host.moref));
  const shown = running.toSorted((a, b) => compareNaturally(a.vm, b.vm)).slice(0, MIGRATIONS_MAX);
  const findings = shown.map(({ vm, host, progress }): Finding => {
    const far = progress === undefined ? '' : `, ${Math.round(progress)} % done`;
    return {
      code: 'migration-running',
      severity: 'note',
      message: `${vm} is being migrated (${host}${far}). It finishes as it began; later ones use the new stack.`,
    };
  });
  const left = running.length - shown.length;
  if (left > 0)
    findings.push({ code: 'migration-running', severity: 'note', message: `${left} more migrations are under way.` });
  return findings;
}

async function checkDrs({ session, settings }: Around, cluster: Cluster): Promise<Finding[]> {
  const { drs } = await session.readClusterSettings(cluster.moref);
  if (drs === 'off' || drs === 'manual') return [];
  if (settings.profile.rollout.holdDrs === true) {
    const message = `DRS of ${settings.name} is ${drs}; it is set to manual during a change and put back afterwards.`;
    return [{ code: 'drs-automated', severity: 'note', message }];
  }
  if (drs !== 'fullyAutomated') return [];
  return [
    {
      code: 'drs-automated',
      severity: 'warning',
      message: `DRS moves VMs of ${settings.name} by itself; while hosts are changed wave by wave, such a move may fail.`,
      remedy: 'Set DRS to manual for the time of the change, or set rollout.holdDrs: true in vmotion.yaml.',
    },
  ];
}

/** Such a cluster has a second opinion of what its hosts' network should be. */
async function checkConfigProfile({ session, settings }: Around, cluster: Cluster): Promise<Finding[]> {
  if (!(await session.isConfigManaged(cluster.moref))) return [];
  return [
    {
      code: 'config-managed',
      severity: 'warning',
      message: `${settings.name} is managed by a vSphere configuration profile, which will report the new network as drift or undo it.`,
      remedy: 'Bring the profile in line with vmotion.yaml, before or right after the change.',
    },
  ];
}

async function tolerate(work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    const isTelling = error instanceof OpsError && !isBookkeeping(error) && error.code === 'vcenter-object-gone';
    if (!isTelling) throw error;
    return [];
  }
}
