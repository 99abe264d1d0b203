// Valid jobs and records for what the channel shows. Override what a test is about.
import type { Job, HostSummary } from '../../shared/domain/job.ts';
import type { Cell, Endpoint } from '../../shared/domain/matrix.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';

export const DIGEST = 'ab12cd34ef567890ab12cd34ef567890ab12cd34ef567890ab12cd34ef567890';
export const NOW = new Date('2026-11-21T10:00:41.000Z');

export function aHostSummary(index: number, override: Partial<HostSummary> = {}): HostSummary {
  const name = `esx${String(index + 1).padStart(2, '0')}.lab.local`;
  const base = { name, moref: `host-${index + 1}`, wave: index === 0 ? 0 : 1, outcome: 'pending' as const };
  return { ...base, steps: 6, stepsDone: 0, digest: DIGEST, ...override };
}

export function aJob(override: Partial<Job> = {}): Job {
  return {
    schema: 1,
    id: 'j-7f3k9c',
    kind: 'enable',
    cluster: 'cluster-a',
    vcenter: 'lab',
    channel: 'C0VSPHERE',
    requestedBy: 'U0ANN',
    requestId: '1.2.abc',
    start: 'on-approval',
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:10.000Z',
    version: 3,
    cursor: 1,
    attempt: 0,
    state: 'awaiting-approval',
    wave: 0,
    hosts: [0, 1, 2, 3].map((index) => aHostSummary(index)),
    plan: { digest: DIGEST, counts: { 'add-vmk': 8, 'set-netstack': 4, 'remove-vmk': 4 }, findings: [], waves: 2 },
    approval: {
      digest: DIGEST,
      required: 1,
      requestedBy: 'U0ANN',
      expiresAt: '2026-11-21T14:00:00.000Z',
      approvedBy: [],
    },
    soapCalls: 9,
    ...override,
  };
}

export function aRecord(host: HostSummary, override: Partial<HostRecord> = {}): HostRecord {
  const octet = Number(host.moref.split('-')[1]) % 250;
  const moref = { type: 'HostSystem', value: host.moref };
  const plan: HostRecord['plan'] = {
    host: { moref, name: host.name },
    kind: 'change',
    steps: enableSteps(octet),
    findings: [],
    untouched: [{ what: 'vmk0', why: 'it carries management' }],
  };
  return {
    schema: 1,
    jobId: 'j-7f3k9c',
    host: { moref, name: host.name },
    version: 1,
    phase: 'planned',
    plan,
    digest: DIGEST,
    observed: undefined,
    journal: [],
    ...override,
  };
}

export function enableSteps(octet: number): Step[] {
  const attachment = { kind: 'standard' as const, portGroup: 'vMotion-A' };
  const spec = {
    netstack: 'vmotion',
    attachment,
    ipv4: { dhcp: false, address: `172.16.1.${octet}`, prefixLength: 24 },
    mtuBytes: 9000,
  };
  const portGroup = {
    name: 'vMotion-A',
    switchName: 'vSwitch1',
    vlanId: 101,
    uplinks: { active: ['vmnic2'], standby: [] },
    overridesUplinks: true,
  };
  return [
    { kind: 'add-port-group', portGroup },
    { kind: 'add-vmk', spec },
    { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: { gateway: '172.16.1.1' } },
    { kind: 'remove-vmk', device: 'vmk1', spec: { ...spec, netstack: 'defaultTcpipStack' }, services: ['vmotion'] },
  ];
}

/** All ordered pairs between the hosts, one adapter each; `result` decides. */
export function someCells(hosts: string[], result: (from: string, to: string) => Cell['result']): Cell[] {
  const endpoint = (host: string): Endpoint => ({
    host,
    device: 'vmk2',
    address: '172.16.1.1',
    prefixLength: 24,
    netstack: 'vmotion',
    mtuBytes: 9000,
    island: 1,
  });
  return hosts.flatMap((from) =>
    hosts
      .filter((to) => to !== from)
      .map((to) => ({
        from: endpoint(from),
        to: endpoint(to),
        expected: 'reachable' as const,
        result: result(from, to),
      })),
  );
}
