import { describe, expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import type { Job, JobState } from '../../shared/domain/job.ts';
import type { MatrixSummary } from '../../shared/domain/matrix.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { aHostSummary, aJob, aRecord, DIGEST, NOW, someCells } from './a-job.ts';

type Seen = Partial<Parameters<typeof renderJob>[1]>;
const show = (job: Job, seen: Seen = {}) => renderJob(job, { records: [], cells: [], ...seen }, NOW);
const read = (job: Job, seen: Seen = {}) => renderText(show(job, seen));
const recordsOf = (job: Job) => job.hosts.map((host) => aRecord(host));

const A_MATRIX: MatrixSummary = {
  pairs: 6,
  ok: 5,
  failed: 1,
  unexpected: 1,
  verdict: ['1 of 6 paths fails.', 'esx01 vmk2 -> esx02 vmk2 fails, while the way back works.'],
  failures: [{ from: 'esx01 vmk2', to: 'esx02 vmk2', result: 'does not answer', cause: 'one direction only' }],
};

describe('the first line', () => {
  const states: { state: JobState; begins: string; override?: Partial<Job> }[] = [
    { state: 'queued', begins: 'QUEUED - Enable vMotion stack on cluster-a' },
    { state: 'planning', begins: 'READING - ' },
    { state: 'planned', begins: 'PLANNED 0/1 - ' },
    { state: 'awaiting-approval', begins: 'WAITING 0/1 - Enable vMotion stack on cluster-a (4 hosts)' },
    { state: 'approved', begins: 'APPROVED - ' },
    { state: 'applying', begins: 'RUNNING 0 of 4 - ' },
    { state: 'verifying', begins: 'VERIFYING - ' },
    { state: 'verifying', begins: 'TESTING - vMotion test of cluster-a', override: { kind: 'test' } },
    { state: 'done', begins: 'OK - ' },
    {
      state: 'done',
      begins: 'OK 6 of 6 paths - vMotion test',
      override: { kind: 'test', matrix: { ...A_MATRIX, ok: 6, unexpected: 0 } },
    },
    { state: 'partial', begins: 'FAILED 1 of 6 paths - vMotion test', override: { kind: 'test', matrix: A_MATRIX } },
    {
      state: 'partial',
      begins: 'PARTIAL, 6 of 6 paths OK - ',
      override: { kind: 'test', matrix: { ...A_MATRIX, ok: 6, unexpected: 0 } },
    },
    { state: 'partial', begins: 'PARTIAL - Enable' },
    { state: 'in-place', begins: 'IN PLACE - ' },
    { state: 'invalid', begins: 'INVALID - ' },
    { state: 'rejected', begins: 'REJECTED - ' },
    { state: 'expired', begins: 'EXPIRED - ' },
    { state: 'cancelled', begins: 'CANCELLED - ' },
    { state: 'stale', begins: 'STALE - ' },
    { state: 'aborted', begins: 'ABORTED - ' },
    { state: 'rolled-back', begins: 'ROLLED BACK - ' },
    { state: 'needs-hands', begins: 'FAILED, NEEDS HANDS - ' },
    { state: 'unreachable', begins: 'FAILED, UNREACHABLE - ' },
    {
      state: 'applying',
      begins: 'STALLED - RUNNING 0 of 4 - ',
      override: { stalledSince: '2026-11-21T10:00:20.000Z' },
    },
  ];
  it.each(states)('of a job that is $state begins with "$begins"', ({ state, begins, override }) => {
    const message = show(aJob({ state, ...override }));
    expect(message.text.startsWith(begins)).toBe(true);
    expect(message.blocks[0]).toMatchObject({
      type: 'header',
      text: { text: expect.stringMatching(`^${begins.replace(/[()]/g, '\\$&')}`) },
    });
  });
});

describe('a plan', () => {
  const job = aJob();

  it('shows what changes over all hosts, and the first host step by step with before and after', () => {
    const text = read(job, { records: recordsOf(job) });
    expect(text).toContain(
      '+ create 8 VMkernel adapters\n  ~ set the TCP/IP stack of 4 hosts\n  - remove 4 VMkernel adapters',
    );
    expect(text).toContain('+ VMkernel adapter 172.16.1.1/24 mtu 9000 netstack=vmotion on "vMotion-A"');
    expect(text).toContain('gateway: none -> 172.16.1.1');
    expect(text).toContain('- vmk1 172.16.1.1/24 mtu 9000 netstack=defaultTcpipStack on "vMotion-A", carried vMotion');
  });

  it('gives the other hosts a line each and says that they are alike', () => {
    const text = read(job, { records: recordsOf(job) });
    expect(text).toContain('The other hosts: the same steps with their own addresses');
    expect(text).toContain('wave 2  esx04.lab.local  172.16.1.4/24');
  });

  it('says so when the hosts are not alike', () => {
    const records = recordsOf(job);
    const [, second] = records;
    second?.plan.steps.pop();
    expect(read(job, { records })).toContain('not all alike');
    expect(read(job, { records })).toContain('+2 ~1 -0  172.16.1.2/24');
  });

  it('takes the hosts in the order of the job, whatever order the records come in', () => {
    expect(read(job, { records: recordsOf(job).reverse() })).toContain('First host, step by step: esx01.lab.local');
  });

  it('puts the gravest finding first, with its host, named once, and its remedy', () => {
    // As the planner words it: where it stands alone, the host must be in it.
    const message = 'esx02: vmnic3 is down.';
    const findings = [
      { code: 'uplink-down', severity: 'note', message: 'a note' },
      { code: 'uplink-down', severity: 'warning', host: 'esx02', message, remedy: 'Plug it in.' },
    ] as const;
    const text = read(aJob({ plan: { digest: DIGEST, counts: {}, findings: [...findings], waves: 1 } }));
    expect(text.indexOf('WARNING esx02: vmnic3 is down. Plug it in.')).toBeLessThan(text.indexOf('NOTE a note'));
    expect(text).not.toContain('esx02: esx02');
  });

  it('names what it leaves alone and why, once for all hosts', () => {
    const text = read(job, { records: recordsOf(job) });
    expect(text.match(/it carries management/g)).toHaveLength(1);
  });

  it('names the hosts that it does not change', () => {
    const hosts = [
      aHostSummary(0),
      aHostSummary(1, { wave: undefined, outcome: 'skipped', note: 'esx02.lab.local is disconnected' }),
    ];
    expect(read(aJob({ hosts }))).toContain('esx02.lab.local is disconnected');
  });

  it('has buttons that carry the job and the plan, and ask once more with target, hosts and plan', () => {
    const buttons = show(job).blocks.find((block) => (block as { type: string }).type === 'actions');
    const value = `j-7f3k9c|${DIGEST.slice(0, 12)}`;
    const text = { text: `Enable vMotion stack on cluster-a: 4 hosts, plan ${DIGEST.slice(0, 12)}.` };
    expect(buttons).toMatchObject({
      elements: [
        { action_id: 'approve-plan', style: 'primary', value, confirm: { text } },
        { action_id: 'reject-plan', style: 'danger', value },
        { action_id: 'cancel', value: 'j-7f3k9c' },
      ],
    });
  });

  it('says the same as the buttons in commands to paste, who may approve, and until when', () => {
    const text = read(job);
    expect(text).toContain('/vmotion approve j-7f3k9c or /vmotion reject j-7f3k9c the reason');
    expect(text).toContain('Needs 1 approval, not from @ann');
    expect(text).toContain('Expires 2026-11-21 14:00 UTC');
  });

  it('counts the approvals so far', () => {
    const approval = { ...job.approval!, required: 2, approvedBy: [{ user: 'U0BOB', at: NOW.toISOString() }] };
    const text = read(aJob({ approval }));
    expect(text).toContain('WAITING 1/2');
    expect(text).toContain('Approved so far by @bob');
  });

  it('made by plan says that approval alone changes nothing', () => {
    const waiting = aJob({ state: 'planned', start: 'on-apply' });
    expect(read(waiting)).toContain(
      'Approval alone changes nothing. To carry the plan out afterwards: /vmotion apply j-7f3k9c',
    );
    const approval = { ...waiting.approval!, approvedBy: [{ user: 'U0BOB', at: NOW.toISOString() }] };
    expect(read({ ...waiting, approval })).not.toContain('[Approve]');
  });

  it('has no buttons once it is decided', () => {
    for (const state of ['approved', 'applying', 'rejected', 'expired', 'stale', 'done'] as const) {
      expect(read(aJob({ state }))).not.toContain('[Approve]');
    }
  });
});

describe('a running job', () => {
  const hosts = [
    aHostSummary(0, { outcome: 'kept', stepsDone: 6 }),
    aHostSummary(1, { outcome: 'applying', stepsDone: 2 }),
    aHostSummary(2),
    aHostSummary(3),
  ];

  it('shows a bar of the steps done, and each host in words', () => {
    const text = read(aJob({ state: 'applying', wave: 1, hosts }));
    expect(text).toContain('[######--------------] 33%  1 of 4 hosts, wave 2 of 2, 41 s');
    expect(text).toContain('OK    esx01.lab.local  wave 1');
    expect(text).toContain('RUN   esx02.lab.local  wave 2  step 3/6');
  });

  it('of many hosts counts the states and names only those at work', () => {
    const many = Array.from({ length: 64 }, (_, index) =>
      aHostSummary(index, index === 7 ? { outcome: 'applying' } : {}),
    );
    const text = read(aJob({ state: 'applying', hosts: many }));
    expect(text).toContain('WAIT 63   RUN 1');
    expect(text).toContain('esx08.lab.local RUN');
    expect(text).not.toContain('esx09');
  });

  it('says since when it has stalled, and what was tried again', () => {
    const trouble = { code: 'vcenter-timeout', what: 'vCenter did not answer.', remedy: 'Look at vpxd.' };
    const text = read(aJob({ state: 'applying', hosts, stalledSince: '2026-11-21T10:05:00.000Z', trouble }));
    expect(text).toContain('STALLED Nothing has moved since 2026-11-21 10:05 UTC');
    expect(text).toContain('Tried again after: vCenter did not answer.\nLook at vpxd.');
  });
});

describe('an end', () => {
  const ended = { endedAt: '2026-11-21T10:06:12.000Z' };

  it('names the hosts kept, put back, untouched and in need of hands, with the exit code and what to type next', () => {
    const hosts = [
      aHostSummary(0, { outcome: 'kept' }),
      aHostSummary(1, { outcome: 'put-back', note: 'pinged again' }),
      aHostSummary(2, { outcome: 'needs-hands', note: 'vmk2 could not be removed' }),
      aHostSummary(3, { outcome: 'untouched' }),
      aHostSummary(4, { outcome: 'put-back', note: 'put back, but for: netstack vmotion gateway 10.1.1.1 -> (none)' }),
    ];
    const failure = {
      code: 'x',
      what: 'esx02 lost its pings.',
      remedy: 'Look at the port.',
      commands: ['esxcli network ip interface remove -i vmk2'],
    };
    const text = read(aJob({ state: 'needs-hands', hosts, failure, ...ended }));
    expect(text).toContain('Kept, changed and proven (1): esx01.lab.local');
    expect(text).toContain('Put back, as before (1): esx02.lab.local\n    esx02.lab.local: pinged again');
    expect(text).toContain('Put back, but not all of it (1): esx05.lab.local');
    expect(text).toContain('Needs hands (1): esx03.lab.local\n    esx03.lab.local: vmk2 could not be removed');
    expect(text).toContain('Untouched (1): esx04.lab.local');
    expect(text).toContain('esxcli network ip interface remove -i vmk2');
    expect(text).toContain('exit 5 · 6 m 12 s · 9 SOAP calls');
    expect(text).toContain('Next: /vmotion status cluster-a or /vmotion revert j-7f3k9c'.replace(' or ', '  or  '));
  });

  it('shows the verdict, the failures and every cell of a small matrix', () => {
    const cells = someCells(['esx01', 'esx02', 'esx03'], (from, to) =>
      from === 'esx01' && to === 'esx02' ? { kind: 'lost' } : { kind: 'ok', mtuBytes: 9000, roundTripMicros: 90 },
    );
    const text = read(aJob({ kind: 'test', state: 'partial', matrix: A_MATRIX, ...ended }), { cells });
    expect(text).toContain('esx01 vmk2 -> esx02 vmk2 fails, while the way back works.');
    expect(text).toContain('esx01 vmk2  esx02 vmk2  does not answer  one direction only');
    expect(text).toContain(' 1 esx01 vmk2  .  x  o\n');
    expect(text).toContain('o ok   x loss   . n/a');
  });

  it('shows silence between islands as what is wanted, whether a ping was lost or could not even be sent', () => {
    const cells = someCells(['esx01', 'esx02', 'esx03'], (from, to) => {
      if (from === 'esx01') return { kind: 'refused', reason: 'Network is unreachable' };
      return to === 'esx03' ? { kind: 'ok', mtuBytes: 84, roundTripMicros: 90 } : { kind: 'lost' };
    }).map((cell) => ({ ...cell, expected: 'unreachable' as const }));
    const text = read(aJob({ kind: 'test', state: 'partial', matrix: A_MATRIX, ...ended }), { cells });
    expect(text).toContain(' 1 esx01 vmk2  .  -  -\n');
    expect(text).toContain(' 2 esx02 vmk2  -  .  L\n');
    expect(text).toContain('- silent, as it should be   L leak: answers and should not');
  });

  it('leaves the picture out where nobody could read it', () => {
    const names = Array.from({ length: 13 }, (_, index) => `esx${index}`);
    const cells = someCells(names, () => ({ kind: 'ok', mtuBytes: 9000, roundTripMicros: 90 }));
    expect(read(aJob({ kind: 'test', state: 'done', matrix: A_MATRIX, ...ended }), { cells })).not.toContain(
      'From (rows)',
    );
  });

  it('names the person who rejected, and does not say the next command twice', () => {
    const failure = {
      code: 'rejected',
      what: '<@U0BOB> rejected the plan: <!channel> not now',
      remedy: '/vmotion enable cluster-a',
    };
    const message = show(aJob({ state: 'rejected', failure, ...ended }));
    expect(JSON.stringify(message.blocks)).toContain('<@U0BOB> rejected the plan: &lt;!channel&gt; not now');
    const text = renderText(message);
    expect(text.match(/\/vmotion enable cluster-a/g)).toHaveLength(1);
  });

  it('shows what vCenter says of each host as the answer to status', () => {
    const job = aJob({
      kind: 'status',
      state: 'done',
      hosts: [aHostSummary(0, { wave: undefined, outcome: 'in-place' })],
      approval: undefined,
      plan: undefined,
      ...ended,
    });
    const spec = {
      netstack: 'vmotion',
      attachment: { kind: 'standard', portGroup: 'vMotion-A' } as const,
      mtuBytes: 9000,
    };
    const vmk = {
      ...spec,
      device: 'vmk2',
      services: ['vmotion'],
      ipv4: { dhcp: false, address: '172.16.1.1', prefixLength: 24 },
    };
    const netstacks = [{ key: 'vmotion', isLive: true, settings: { gateway: '172.16.1.254' } }];
    const network = {
      vmks: [vmk],
      netstacks,
      portGroups: [],
      standardSwitches: [],
      distributedSwitches: [],
      pnics: [],
      isIpv6Enabled: false,
    };
    const records = job.hosts.map((host) => aRecord(host, { observed: network }));
    expect(read(job, { records })).toContain(
      'esx01.lab.local  vmk2  172.16.1.1/24  mtu 9000  netstack vmotion  gateway 172.16.1.254  vMotion',
    );
  });
});
