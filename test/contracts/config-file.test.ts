import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import { resolveAddresses } from '../../shared/domain/addressing.ts';
import { OpsError } from '../../shared/errors.ts';

const labText = readFileSync(new URL('../../infra/lab/vmotion.yaml', import.meta.url), 'utf8');

const pin = Array.from({ length: 32 }, (_, index) => (index + 160).toString(16)).join(':');

function aFile(profile = '', cluster = ''): string {
  return `
vcenters:
  lab: { url: "https://vc.lab.local", secret: vcenter/lab, trust: { sha256: "${pin}" } }
clusters:
  cluster-a:
    vcenter: lab
    path: /DC1/host/cluster-a
    channel: C0VSPHERE
${cluster}
    profile:
${profile || anAdapter()}
`;
}

function anAdapter(ipv4 = '{ managementOctet: 172.16.1.0/24 }', stack = 'none'): string {
  return `
      stack: { gateway: ${stack} }
      adapters:
        - label: a
          attach: { switch: vSwitch1, portGroup: vMotion-A }
          ipv4: ${ipv4}`;
}

function failure(text: string, readFile?: (path: string) => string): OpsError {
  try {
    parseConfigFile(text, 'vmotion.yaml', readFile);
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

const problems = (text: string) =>
  failure(text)
    .message.split('\n')
    .slice(1)
    .map((line) => line.trim());

const profileOf = (text: string) => {
  const profile = parseConfigFile(text, 'vmotion.yaml').clusters['cluster-a']?.profile;
  if (profile === undefined) throw new Error('no cluster-a');
  return profile;
};

describe("the lab's file", () => {
  const settings = parseConfigFile(labText, 'infra/lab/vmotion.yaml');
  const names = (prefix: string, first: number) =>
    Array.from({ length: 4 }, (_, index) => ({
      name: `${prefix}${first + index}.lab.local`,
      managementAddress: `10.0.0.${51 + index}`,
    }));

  it('gives each host of cluster-a two adapters by its management address', () => {
    const profile = settings.clusters['cluster-a']?.profile ?? profileOf('');
    const wanted = [...resolveAddresses(profile, names('esx0', 1)).values()];
    expect(wanted.map((host) => host.adapters.map((adapter) => adapter.address))).toEqual([
      ['172.16.1.51', '172.16.2.51'],
      ['172.16.1.52', '172.16.2.52'],
      ['172.16.1.53', '172.16.2.53'],
      ['172.16.1.54', '172.16.2.54'],
    ]);
    expect(wanted.map((host) => [host.gateway, host.findings])).toEqual(wanted.map(() => [undefined, []]));
    expect(profile.adapters.map(({ attach }) => attach)).toMatchObject([
      { portGroup: 'vMotion-A', vlanId: 101, activeUplink: 'vmnic2' },
      { portGroup: 'vMotion-B', vlanId: 102, activeUplink: 'vmnic3' },
    ]);
  });

  it('gives each host of cluster-l3 its own /30 and gateway', () => {
    const profile = settings.clusters['cluster-l3']?.profile ?? profileOf('');
    const wanted = [...resolveAddresses(profile, names('esx1', 1)).values()];
    expect(wanted.map(({ adapters, gateway, findings }) => [adapters[0]?.address, gateway, findings.length])).toEqual([
      ['172.17.8.2', '172.17.8.1', 0],
      ['172.17.8.6', '172.17.8.5', 0],
      ['172.17.8.10', '172.17.8.9', 0],
      ['172.17.8.14', '172.17.8.13', 0],
    ]);
  });

  it('says everything that a copy of it needs said', () => {
    expect(settings.clusters['cluster-a']).toMatchObject({
      vcenter: 'lab',
      path: '/DC1/host/cluster-a',
      channel: 'C0VSPHERE',
      approval: { required: 1, expiresMinutes: 240 },
      access: { operators: ['U0ANN', 'U0BOB'], approvers: ['U0ANN', 'U0BOB'] },
    });
  });
});

describe('accepts', () => {
  it('a short file and fills in the rest', () => {
    expect(parseConfigFile(aFile(), 'vmotion.yaml')).toEqual({
      vcenters: {
        lab: {
          name: 'lab',
          url: 'https://vc.lab.local',
          secret: 'vcenter/lab',
          trust: { kind: 'sha256', fingerprint: pin.toUpperCase() },
          concurrentCalls: 64,
          workers: 8,
        },
      },
      clusters: {
        'cluster-a': {
          name: 'cluster-a',
          vcenter: 'lab',
          path: '/DC1/host/cluster-a',
          channel: 'C0VSPHERE',
          approval: { required: 1, expiresMinutes: 240, selfApproval: false, reason: false, kinds: {}, extra: [] },
          access: { operators: [], approvers: [], admins: [], verbs: {}, readChannels: [] },
          windows: [],
          profile: {
            stack: { gateway: { kind: 'none' }, congestionControl: undefined, connections: undefined },
            adapters: [
              {
                label: 'a',
                attach: {
                  kind: 'standard',
                  switchName: 'vSwitch1',
                  portGroup: 'vMotion-A',
                  vlanId: 0,
                  activeUplink: undefined,
                },
                mtuBytes: 1500,
                ipv4: { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 },
              },
            ],
            oldAdapters: 'keep',
            reach: 'routed',
            rollout: { canary: 1, wave: 2, pingGateway: true, holdDrs: false },
          },
        },
      },
    });
  });

  it.each([
    {
      ipv4: '{ hosts: { esx01: 172.17.8.2/30, esx02.lab.local: 172.17.8.6/30 } }',
      rule: { kind: 'per-host', addresses: { esx01: '172.17.8.2/30', 'esx02.lab.local': '172.17.8.6/30' } },
    },
    {
      ipv4: '{ subnet: 172.16.1.0/24, hosts: { esx01: 172.16.1.51, esx02: 172.16.1.52/24 } }',
      rule: { kind: 'per-host', addresses: { esx01: '172.16.1.51/24', esx02: '172.16.1.52/24' } },
    },
    {
      ipv4: '{ range: 172.16.1.10-172.16.1.80/24 }',
      rule: { kind: 'range', from: '172.16.1.10', to: '172.16.1.80', prefixLength: 24 },
    },
    {
      ipv4: '{ subnetPerHost: { from: 172.17.8.0/22, prefix: 30 } }',
      rule: { kind: 'subnet-per-host', network: '172.17.8.0', prefixLength: 22, subnetPrefixLength: 30 },
    },
    { ipv4: '{ hosts: { esx01: 10.0.0.6/31, esx02: 10.0.0.7/31 } }', rule: { kind: 'per-host' } },
  ])('the addresses $ipv4', ({ ipv4, rule }) => {
    expect(profileOf(aFile(anAdapter(ipv4))).adapters[0]?.ipv4).toMatchObject(rule);
  });

  it.each([
    { stack: 'none', rule: { kind: 'none' } },
    { stack: 'first-address', rule: { kind: 'first-address' } },
    { stack: '172.17.8.1', rule: { kind: 'address', address: '172.17.8.1' } },
    { stack: '{ esx01: 172.17.8.1 }', rule: { kind: 'per-host', addresses: { esx01: '172.17.8.1' } } },
    { stack: '{ esx01.lab.local: 172.17.8.1 }', rule: { kind: 'per-host' } },
  ])('the gateway $stack', ({ stack, rule }) => {
    expect(profileOf(aFile(anAdapter('{ hosts: { esx01: 172.17.8.2/30 } }', stack))).stack.gateway).toMatchObject(rule);
  });

  it('a certificate authority by the path of its file', () => {
    const text = aFile().replace(/sha256: "[^"]*"/, 'ca: ca.pem');
    const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    const files = new Map([['ca.pem', pem]]);
    const settings = parseConfigFile(text, 'vmotion.yaml', (path) => files.get(path) ?? '');
    expect(settings.vcenters['lab']?.trust).toEqual({ kind: 'ca', pem });
  });

  it("the system's authorities", () => {
    const text = aFile().replace(/sha256: "[^"]*"/, 'system: true');
    expect(parseConfigFile(text, 'vmotion.yaml').vcenters['lab']?.trust).toEqual({ kind: 'system' });
  });

  it('a fingerprint without colons, and an address with /sdk behind it', () => {
    const text = aFile().replace(pin, pin.replaceAll(':', '')).replace('vc.lab.local', 'vc.lab.local:8443/sdk');
    expect(parseConfigFile(text, 'vmotion.yaml').vcenters['lab']).toMatchObject({
      url: 'https://vc.lab.local:8443',
      trust: { fingerprint: pin.toUpperCase() },
    });
  });

  it('one profile for two clusters by an anchor', () => {
    const text = `${aFile().replace('profile:', 'profile: &standard')}
  cluster-b: { vcenter: lab, path: /DC1/host/cluster-b, channel: C0VSPHERE, profile: *standard }
`;
    const { clusters } = parseConfigFile(text, 'vmotion.yaml');
    expect(clusters['cluster-b']?.profile).toEqual(clusters['cluster-a']?.profile);
  });
});

describe('refuses with path, line and what to write', () => {
  const hosts = (map: string, stack?: string) => aFile(anAdapter(`{ hosts: ${map} }`, stack));

  it.each([
    {
      what: 'a wrong key',
      text: aFile(anAdapter().replace('label: a', 'label: a\n          mut: 9000')),
      place: 'clusters.cluster-a.profile.adapters[0].mut',
      line: 15,
      problem: 'is not a key here; did you mean mtu?',
    },
    {
      what: 'a wrong key at the top',
      text: `${aFile()}\nvcentres: {}\n`,
      place: 'vcentres',
      line: 18,
      problem: 'is not a key here; did you mean vcenters?',
    },
    {
      what: 'a key from nowhere',
      text: aFile('', '    zzz: 1'),
      place: 'clusters.cluster-a.zzz',
      line: 9,
      problem: 'is not a key here; the keys are vcenter, path, channel, approval, access, windows, audit, profile.',
    },
    {
      what: 'a missing key',
      text: aFile().replace('secret: vcenter/lab, ', ''),
      place: 'vcenters.lab.secret',
      line: 3,
      problem: 'is missing.',
    },
    {
      what: 'text where a number belongs',
      text: aFile('', '    approval: { required: two }'),
      place: 'clusters.cluster-a.approval.required',
      line: 9,
      problem: 'must be a whole number from 1 to 10.',
    },
    {
      what: 'a number where text belongs',
      text: aFile().replace('label: a', 'label: 1'),
      place: 'clusters.cluster-a.profile.adapters[0].label',
      line: 14,
      problem: 'must be text, not a number.',
    },
    {
      what: 'a list where a map belongs',
      text: aFile().replace(/profile:[^]*/, 'profile: []\n'),
      place: 'clusters.cluster-a.profile',
      line: 10,
      problem: 'must be a map of keys, not a list.',
    },
    {
      what: 'an MTU that no adapter has',
      text: aFile(anAdapter().replace('label: a', 'label: a\n          mtu: 9001')),
      place: 'clusters.cluster-a.profile.adapters[0].mtu',
      line: 15,
      problem: 'must be a whole number from 1280 to 9000, not 9001.',
    },
    {
      what: 'a VLAN beyond 4095',
      text: aFile(anAdapter().replace('vMotion-A }', 'vMotion-A, vlan: 4096 }')),
      place: 'clusters.cluster-a.profile.adapters[0].attach.vlan',
      line: 15,
      problem: 'must be a whole number from 0 to 4095, not 4096.',
    },
    {
      what: 'the network address of a subnet',
      text: hosts('{ esx01: 172.17.12.104/30 }'),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts.esx01',
      line: 16,
      problem: 'no host can have 172.17.12.104/30: it is the network address of 172.17.12.104/30.',
    },
    {
      what: 'the broadcast address of a subnet',
      text: hosts('{ esx01.lab.local: 172.17.12.107/30 }'),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts["esx01.lab.local"]',
      line: 16,
      problem: 'no host can have 172.17.12.107/30: it is the broadcast address of 172.17.12.104/30.',
    },
    {
      what: 'an address outside its subnet',
      text: aFile(anAdapter('{ subnet: 172.17.12.0/30, hosts: { esx01: 172.17.12.105 } }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts.esx01',
      line: 16,
      problem: '172.17.12.105/30 lies outside its subnet 172.17.12.0/30.',
    },
    {
      what: 'an address without its prefix length',
      text: hosts('{ esx01: 172.17.8.2 }'),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts.esx01',
      line: 16,
      problem: 'must be an IPv4 address with its prefix length, such as 172.17.8.2/30, not 172.17.8.2.',
    },
    {
      what: 'the same address twice',
      text: hosts('{ esx01: 172.16.1.5/24, esx02: 172.16.1.5/24 }'),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts.esx02',
      line: 16,
      problem: '172.16.1.5 is already the address of esx01.',
    },
    {
      what: 'no hosts',
      text: hosts('{}'),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.hosts',
      line: 16,
      problem: 'names no host.',
    },
    {
      what: 'two rules for one address',
      text: aFile(anAdapter('{ managementOctet: 172.16.1.0/24, range: 172.16.1.10-172.16.1.80/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4',
      line: 16,
      problem: 'needs exactly one of hosts, range, managementOctet, subnetPerHost; it has range and managementOctet.',
    },
    {
      what: 'a subnet without hosts',
      text: aFile(anAdapter('{ managementOctet: 172.16.1.0/24, subnet: 172.16.1.0/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.subnet',
      line: 16,
      problem: 'belongs to hosts; the other rules have their own.',
    },
    {
      what: 'an address for a network',
      text: aFile(anAdapter('{ managementOctet: 172.16.1.5/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.managementOctet',
      line: 16,
      problem: '172.16.1.5/24 is an address inside a network. Write 172.16.1.0/24.',
    },
    {
      what: 'no network at all',
      text: aFile(anAdapter('{ managementOctet: 172.16.1 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.managementOctet',
      line: 16,
      problem: 'must be an IPv4 network such as 172.16.1.0/24, not 172.16.1.',
    },
    {
      what: 'a range that is none',
      text: aFile(anAdapter('{ range: 172.16.1.10 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.range',
      line: 16,
      problem: 'must be FIRST-LAST/PREFIX, such as 172.16.1.10-172.16.1.80/24, not 172.16.1.10.',
    },
    {
      what: 'a range that runs backwards',
      text: aFile(anAdapter('{ range: 172.16.1.80-172.16.1.10/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.range',
      line: 16,
      problem: 'begins with 172.16.1.80, behind its end 172.16.1.10.',
    },
    {
      what: 'a range that leaves its subnet',
      text: aFile(anAdapter('{ range: 172.16.1.10-172.16.2.10/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.range',
      line: 16,
      problem: '172.16.2.10 lies outside the subnet of 172.16.1.10, 172.16.1.0/24.',
    },
    {
      what: 'a range up to the broadcast address',
      text: aFile(anAdapter('{ range: 172.16.1.10-172.16.1.255/24 }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.range',
      line: 16,
      problem: 'no host can have 172.16.1.255: it is the broadcast address of 172.16.1.0/24.',
    },
    {
      what: 'subnets larger than the network they are cut from',
      text: aFile(anAdapter('{ subnetPerHost: { from: 172.17.8.0/22, prefix: 20 } }')),
      place: 'clusters.cluster-a.profile.adapters[0].ipv4.subnetPerHost.prefix',
      line: 16,
      problem: '/20 is larger than the whole 172.17.8.0/22.',
    },
    {
      what: 'a gateway outside every subnet of a host',
      text: hosts('{ esx01: 172.17.8.2/30 }', '172.17.9.1'),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: '172.17.9.1 lies outside the subnets of every adapter of esx01 (172.17.8.0/30).',
    },
    {
      what: 'one gateway for hosts in different subnets',
      text: hosts('{ esx01: 172.17.8.2/30, esx02: 172.17.8.6/30 }', '172.17.8.1'),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: '172.17.8.1 lies outside the subnets of every adapter of esx02 (172.17.8.4/30).',
    },
    {
      what: 'a gateway outside the network of the management octet',
      text: aFile(anAdapter('{ managementOctet: 172.16.1.0/24 }', '172.16.2.1')),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: '172.16.2.1 lies outside the subnets of every adapter (172.16.1.0/24).',
    },
    {
      what: "a host's gateway outside its subnet",
      text: hosts('{ esx01: 172.17.8.2/30 }', '{ esx01: 172.17.8.5 }'),
      place: 'clusters.cluster-a.profile.stack.gateway.esx01',
      line: 12,
      problem: '172.17.8.5 lies outside the subnets of every adapter of esx01 (172.17.8.0/30).',
    },
    {
      what: 'a host that was forgotten among the gateways',
      text: hosts(
        '{ esx01: 172.17.8.2/30, esx02.lab.local: 172.17.8.6/30, esx03: 172.17.8.10/30 }',
        '{ esx01.lab.local: 172.17.8.1, esx02: 172.17.8.5 }',
      ),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: 'has no gateway for esx03.',
    },
    {
      what: 'a gateway for a host without an address',
      text: hosts('{ esx01: 172.17.8.2/30 }', '{ esx01: 172.17.8.1, esx0l: 172.17.8.5 }'),
      place: 'clusters.cluster-a.profile.stack.gateway.esx0l',
      line: 12,
      problem: '172.17.8.5 lies outside the subnets of every adapter of esx0l (it has none in this file).',
    },
    {
      what: 'no cluster',
      text: aFile().replace(/clusters:[^]*/, 'clusters: {}\n'),
      place: 'clusters',
      line: 4,
      problem: 'names no cluster.',
    },
    {
      what: 'two adapters with one rule',
      text: aFile(`${anAdapter()}
        - label: b
          attach: { switch: vSwitch1, portGroup: vMotion-B }
          ipv4: { managementOctet: 172.16.1.0/24 }`),
      place: 'clusters.cluster-a.profile.adapters[1].ipv4',
      line: 19,
      problem: "is another adapter's rule: each host would get the same address twice.",
    },
    {
      what: "a gateway that is the host's own address",
      text: hosts('{ esx01: 172.17.8.2/30 }', '{ esx01: 172.17.8.2 }'),
      place: 'clusters.cluster-a.profile.stack.gateway.esx01',
      line: 12,
      problem: '172.17.8.2 is the address of esx01 itself.',
    },
    {
      what: 'a first address that the host has itself',
      text: hosts('{ esx01: 172.17.8.1/30 }', 'first-address'),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: 'first-address is 172.17.8.1, the address of esx01 itself.',
    },
    {
      what: 'a gateway that is the broadcast address',
      text: hosts('{ esx01: 172.17.8.2/30 }', '172.17.8.3'),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: "172.17.8.3 can't be a gateway: it is the broadcast address of 172.17.8.0/30.",
    },
    {
      what: 'a gateway with a slip',
      text: aFile(anAdapter(undefined, 'frist-address')),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: 'must be none, first-address or an IPv4 address, not frist-address; did you mean first-address?',
    },
    {
      what: 'a gateway that is a list',
      text: aFile(anAdapter(undefined, '[172.16.1.1]')),
      place: 'clusters.cluster-a.profile.stack.gateway',
      line: 12,
      problem: 'must be none, first-address, an IPv4 address, or an address for each host.',
    },
    {
      what: 'an unknown vCenter',
      text: aFile().replace('vcenter: lab', 'vcenter: labb'),
      place: 'clusters.cluster-a.vcenter',
      line: 6,
      problem: 'labb is not under vcenters; did you mean lab?',
    },
    {
      what: 'a path without host',
      text: aFile().replace('/DC1/host/cluster-a', '/DC1/cluster-a'),
      place: 'clusters.cluster-a.path',
      line: 7,
      problem: 'must be an inventory path such as /Datacenter/host/Cluster.',
    },
    {
      what: "a channel's name",
      text: aFile().replace('C0VSPHERE', "'#vsphere'"),
      place: 'clusters.cluster-a.channel',
      line: 8,
      problem: "must be a channel's id such as C024BE91L (Slack shows it at the end of the channel's details).",
    },
    {
      what: 'a cluster named like a verb',
      text: aFile().replace('cluster-a:', 'revert:'),
      place: 'clusters.revert',
      line: 5,
      problem: "can't be a name here: is a word of the commands; choose another.",
    },
    {
      what: 'more approvals than approvers',
      text: aFile('', '    approval: { required: 2 }\n    access: { operators: any, approvers: [U0ANN, U0ANN] }'),
      place: 'clusters.cluster-a.access.approvers',
      line: 10,
      problem:
        'names fewer people than the 2 who must approve. Name more members, or a user group; an empty list for operators makes the cluster read-only.',
    },
    {
      what: 'changes that nobody can approve',
      text: aFile('', '    access: { operators: any }'),
      place: 'clusters.cluster-a.access.approvers',
      line: 9,
      problem:
        'names fewer people than the 1 who must approve. Name more members, or a user group; an empty list for operators makes the cluster read-only.',
    },
    {
      what: 'more approvals of a revert than approvers of it',
      text: aFile(
        '',
        '    access: { operators: any, approvers: any }\n    approval: { kinds: { revert: { required: 3, approvers: [U0ANN, U0BOB] } } }',
      ),
      place: 'clusters.cluster-a.approval.kinds.revert.approvers',
      line: 10,
      problem:
        'names fewer people than the 3 who must approve. Name more members, or a user group; an empty list for operators makes the cluster read-only.',
    },
    {
      what: 'an extra approver among nobody',
      text: aFile('', '    approval: { extra: [{ name: net, from: [] }] }'),
      place: 'clusters.cluster-a.approval.extra[0].from',
      line: 9,
      problem: 'names nobody, so that nothing could be approved.',
    },
    {
      what: 'two extra rules of one name',
      text: aFile('', '    approval: { extra: [{ name: net, from: any }, { name: net, from: any }] }'),
      place: 'clusters.cluster-a.approval.extra[1].name',
      line: 9,
      problem: 'is already the name of extra[0].',
    },
    {
      what: 'an unknown risk',
      text: aFile('', '    approval: { extra: [{ name: net, from: any, risks: [rain] }] }'),
      place: 'clusters.cluster-a.approval.extra[0].risks[0]',
      line: 9,
      problem: 'must be one of removes-adapters, distributed-switch, new-switch, moves-vm, no-gate.',
    },
    {
      what: 'a pattern that is none',
      text: aFile('', '    approval: { ticket: { pattern: "CHG(" } }'),
      place: 'clusters.cluster-a.approval.ticket.pattern',
      line: 9,
      problem: 'is no regular expression.',
    },
    {
      what: 'a window in no time zone',
      text: aFile('', '    windows: [{ from: "22:00", to: "06:00", timeZone: Zurich }]'),
      place: 'clusters.cluster-a.windows[0].timeZone',
      line: 9,
      problem: 'is no time zone such as Europe/Zurich.',
    },
    {
      what: 'a window at no time',
      text: aFile('', '    windows: [{ from: "24:00", to: "06:00", timeZone: UTC }]'),
      place: 'clusters.cluster-a.windows[0].from',
      line: 9,
      problem: 'must be a time of day such as "22:00".',
    },
    {
      what: 'a window on no day',
      text: aFile('', '    windows: [{ days: [monday], from: "22:00", to: "06:00", timeZone: UTC }]'),
      place: 'clusters.cluster-a.windows[0].days[0]',
      line: 9,
      problem: 'must be one of mon, tue, wed, thu, fri, sat, sun.',
    },
    {
      what: 'people for a verb that is none',
      text: aFile('', '    access: { verbs: { enabel: any } }'),
      place: 'clusters.cluster-a.access.verbs.enabel',
      line: 9,
      problem: 'is not a key here; did you mean enable?',
    },
    {
      what: 'people by name',
      text: aFile('', '    access: { operators: [ann] }'),
      place: 'clusters.cluster-a.access.operators[0]',
      line: 9,
      problem: 'must be the Slack id of a member or a user group, such as U024BE7LH or S0614TZR7.',
    },
    {
      what: 'a word for people',
      text: aFile('', '    access: { operators: everybody }'),
      place: 'clusters.cluster-a.access.operators',
      line: 9,
      problem: 'must be any, or a list of Slack ids of members and user groups such as [U024BE7LH, S0614TZR7].',
    },
    {
      what: 'plain http',
      text: aFile().replace('https:', 'http:'),
      place: 'vcenters.lab.url',
      line: 3,
      problem: 'must be an address such as https://vcenter.example.com.',
    },
    {
      what: 'two kinds of trust',
      text: aFile().replace('sha256:', 'system: true, sha256:'),
      place: 'vcenters.lab.trust',
      line: 3,
      problem: 'needs exactly one of system, ca and sha256.',
    },
    {
      what: 'a short fingerprint',
      text: aFile().replace(pin, 'AA:BB'),
      place: 'vcenters.lab.trust.sha256',
      line: 3,
      problem: 'must be 32 bytes in hexadecimal, such as "AA:0B:…".',
    },
    {
      what: 'a file that says nothing',
      text: '# later\n',
      place: 'the file',
      line: 1,
      problem: 'must be a map of keys, not empty.',
    },
  ])('$what', ({ text, place, line, problem }) => {
    expect(problems(text)).toEqual([`- ${place} (line ${line}) ${problem}`]);
    expect(failure(text)).toMatchObject({ code: 'config-invalid', retry: 'never' });
    expect(failure(text).remedy).toContain('docs/configuration.md');
  });

  it('two clusters with one name, two with one path, two that differ by case', () => {
    const more = (name: string, path: string) => `
  ${name}: { vcenter: lab, path: ${path}, channel: C0VSPHERE, profile: { adapters: [${adapter}] } }`;
    const adapter = '{ label: a, attach: { switch: v, portGroup: p }, ipv4: { managementOctet: 10.0.0.0/24 } }';
    expect(problems(aFile() + more('cluster-a', '/DC1/host/other'))).toEqual(['- line 18: Map keys must be unique.']);
    expect(problems(aFile() + more('cluster-b', '/DC1/host/cluster-a'))).toEqual([
      '- clusters.cluster-b.path (line 18) is already the path of cluster-a.',
    ]);
    expect(problems(aFile() + more('Cluster-A', '/DC1/host/other'))).toEqual([
      '- clusters.Cluster-A (line 18) differs from cluster-a by case only.',
    ]);
  });

  it('two adapters with one label or one port group', () => {
    const twice = `${anAdapter()}
        - label: a
          attach: { switch: vSwitch1, portGroup: vMotion-A }
          ipv4: { managementOctet: 172.16.2.0/24 }`;
    expect(problems(aFile(twice))).toEqual([
      "- clusters.cluster-a.profile.adapters[1].label (line 17) a is another adapter's label.",
      '- clusters.cluster-a.profile.adapters[1].attach.portGroup (line 18) ' +
        "vMotion-A is another adapter's; each needs a port group with its own active uplink.",
    ]);
  });

  it('several problems at once, in the order of their lines', () => {
    const found = failure(
      aFile(anAdapter().replace('label: a', 'label: a\n          mtu: 1')).replace('secret', 'secert'),
    );
    expect(found.message).toMatch(/^vmotion.yaml has 2 problems:\n/);
    expect(found.message.match(/line (\d+)/g)).toEqual(['line 3', 'line 15']);
  });

  it('a file full of problems by its first twenty', () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}: 1`).join('\n');
    const lines = problems(`${keys}\n${aFile()}`);
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('- and 10 more');
  });

  it.each([
    { what: 'a tab', text: 'vcenters:\n\tlab: 1\n', line: 'line 2' },
    { what: 'an open bracket', text: 'vcenters: { lab: [\n', line: 'line' },
    { what: 'an unknown alias', text: 'vcenters: *nowhere\n', line: 'nowhere' },
  ])('$what that makes it no YAML', ({ text, line }) => {
    expect(problems(text)[0]).toContain(line);
  });

  it('a bomb of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let depth = 1; depth < 9; depth++) {
      lines.push(`a${depth}: &a${depth} [${Array.from({ length: 9 }, () => `*a${depth - 1}`).join(', ')}]`);
    }
    expect(failure(lines.join('\n')).code).toBe('config-invalid');
  });

  it('a file that can hardly be a configuration', () => {
    expect(problems('#'.repeat(1_000_001))).toEqual(['- The file is too large to be a configuration.']);
  });
});

describe('keeps secrets out of its messages', () => {
  it.each([
    { text: aFile().replace('secret:', 'password: hunter2, secret:'), place: 'vcenters.lab.password (line 3)' },
    { text: aFile().replace('https://vc', 'https://root:hunter2@vc'), place: 'vcenters.lab.url (line 3)' },
  ])('at $place', ({ text, place }) => {
    const { message } = failure(text);
    expect(message).toContain(place);
    expect(message).toContain('`secret` names the place');
    expect(message).not.toContain('hunter2');
  });
});

describe('a CA file', () => {
  const text = aFile().replace(/sha256: "[^"]*"/, 'ca: ca.pem');

  it.each([
    { what: 'can be read by nobody', readFile: undefined, expected: "can't be read: ca.pem" },
    {
      what: 'is not there',
      readFile: () => {
        throw new Error('ENOENT');
      },
      expected: "can't be read: ca.pem",
    },
    { what: 'is a key', readFile: () => '-----BEGIN PRIVATE KEY-----', expected: 'holds no certificate: ca.pem' },
  ])('that $what is refused', ({ readFile, expected }) => {
    expect(failure(text, readFile).message).toContain(`vcenters.lab.trust.ca (line 3) ${expected}.`);
  });
});

describe('whatever the file holds', () => {
  const junk = fc.oneof(
    fc.constantFrom(null, '', 'any', 'none', '172.16.1.0/24', '172.16.1.300', 'esx01', -1, 1.5, 1e9, true, [], {}, [
      [],
    ]),
    fc.constantFrom({ hosts: { esx01: '10.0.0.1/24' } }, { esx01: '10.0.0.1' }, { range: '-' }, { __proto__: 'x' }),
    fc.string({ maxLength: 12 }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const lab: unknown = parse(labText);
  const places = listPlaces(lab);

  const isHandled = (text: string) => {
    try {
      return Object.keys(parseConfigFile(text, 'vmotion.yaml').clusters).length > 0;
    } catch (error) {
      return error instanceof OpsError && error.code === 'config-invalid' && /problem.*:\n {2}- /.test(error.message);
    }
  };

  it('is settings or a list of problems, for any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), isHandled), { numRuns: 300 });
    expect(isHandled('')).toBe(true);
  });

  it("is settings or a list of problems, wherever the lab's file is spoilt", () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), junk, (place, value) => isHandled(stringify(spoil(lab, place, value)))),
      { numRuns: 600 },
    );
    expect(places.length).toBeGreaterThan(50);
  });
});

/** Every place in a content, and beside each map a key that is not there. */
function listPlaces(content: unknown): string[][] {
  if (content === null || typeof content !== 'object') return [];
  const own = Object.entries(content).flatMap(([key, child]) => [
    [key],
    ...listPlaces(child).map((rest) => [key, ...rest]),
  ]);
  return [...own, ['odd']];
}

function spoil(content: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = structuredClone(content) as Record<string, unknown>;
  Object.assign(copy, { [key]: spoil(copy[key], rest, value) });
  return copy;
}

it('reads the same settings from the same content however it is laid out', () => {
  const again = stringify(parse(labText), { lineWidth: 0 });
  expect(parseConfigFile(again, 'again.yaml')).toEqual(parseConfigFile(labText, 'vmotion.yaml'));
});

describe('slack', () => {
  const withTeams = (teams: string) => `${aFile()}\nslack: { teams: ${teams} }\n`;

  it('names further workspaces', () => {
    expect(parseConfigFile(withTeams('[T024BE7LD]'), 'vmotion.yaml').slack).toEqual({ teams: ['T024BE7LD'] });
  });

  it.each(['[C024BE7LD]', '[partner]', 'T024BE7LD'])('refuses %s', (teams) => {
    expect(problems(withTeams(teams)).join()).toContain('slack.teams');
  });
});
