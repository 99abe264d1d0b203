// The five messages as people read them, in the richer blocks and in the classic ones.
import { describe, expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { MatrixSummary } from '../../shared/domain/matrix.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { threadItems } from '../../shared/slack/views/thread.ts';
import { aHostSummary, aJob, aRecord, DIGEST, NOW, someCells } from './a-job.ts';

type Look = NonNullable<Parameters<typeof renderJob>[3]>;
type Seen = Partial<Parameters<typeof renderJob>[1]>;
const show = (job: Job, look: Look = { style: 'rich' }, seen: Seen = {}) =>
  renderJob(job, { records: [], cells: [], ...seen }, NOW, look);
const read = (job: Job, look?: Look, seen?: Seen) => renderText(show(job, look, seen));
const recordsOf = (job: Job) => job.hosts.map((host) => aRecord(host));
const typesOf = (job: Job, look?: Look, seen?: Seen) =>
  show(job, look, seen).blocks.map((block) => (block as { type: string }).type);
const buttonsOf = (job: Job) =>
  show(job).blocks.flatMap((block) => {
    const { type, elements = [] } = block as { type: string; elements?: { action_id: string; value: string }[] };
    return type === 'actions' ? elements.map((one) => one.action_id) : [];
  });

const APPROVAL = {
  digest: DIGEST,
  required: 2,
  requestedBy: 'U0ANN',
  expiresAt: '2026-11-21T14:00:00.000Z',
  approvedBy: [],
};

describe('a plan that waits', () => {
  const job = aJob({
    reason: 'CVE-2026-1 <!channel>',
    ticket: 'CHG123',
    approval: {
      ...APPROVAL,
      approvers: ['S0ADMINS', 'U0ANN'],
      extra: [{ name: 'network', from: ['S0NETONCALL'], why: 'changes 20 hosts, more than 10' }],
      windows: ['sat, sun 22:00 to 06:00 Europe/Zurich'],
    },
  });

  it('says who must approve, why one of them must be somebody else, and when it may start', () => {
    const text = read(job);
    expect(text).toContain('Needs 2 approvals from @S0ADMINS, not from @ann, who asked.');
    expect(text).toContain('One of them from @net-oncall (rule network), because it changes 20 hosts, more than 10.');
    expect(text).toContain('It may start sat, sun 22:00 to 06:00 Europe/Zurich.');
    expect(text).toContain('Reason        CVE-2026-1 <!channel> · CHG123');
    expect(JSON.stringify(show(job))).not.toContain('<!channel>');
  });

  it('calls those who decide in words that stand alone in the thread', () => {
    const [call] = threadItems(job, { records: [], cells: [] }, () => false);
    expect(call?.kind === 'reply' ? renderText({ text: call.text, blocks: call.blocks }) : '').toBe(
      '@S0ADMINS @net-oncall WAITING 0/2 - Enable vMotion stack on cluster-a (4 hosts). Press a button above, or type ' +
        '/vmotion approve j-7f3k9c or /vmotion reject j-7f3k9c the reason',
    );
  });

  it('says by which rule each approval counts', () => {
    const approvedBy = [{ user: 'U0BOB', at: NOW.toISOString(), as: ['network'] }];
    const text = read({ ...job, approval: { ...APPROVAL, ...job.approval, approvedBy } });
    expect(text).toContain('WAITING 1/2');
    expect(text).toContain('Approved so far by @bob 2026-11-21 10:00 UTC (network).');
    expect(text).not.toContain('One of them from');
  });

  it('names what is hard to take back', () => {
    expect(read(job)).toContain('Risk          4 adapters removed');
    expect(read({ ...job, kind: 'revert' })).toContain('not proven by pings as it goes on');
  });

  it('calls those who may approve once, in the thread, and never the whole channel', () => {
    const replies = (one: Job) =>
      threadItems(one, { records: [], cells: [] }, () => false).filter((item) => item.kind === 'reply');
    const [ask] = replies(job);
    expect(ask?.keys).toEqual([`ask:${DIGEST.slice(0, 12)}`]);
    expect(ask?.text).toMatch(/^<!subteam\^S0ADMINS> <!subteam\^S0NETONCALL> WAITING 0\/2 - Enable/);
    expect(replies({ ...job, approval: { ...APPROVAL, approvers: 'any' } })).toEqual([]);
  });

  it('is a table and a callout where Slack takes them, and the same words where it does not', () => {
    const findings = [{ code: 'uplink-down', severity: 'warning', message: 'vmnic3 is down.' }] as const;
    const plan = { digest: DIGEST, counts: {}, findings: [...findings], waves: 2 };
    const planned = { ...job, plan };
    const seen = { records: recordsOf(planned) };
    expect(typesOf(planned, { style: 'rich' }, seen)).toEqual(expect.arrayContaining(['table', 'alert', 'rich_text']));
    expect(new Set(typesOf(planned, { style: 'classic' }, seen))).toEqual(
      new Set(['header', 'section', 'context', 'actions']),
    );
    for (const style of ['rich', 'classic'] as const) {
      const text = read(planned, { style }, seen);
      expect(text).toContain('wave 2  esx02.lab.local  172.16.1.2/24');
      expect(text).toContain('WARNING vmnic3 is down.');
      expect(text).toContain('gateway: none -> 172.16.1.1');
    }
  });
});

describe('a change at work', () => {
  const hosts = [
    aHostSummary(0, { outcome: 'kept', stepsDone: 6, note: '7 of 7 pings at 9000 bytes answer' }),
    aHostSummary(1, { outcome: 'applying', stepsDone: 2 }),
    aHostSummary(2),
    aHostSummary(3),
  ];
  const job = aJob({ state: 'applying', wave: 1, hosts });

  it('says how far each host is, in words beside the signs', () => {
    const text = read(job);
    expect(text).toContain('OK esx01.lab.local, wave 1: 7 of 7 pings at 9000 bytes answer');
    expect(text).toContain('RUN esx02.lab.local, wave 2: step 3/6');
    expect(text).toContain('WAIT esx03.lab.local, wave 2');
    expect(typesOf(job)).toContain('plan');
  });

  it('says about how long it still takes', () => {
    expect(read(job)).toContain('33%  1 of 4 hosts, wave 2 of 2, 41 s, about 1 m 22 s left');
  });

  it('can be paused, aborted and put back, by button and by command', () => {
    expect(buttonsOf(job)).toEqual(['pause', 'abort', 'abort-and-put-back']);
    expect(read(job)).toContain(
      'or type /vmotion pause j-7f3k9c or /vmotion abort j-7f3k9c or /vmotion abort j-7f3k9c --put-back',
    );
    const confirm = JSON.stringify(show(job).blocks);
    expect(confirm).toContain('What is changed (so far 1 host of cluster-a) stays as it is then.');
    expect(confirm).toContain('then goes back to what it was');
  });

  it.each([
    { want: 'pause' as const, word: 'PAUSING', left: ['resume', 'abort', 'abort-and-put-back'] },
    { want: 'abort' as const, word: 'ABORTING', left: ['abort-and-put-back'] },
    { want: 'abort-and-put-back' as const, word: 'ABORTING, AND PUTTING BACK', left: [] },
  ])('that shall $want says so, and offers what still has an effect', ({ want, word, left }) => {
    const asked = { ...job, control: { want, by: 'U0BOB', at: NOW.toISOString() } };
    expect(read(asked)).toContain(`${word} asked for by @bob`);
    expect(buttonsOf(asked)).toEqual(left);
  });

  it('that is paused says by whom and what is changed, and can go on', () => {
    const paused = aJob({ state: 'paused', wave: 1, hosts, pausedBy: 'U0BOB' });
    const text = read(paused);
    expect(text).toContain('PAUSED 1 of 4 - Enable vMotion stack');
    expect(text).toContain('PAUSED by @bob, between two hosts. 1 host of this job changed and proven');
    expect(buttonsOf(paused)).toEqual(['resume', 'abort', 'abort-and-put-back']);
  });

  it('that is paused tells the whole channel, once for each place where it stopped', () => {
    const paused = aJob({ state: 'paused', wave: 1, hosts, pausedBy: 'U0BOB' });
    const broadcasts = (one: Job, posted: string[] = []) =>
      threadItems(one, { records: [], cells: [] }, (key) => posted.includes(key)).filter(
        (item) => item.kind === 'reply' && item.isBroadcast === true,
      );
    expect(broadcasts(paused)).toMatchObject([
      {
        keys: ['paused:1:1'],
        text: expect.stringMatching(/^\*PAUSED\* by <@U0BOB>: PAUSED 1 of 4 .*\/vmotion resume/),
      },
    ]);
    expect(broadcasts(paused, ['paused:1:1'])).toEqual([]);
    expect(broadcasts(job)).toEqual([]);
  });

  it('offers no control over what only reads, or is over', () => {
    expect(buttonsOf(aJob({ kind: 'test', state: 'verifying' }))).toEqual([]);
    expect(buttonsOf(aJob({ state: 'verifying', hosts }))).toEqual([]);
    expect(buttonsOf(aJob({ state: 'rejected' }))).toEqual([]);
  });

  it('shows a sign of life that is newer than its last move', () => {
    expect(read({ ...job, heartbeatAt: '2026-11-21T10:00:30.000Z' })).toContain('heartbeat 2026-11-21 10:00 UTC');
    expect(read(job)).not.toContain('heartbeat');
  });
});

const MATRIX: MatrixSummary = {
  pairs: 6,
  ok: 5,
  failed: 1,
  unexpected: 1,
  verdict: ['1 of 6 paths fails.', 'esx01 vmk2 -> esx02 vmk2 fails.'],
  failures: [{ from: 'esx01 vmk2', to: 'esx02 vmk2', result: 'does not answer', cause: 'one direction only' }],
};
const CELLS = someCells(['esx01', 'esx02', 'esx03'], (from, to) =>
  from === 'esx01' && to === 'esx02' ? { kind: 'lost' } : { kind: 'ok', mtuBytes: 9000, roundTripMicros: 90 },
);

describe('a tested matrix', () => {
  const job = aJob({ kind: 'test', state: 'partial', matrix: MATRIX, endedAt: '2026-11-21T10:01:00.000Z' });

  it('shows its picture instead of the text once there is one, with the whole result as its text', () => {
    const picture = show(job, { style: 'rich', picture: 'F1' }, { cells: CELLS });
    expect(picture.blocks).toContainEqual({
      type: 'image',
      slack_file: { id: 'F1' },
      alt_text: expect.stringMatching(/FAILED 1 of 6 paths.*esx01 vmk2 -> esx02 vmk2 does not answer/s),
    });
    expect(renderText(picture)).not.toContain('From (rows)');
    expect(read(job, { style: 'rich' }, { cells: CELLS })).toContain('From (rows) to (columns)');
  });

  it('has one table, of what failed, and can be tested again', () => {
    expect(typesOf(job, { style: 'rich' }, { cells: CELLS }).filter((type) => type === 'table')).toHaveLength(1);
    expect(buttonsOf(job)).toEqual(['retest']);
  });

  it('gives the thread the picture, the CSV, the report and one line to who asked', () => {
    const items = threadItems(job, { records: [], cells: CELLS }, () => false);
    expect(items.map((item) => (item.kind === 'reply' ? item.text : item.key))).toEqual([
      expect.stringMatching(/^<@U0ANN> FAILED 1 of 6 paths - vMotion test of cluster-a.*\. Exit 9/),
      'heat-map',
      'matrix-csv',
      'picture',
      'report-json',
    ]);
    const asked = threadItems({ ...job, output: 'json' }, { records: [], cells: CELLS }, () => false);
    expect(asked.map((item) => (item.kind === 'reply' ? '' : item.key))).toContain('matrix-json');
  });
});

describe('a change that failed', () => {
  const hosts = [
    aHostSummary(0, { outcome: 'kept', note: '7 of 7 pings at 9000 bytes answer' }),
    aHostSummary(1, { outcome: 'put-back', note: 'put back, and compared field by field' }),
    aHostSummary(2, { outcome: 'needs-hands', note: 'vmk2 could not be removed' }),
    aHostSummary(3, { outcome: 'untouched' }),
  ];
  const failure = {
    code: 'gate-failed',
    what: 'esx02 lost its pings.',
    remedy: 'Look at the port.',
    commands: ['esxcli network ip interface remove -i vmk2'],
  };
  const job = aJob({ state: 'needs-hands', hosts, failure, endedAt: '2026-11-21T10:06:12.000Z' });

  it.each(['rich', 'classic'] as const)('names the four sets and what to type, in the %s style', (style) => {
    const text = read(job, { style });
    expect(text).toContain('Needs hands (1): esx03.lab.local');
    expect(text).toContain('Kept, changed and proven (1): esx01.lab.local');
    expect(text).toContain('Put back, as before (1): esx02.lab.local');
    expect(text).toContain('Untouched (1): esx04.lab.local');
    expect(text).toContain('vmk2 could not be removed');
    expect(text).toContain('esxcli network ip interface remove -i vmk2');
    expect(text).toContain('exit 5');
    // What went well is in the thread, and would only bury this.
    expect(text).not.toContain('7 of 7 pings');
  });

  it('names the host of a fault once', () => {
    const fault = 'AddVirtualNic on esx03.lab.local: PlatformConfigFault: Out of resources';
    const text = read({ ...job, failure: { ...failure, what: `esx03.lab.local: ${fault}` } });
    expect(text).toContain(`! ${fault}`);
    expect(read({ ...job, failure: { ...failure, what: 'esx03.lab.local: gone.' } })).toContain(
      'esx03.lab.local: gone.',
    );
  });

  it('says what ended it once, beside what else was found', () => {
    const found = (severity: 'blocking' | 'warning', message: string) => ({
      code: 'privilege-missing' as const,
      severity,
      message,
    });
    const plan = {
      ...job.plan!,
      findings: [found('blocking', 'It lacks a privilege.'), found('warning', 'DRS moves.')],
    };
    const text = read(aJob({ state: 'invalid', plan, failure: { ...failure, what: 'It lacks a privilege.' } }));
    expect(text.split('It lacks a privilege.')).toHaveLength(2);
    expect(text).toContain('WARNING DRS moves.');
    expect(text).not.toContain('To know before approving');
  });

  it('offers the next steps as buttons', () => {
    expect(buttonsOf(job)).toEqual(['replan', 'revert']);
    expect(buttonsOf(aJob({ state: 'expired', hosts: [aHostSummary(0)] }))).toEqual(['replan']);
    expect(buttonsOf(aJob({ state: 'stale', hosts: [aHostSummary(0)] }))).toEqual(['replan']);
  });

  it('that nobody approved in time says that nobody changed anything', () => {
    expect(read(aJob({ state: 'expired', hosts: [aHostSummary(0)] }))).toContain('Nobody changed anything.');
  });

  it('tells each host once in the thread: its steps, what changed, and what its pings said', () => {
    const [kept] = recordsOf(job);
    const journal = (kept?.plan.steps ?? []).map((_, index) => ({
      index,
      state: 'done' as const,
      at: `2026-11-21T10:00:0${index}.000Z`,
      ...(index === 1 ? { device: 'vmk2' } : {}),
    }));
    const records = [{ ...kept!, journal }];
    const [first] = threadItems(job, { records, cells: [] }, () => false);
    expect(first?.kind === 'reply' && first.keys).toEqual(['host:host-1:kept']);
    const text = first?.kind === 'reply' ? renderText({ text: first.text, blocks: first.blocks }) : '';
    expect(text).toContain('OK esx01.lab.local · wave 1 · 4 of 4 steps · 3.0 s · 7 of 7 pings at 9000 bytes answer');
    expect(text).toMatch(/done {3}\+ VMkernel adapter 172\.16\.1\.1\/24 .*, as vmk2/);
  });

  it('lets many hosts share replies, so that a large rollout keeps up with Slack', () => {
    const many = Array.from({ length: 64 }, (_, index) => aHostSummary(index, { outcome: 'kept' }));
    const large = aJob({ state: 'applying', hosts: many });
    const posted = new Set<string>();
    let replies = 0;
    for (; replies < 64; replies += 1) {
      const [item] = threadItems(large, { records: recordsOf(large), cells: [] }, (key) => posted.has(key));
      if (item?.kind !== 'reply') break;
      for (const key of item.keys) posted.add(key);
    }
    expect(posted.size).toBe(64);
    expect(replies).toBeLessThan(16);
  });
});

it('asked for by a rule for alarms names the rule, and calls nobody at its end', () => {
  const origin = { rule: 'mtu-mend', card: 'a-7f3k9c', mode: 'auto' as const, maxHosts: 1 };
  const job = aJob({ state: 'done', requestedBy: 'policy:mtu-mend', origin, endedAt: NOW.toISOString() });
  expect(read(job)).toContain('asked for by rule mtu-mend, for alarm a-7f3k9c');
  expect(threadItems(job, { records: [], cells: [] }, () => false)).toEqual([]);
});
