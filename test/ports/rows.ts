import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';

/** A job as the enable command makes it. */
export function aJob(over: Partial<Job> = {}): Job {
  return {
    schema: 1,
    id: 'job1',
    requestId: 'request1',
    kind: 'enable',
    cluster: 'cluster-a',
    vcenter: 'lab',
    channel: 'C1',
    requestedBy: 'U1',
    start: 'on-approval',
    createdAt: '2026-01-05T08:00:00.000Z',
    updatedAt: '2026-01-05T08:00:00.000Z',
    version: 1,
    cursor: 0,
    attempt: 0,
    state: 'queued',
    wave: 0,
    hosts: [],
    soapCalls: 0,
    ...over,
  };
}

/** A host record with one of everything a network can hold. */
export function aHostRecord(over: Partial<HostRecord> = {}, moref = 'host-1'): HostRecord {
  const host = { moref: { type: 'HostSystem', value: moref }, name: `${moref}.lab.example` };
  const spec = {
    netstack: 'vmotion',
    attachment: { kind: 'standard' as const, portGroup: 'vMotion-A' },
    ipv4: { dhcp: false, address: '172.16.1.11', prefixLength: 24 },
    mtuBytes: 9000,
  };
  const portGroup = {
    name: 'vMotion-A',
    switchName: 'vSwitch1',
    vlanId: 101,
    uplinks: { active: ['vmnic2'], standby: [] },
    overridesUplinks: true,
  };
  return {
    schema: 1,
    jobId: 'job1',
    host,
    version: 1,
    phase: 'planned',
    plan: {
      host,
      kind: 'change',
      steps: [
        { kind: 'add-port-group', portGroup },
        { kind: 'add-vmk', spec },
        { kind: 'set-netstack', netstack: 'vmotion', from: {}, to: { gateway: '172.16.1.1' } },
        { kind: 'remove-vmk', device: 'vmk1', spec, services: ['vmotion'] },
        { kind: 'await-dormant', netstack: 'vmotion' },
      ],
      findings: [{ code: 'vmotion-leaves-adapter', severity: 'note', message: 'vmk1 no longer carries vMotion.' }],
      untouched: [{ what: 'vmk0', why: 'It carries management.' }],
    },
    digest: 'd1',
    observed: {
      vmks: [{ ...spec, device: 'vmk1', netstack: 'defaultTcpipStack', services: ['vmotion'] }],
      netstacks: [{ key: 'defaultTcpipStack', isLive: true, settings: { gateway: '10.0.0.1' } }],
      portGroups: [portGroup],
      standardSwitches: [{ name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2', 'vmnic3'] }],
      distributedSwitches: [],
      pnics: [{ device: 'vmnic2', linkSpeedMb: 10_000 }],
      isIpv6Enabled: true,
    },
    journal: [{ index: 0, state: 'intended', at: '2026-01-05T08:00:00.000Z' }],
    ...over,
  };
}
