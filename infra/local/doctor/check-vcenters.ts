import { toPrivilegeFindings, wantedPrivileges } from '../../../shared/domain/privileges.ts';
import type { Finding } from '../../../shared/domain/finding.ts';
import type { Cluster } from '../../../shared/domain/inventory.ts';
import type { ClusterSettings, Settings, VcenterSettings } from '../../../shared/domain/settings.ts';
import type { Vsphere, VsphereSession } from '../../../shared/ports.ts';
import { chooseVersion, VERSIONS_PATH } from '../../../shared/vsphere/api-version.ts';
import { createHttpsTransport } from '../../../shared/vsphere/https-transport.ts';
import { type Check, checked, checkSkew, fail, ok, warn } from './check.ts';

const TIMEOUT_MS = 15_000;

/** Each vCenter: reached, trusted, known version, clock, login; and each of its clusters: found, readable, allowed. */
export async function checkVcenters(vsphere: Vsphere, settings: Settings): Promise<Check[]> {
  const looks = Object.values(settings.vcenters).map(async (vcenter) => {
    const about = `vCenter ${vcenter.name}`;
    const reached = await checked(about, () => checkReach(about, vcenter));
    if (reached.some((one) => one.state === 'fail')) return reached;
    const clusters = Object.values(settings.clusters).filter((one) => one.vcenter === vcenter.name);
    const entered = await checked(`${about} login`, () =>
      vsphere.withSession(vcenter.name, 'vmotion-ops-doctor', async (session) => [
        ok(`${about} login`, `The account of the secret ${vcenter.secret} can log in.`),
        ...(await checkClusters(session, clusters)),
      ]),
    );
    return [...reached, ...entered];
  });
  return (await Promise.all(looks)).flat();
}

/** Before any login: the certificate, the versions that it speaks and its clock. */
async function checkReach(about: string, { url, trust }: VcenterSettings): Promise<Check[]> {
  const transport = createHttpsTransport({ url, trust });
  try {
    const startedAt = performance.now();
    const answer = await transport.get(VERSIONS_PATH, TIMEOUT_MS);
    const tookMs = performance.now() - startedAt;
    const version = chooseVersion(answer);
    return [
      ok(about, `${url} is reached and its certificate trusted (${trust.kind}).`),
      ok(`${about} version`, `It speaks vim25 ${version}.`),
      checkSkew(`clock, against ${about}`, { date: answer.date, now: new Date(), tookMs }),
    ];
  } finally {
    transport.close();
  }
}

async function checkClusters(session: VsphereSession, clusters: ClusterSettings[]): Promise<Check[]> {
  const found: Check[] = [];
  for (const settings of clusters) {
    const about = `cluster ${settings.name}`;
    found.push(...(await checked(about, () => checkCluster(about, session, settings))));
  }
  return found;
}

async function checkCluster(about: string, session: VsphereSession, settings: ClusterSettings): Promise<Check[]> {
  const cluster = await session.readCluster(settings.path);
  return [checkHosts(about, cluster), ...(await checkPrivileges(about, session, { settings, cluster }))];
}

function checkHosts(about: string, { hosts }: Cluster): Check {
  if (hosts.length === 0) return fail(about, 'It has no hosts.', 'Add hosts to it in vCenter.');
  const away = hosts.filter((host) => host.connection !== 'connected').map((host) => host.name);
  if (away.length === 0) return ok(about, `${hosts.length} hosts, all connected.`);
  const what = `${away.length} of ${hosts.length} hosts are not connected: ${away.slice(0, 3).join(', ')}.`;
  return warn(about, what, 'Reconnect them in vCenter, or they will be left out of every change.');
}

async function checkPrivileges(
  about: string,
  session: VsphereSession,
  { settings, cluster }: { settings: ClusterSettings; cluster: Cluster },
): Promise<Check[]> {
  const groups = wantedPrivileges(cluster, settings.profile);
  const findings: Finding[] = [];
  for (const group of groups) {
    const wanted = group.entities.map((one) => ({ ...one, privileges: group.privileges }));
    findings.push(...toPrivilegeFindings(group, await session.missingPrivileges(wanted)));
  }
  const name = `${about} privileges`;
  if (findings.length === 0) return [ok(name, 'The account has all that a change, a trial and evidence need.')];
  return findings.map(({ severity, message, remedy = '' }) =>
    severity === 'blocking' ? fail(name, message, remedy) : warn(name, message, remedy),
  );
}
