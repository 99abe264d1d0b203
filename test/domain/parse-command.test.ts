import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../shared/domain/command.ts';
import { flagsOf, readFlags } from '../../shared/domain/command-flags.ts';
import { COMMAND_REFUSALS } from '../../shared/domain/command-refusal.ts';
import { toCommandTokens } from '../../shared/domain/command-text.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import type { Refusal } from '../../shared/domain/reply.ts';

const known = { clusters: ['cluster-a', 'cluster-a2', 'prod-east', 'cluster-l3'] };
const parse = (text: string) => parseCommand(text, known);

function refusal(text: string, clusters = known.clusters): Refusal {
  const parsed = parseCommand(text, { clusters });
  if (!('kind' in parsed)) throw new Error(`accepted: ${JSON.stringify(parsed)}`);
  return parsed;
}

describe('accepts', () => {
  it.each([
    { text: '', expected: { verb: 'help' } },
    { text: '   ', expected: { verb: 'help' } },
    { text: '?', expected: { verb: 'help' } },
    { text: '--help', expected: { verb: 'help' } },
    { text: '-h', expected: { verb: 'help' } },
    { text: 'enable -h', expected: { verb: 'help', about: 'enable' } },
    { text: '/vmotion', expected: { verb: 'help' } },
    { text: 'help', expected: { verb: 'help' } },
    { text: 'help enable', expected: { verb: 'help', about: 'enable' } },
    { text: 'help enabel', expected: { verb: 'help', about: 'enable' } },
    { text: 'help me', expected: { verb: 'help' } },
    { text: 'enable help', expected: { verb: 'help', about: 'enable' } },
    { text: 'revert --help', expected: { verb: 'help', about: 'revert' } },
    { text: 'status', expected: { verb: 'status' } },
    { text: 'status all', expected: { verb: 'status' } },
    { text: 'status cluster-a', expected: { verb: 'status', cluster: 'cluster-a' } },
    { text: 'history', expected: { verb: 'history' } },
    { text: 'history prod-east', expected: { verb: 'history', cluster: 'prod-east' } },
    { text: 'plan cluster-a', expected: { verb: 'plan', change: 'enable', cluster: 'cluster-a' } },
    { text: 'plan enable cluster-a', expected: { verb: 'plan', change: 'enable', cluster: 'cluster-a' } },
    { text: 'plan revert cluster-a', expected: { verb: 'plan', change: 'revert', cluster: 'cluster-a' } },
    { text: 'enable cluster-a', expected: { verb: 'enable', cluster: 'cluster-a' } },
    { text: 'plan repair cluster-a', expected: { verb: 'plan', change: 'repair', cluster: 'cluster-a' } },
    { text: 'test cluster-a', expected: { verb: 'test', cluster: 'cluster-a' } },
    { text: 'check cluster-a', expected: { verb: 'check', cluster: 'cluster-a' } },
    { text: 'check prod', expected: { verb: 'check', cluster: 'prod-east' } },
    { text: 'repair cluster-a', expected: { verb: 'repair', cluster: 'cluster-a' } },
    { text: 'evidence cluster-a', expected: { verb: 'evidence', cluster: 'cluster-a' } },
    { text: 'trial --help', expected: { verb: 'help', about: 'trial' } },
    { text: 'revert cluster-a', expected: { verb: 'revert', target: 'cluster-a' } },
    { text: 'revert j-7f3k9c', expected: { verb: 'revert', target: 'j-7f3k9c' } },
    { text: 'approve j-7f3k9c', expected: { verb: 'approve', job: 'j-7f3k9c' } },
    { text: 'apply p-7f3k9c', expected: { verb: 'apply', job: 'j-7f3k9c' } },
    { text: 'show J-7F3K9C', expected: { verb: 'show', job: 'j-7f3k9c' } },
    { text: 'version', expected: { verb: 'version' } },
    { text: 'whoami', expected: { verb: 'whoami' } },
    { text: 'whoami prod', expected: { verb: 'whoami', cluster: 'prod-east' } },
    { text: 'list', expected: { verb: 'list', what: 'clusters' } },
    { text: 'list locks', expected: { verb: 'list', what: 'locks' } },
    { text: 'list jobs', expected: { verb: 'list', what: 'jobs' } },
    { text: 'list jobs prod', expected: { verb: 'list', what: 'jobs', cluster: 'prod-east' } },
    { text: 'list freeze', expected: { verb: 'list', what: 'freezes' } },
    { text: 'audit', expected: { verb: 'audit' } },
    { text: 'audit prod', expected: { verb: 'audit', cluster: 'prod-east' } },
    { text: 'withdraw j-7f3k9c', expected: { verb: 'withdraw', job: 'j-7f3k9c' } },
    { text: 'cancel j-7f3k9c', expected: { verb: 'cancel', job: 'j-7f3k9c' } },
    { text: 'pause j-7f3k9c', expected: { verb: 'pause', job: 'j-7f3k9c' } },
    { text: 'resume j-7f3k9c', expected: { verb: 'resume', job: 'j-7f3k9c' } },
    { text: 'retry j-7f3k9c', expected: { verb: 'retry', job: 'j-7f3k9c' } },
    { text: 'abort j-7f3k9c', expected: { verb: 'abort', job: 'j-7f3k9c', isPuttingBack: false } },
    { text: 'abort j-7f3k9c \u2014put-back', expected: { verb: 'abort', job: 'j-7f3k9c', isPuttingBack: true } },
    { text: 'abort j-7f3k9c --put-back=now', expected: { verb: 'abort', job: 'j-7f3k9c', isPuttingBack: true } },
    { text: 'abort j-7f3k9c --put-back=NO', expected: { verb: 'abort', job: 'j-7f3k9c', isPuttingBack: false } },
    { text: 'abort j-7f3k9c --put-back=10', expected: { verb: 'abort', job: 'j-7f3k9c', isPuttingBack: true } },
    {
      text: 'approve j-7f3k9c --comment after the backup',
      expected: { verb: 'approve', job: 'j-7f3k9c', comment: 'after the backup' },
    },
    {
      text: 'approve --comment "after the backup" j-7f3k9c',
      expected: { verb: 'approve', job: 'j-7f3k9c', comment: 'after the backup' },
    },
    {
      text: 'approve --comment="after the backup" j-7f3k9c',
      expected: { verb: 'approve', job: 'j-7f3k9c', comment: 'after the backup' },
    },
    {
      text: 'approve comment="after the backup" j-7f3k9c',
      expected: { verb: 'approve', job: 'j-7f3k9c', comment: 'after the backup' },
    },
    { text: 'show j-7f3k9c -o csv', expected: { verb: 'show', job: 'j-7f3k9c', output: 'csv' } },
    { text: 'test cluster-a --output=JSON', expected: { verb: 'test', cluster: 'cluster-a', output: 'json' } },
    { text: 'dlq', expected: { verb: 'dlq', action: 'list' } },
    {
      text: `dlq redrive ${'4'.repeat(101)}`,
      expected: { verb: 'dlq', action: 'redrive', id: '4'.repeat(100) },
    },
    { text: 'dlq redrive 4f6b1c', expected: { verb: 'dlq', action: 'redrive', id: '4f6b1c' } },
    { text: 'audit-log', expected: { verb: 'audit-log', action: 'verify' } },
    { text: 'audit-log verify ALL', expected: { verb: 'audit-log', action: 'verify' } },
    { text: 'audit-log export prod', expected: { verb: 'audit-log', action: 'export', cluster: 'prod-east' } },
    { text: 'policy', expected: { verb: 'policy', action: 'show' } },
    { text: 'policy show ALL', expected: { verb: 'policy', action: 'show' } },
    { text: 'policy show prod', expected: { verb: 'policy', action: 'show', cluster: 'prod-east' } },
    {
      text: 'policy explain Network uplink lost --on esx01',
      expected: { verb: 'policy', action: 'explain', alarm: 'Network uplink lost', host: 'esx01' },
    },
    {
      text: `policy explain ${'u'.repeat(201)} --on esx01`,
      expected: { verb: 'policy', action: 'explain', alarm: 'u'.repeat(200), host: 'esx01' },
    },
    {
      text: 'policy explain "Network uplink lost" --on=esx01',
      expected: { verb: 'policy', action: 'explain', alarm: 'Network uplink lost', host: 'esx01' },
    },
    { text: 'alarms', expected: { verb: 'alarms' } },
    { text: 'alarms prod', expected: { verb: 'alarms', cluster: 'prod-east' } },
    { text: 'alarm A-7F3K9C', expected: { verb: 'alarm', action: 'explain', id: 'a-7f3k9c' } },
    { text: 'alarm fix a-7f3k9c', expected: { verb: 'alarm', action: 'fix', id: 'a-7f3k9c' } },
    {
      text: 'alarm ignore a-7f3k9c --for 1h30m',
      expected: { verb: 'alarm', action: 'ignore', id: 'a-7f3k9c', forMinutes: 90 },
    },
    { text: 'subscribe prod', expected: { verb: 'subscribe', cluster: 'prod-east', topics: ['alarms', 'drift'] } },
    {
      text: 'subscribe prod-east ,,drift',
      expected: { verb: 'subscribe', cluster: 'prod-east', topics: ['drift'] },
    },
    { text: 'subscribe prod-east', expected: { verb: 'subscribe', cluster: 'prod-east', topics: ['alarms', 'drift'] } },
    {
      text: 'unsubscribe prod-east drift,',
      expected: { verb: 'unsubscribe', cluster: 'prod-east', topics: ['drift'] },
    },
    {
      text: 'subscribe prod-east drift, alarms',
      expected: { verb: 'subscribe', cluster: 'prod-east', topics: ['alarms', 'drift'] },
    },
  ])('"$text"', ({ text, expected }) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    { what: 'a pasted slash command', text: '/vmotion enable cluster-a' },
    { what: 'a pasted slash command with a space before it', text: ' /vmotion enable cluster-a' },
    { what: 'capitals', text: 'ENABLE Cluster-A' },
    { what: 'an en dash of a phone', text: 'enable cluster\u2013a' },
    { what: 'a non-breaking hyphen', text: 'enable cluster\u2011a' },
    { what: 'curly quotes', text: 'enable \u201Ccluster-a\u201D' },
    { what: 'single quotes', text: "enable 'cluster-a'" },
    { what: 'curly single quotes', text: 'enable \u2018cluster-a\u2019' },
    { what: 'spaces within the quotes', text: 'enable " cluster-a "' },
    { what: 'a quote that nobody closed', text: 'enable "cluster-a' },
    { what: 'non-breaking spaces', text: 'enable\u00A0cluster-a\u00A0' },
    { what: 'a zero-width space', text: 'enable \u200Bcluster-a' },
    { what: 'tabs and line ends', text: '\tenable\r\ncluster-a\n' },
    { what: 'formatting marks', text: '`enable` *cluster-a*' },
    { what: 'formatting marks within each other', text: '*`enable`* *`cluster-a`*' },
    { what: 'the full stop of a sentence', text: 'enable cluster-a.' },
    { what: 'dots of their own behind', text: 'enable cluster-a ...' },
    { what: 'a person mentioned behind', text: 'enable cluster-a <@U0BOB>' },
    { what: 'a person and a name behind', text: 'enable cluster-a <@U0BOB|bob> @ann' },
    { what: 'a group mentioned in front', text: '<!subteam^S012|@vsphere> enable cluster-a' },
  ])('$what', ({ text }) => {
    expect(parse(text)).toEqual({ verb: 'enable', cluster: 'cluster-a' });
  });

  it.each([
    { text: 'reject j-7f3k9c --reason "wrong VLAN, see CHG-12"', reason: 'wrong VLAN, see CHG-12' },
    { text: 'reject j-7f3k9c --reason=\u201Cwrong VLAN\u201D', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c \u2014reason wrong VLAN', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c -reason wrong VLAN', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c reason="wrong VLAN"', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c wrong VLAN', reason: 'wrong VLAN' },
    { text: "reject j-7f3k9c don't, it's Friday", reason: "don't, it's Friday" },
    { text: 'reject j-7f3k9c don\u2019t', reason: "don't" },
    { text: 'reject j-7f3k9c mtu=9000 is too much', reason: 'mtu=9000 is too much' },
    { text: 'reject j-7f3k9c ask <@U0BOB> first', reason: 'ask <@U0BOB> first' },
    { text: 'reject --reason "wrong VLAN" j-7f3k9c', reason: 'wrong VLAN' },
    { text: 'reject --reason="wrong VLAN" j-7f3k9c', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c same as j-aaaaaa', reason: 'same as j-aaaaaa' },
    { text: 'reject *j-7f3k9c*: wrong VLAN', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c " wrong VLAN "', reason: 'wrong VLAN' },
    { text: 'reject j-7f3k9c type /vmotion help first', reason: 'type /vmotion help first' },
  ])('the reason in: $text', ({ text, reason }) => {
    expect(parse(text)).toEqual({ verb: 'reject', job: 'j-7f3k9c', reason });
  });

  it.each([
    { text: 'status prod', expected: { verb: 'status', cluster: 'prod-east' } },
    { text: 'history PROD', expected: { verb: 'history', cluster: 'prod-east' } },
    { text: 'plan prod', expected: { verb: 'plan', change: 'enable', cluster: 'prod-east' } },
    { text: 'plan revert p', expected: { verb: 'plan', change: 'revert', cluster: 'prod-east' } },
  ])('the beginning of one name where it only reads: $text', ({ text, expected }) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    { text: 'freeze all --reason "quarter end"', reason: 'quarter end', until: undefined },
    {
      text: 'freeze all --reason quarter end --until 4h',
      reason: 'quarter end',
      until: { kind: 'after', minutes: 240 },
    },
    {
      text: 'freeze all --until 2d --reason quarter end',
      reason: 'quarter end',
      until: { kind: 'after', minutes: 2880 },
    },
    { text: 'freeze --reason quarter end --for 90m all', reason: 'quarter end', until: { kind: 'after', minutes: 90 } },
    {
      text: 'freeze all --until 2026-11-23T06:00 --reason x',
      reason: 'x',
      until: { kind: 'at', text: '2026-11-23T06:00' },
    },
    {
      text: 'freeze all --until \u201C2026-11-23 06:00 +01:00\u201D --reason x',
      reason: 'x',
      until: { kind: 'at', text: '2026-11-23 06:00 +01:00' },
    },
  ])('a freeze: $text', ({ text, reason, until }) => {
    expect(parse(text)).toEqual({ verb: 'freeze', target: 'all', reason, until });
  });

  it.each([
    {
      text: 'enable cluster-a --reason "new racks" --ticket CHG-12',
      expected: { reason: 'new racks', ticket: 'CHG-12' },
    },
    {
      text: 'enable cluster-a --ticket CHG-12 --reason new racks',
      expected: { reason: 'new racks', ticket: 'CHG-12' },
    },
    {
      text: 'enable --reason new racks --ticket CHG-12 cluster-a',
      expected: { reason: 'new racks', ticket: 'CHG-12' },
    },
    { text: 'enable --reason new racks cluster-a', expected: { reason: 'new racks' } },
    { text: 'enable --reason because of the racks cluster-a', expected: { reason: 'because of the racks' } },
    { text: 'enable --reason="new racks" cluster-a', expected: { reason: 'new racks' } },
    { text: 'enable cluster-a reason=new racks of june', expected: { reason: 'new racks of june' } },
    { text: 'enable cluster-a reason="new racks"', expected: { reason: 'new racks' } },
    { text: 'enable cluster-a --reason after prod-east', expected: { reason: 'after prod-east' } },
    { text: 'enable cluster-a --reason --ticket CHG-12', expected: { ticket: 'CHG-12' } },
    { text: `enable cluster-a --reason ${'x'.repeat(300)}`, expected: { reason: 'x'.repeat(300) } },
    { text: `enable cluster-a --ticket ${'9'.repeat(300)}`, expected: { ticket: '9'.repeat(255) } },
    { text: 'enable cluster-a --reason --ticket="CHG 12"', expected: { ticket: 'CHG 12' } },
    { text: 'enable cluster-a ticket=CHG-12', expected: { ticket: 'CHG-12' } },
    { text: 'enable cluster-a --reason mtu=9000 it is', expected: { reason: 'mtu=9000 it is' } },
    { text: 'enable cluster-a --host esx01.lab.local', expected: { host: 'esx01.lab.local' } },
  ])('grounds, ticket and host: $text', ({ text, expected }) => {
    expect(parse(text)).toEqual({ verb: 'enable', cluster: 'cluster-a', ...expected });
    expect(parse(text.replace('enable', 'plan repair'))).toMatchObject({ change: 'repair', ...expected });
  });

  it('grounds of a revert and of a trial', () => {
    expect(parse('revert j-7f3k9c --reason wrong VLAN')).toEqual({
      verb: 'revert',
      target: 'j-7f3k9c',
      reason: 'wrong VLAN',
    });
    const trial = 'trial cluster-a --vm web01 --from esx01 --to esx02 --reason "first test" --ticket CHG-12';
    expect(parse(trial)).toMatchObject({ reason: 'first test', ticket: 'CHG-12' });
  });

  it('a job of the reason taken without quotes', () => {
    expect(parse('revert --reason wrong VLAN P-7F3K9C')).toEqual({
      verb: 'revert',
      target: 'j-7f3k9c',
      reason: 'wrong VLAN',
    });
  });

  it('a cluster that is named like a job as the cluster', () => {
    expect(parseCommand('revert j-7f3k9c', { clusters: ['J-7F3K9C'] })).toMatchObject({ target: 'J-7F3K9C' });
    const elsewhere = { clusters: [], elsewhere: ['P-7F3K9C'] };
    expect(parseCommand('revert p-7f3k9c', elsewhere)).toMatchObject({ target: 'P-7F3K9C' });
  });

  it('a full name that other names begin with', () => {
    expect(parse('status cluster-a')).toEqual({ verb: 'status', cluster: 'cluster-a' });
  });
});

describe('a trial', () => {
  const trial = { vm: 'web01', from: 'esx01', to: 'esx02', isReturning: false };

  it.each([
    { what: 'in the order of the help', text: 'trial cluster-a --vm web01 --from esx01 --to esx02' },
    { what: 'in any order', text: 'trial --to esx02 --from esx01 cluster-a --vm web01' },
    { what: 'with equals signs', text: 'trial cluster-a --vm=web01 --from=esx01 --to="esx02"' },
    {
      what: 'with the dashes of a phone',
      text: 'trial cluster\u2013a \u2014vm web01 \u2014from esx01 \u2014to \u201Cesx02\u201D',
    },
    { what: 'without dashes', text: 'trial cluster-a vm=web01 from=esx01 to=esx02' },
    { what: 'in capitals', text: 'TRIAL Cluster-A --VM web01 --From esx01 --TO esx02' },
    {
      what: 'with the same flag twice and the same value',
      text: 'trial cluster-a --vm web01 --vm web01 --from esx01 --to esx02',
    },
    { what: 'with somebody mentioned', text: 'trial cluster-a --vm web01 <@U0BOB> --from esx01 --to esx02' },
  ])('is understood $what', ({ text }) => {
    expect(parse(text)).toEqual({ verb: 'trial', cluster: 'cluster-a', trial });
  });

  it('comes back when asked to', () => {
    const back = { verb: 'trial', cluster: 'cluster-a', trial: { ...trial, isReturning: true } };
    expect(parse('trial cluster-a --vm web01 --from esx01 --to esx02 --return')).toEqual(back);
    expect(parse('trial cluster-a --return --vm web01 --from esx01 --to esx02')).toEqual(back);
    expect(parse('trial cluster-a --vm web01 --from esx01 --to esx02 --return=no')).toMatchObject({ trial });
  });

  it('takes names with spaces in quotes, and names that are words of the grammar', () => {
    const text = 'trial cluster-a --vm "Web Server (old)" --from esx01.lab.local --to esx02.lab.local';
    expect(parse(text)).toMatchObject({ trial: { vm: 'Web Server (old)', from: 'esx01.lab.local' } });
    expect(parse('trial cluster-a --vm trial --from esx01 --to esx02')).toMatchObject({ trial: { vm: 'trial' } });
  });

  it.each([
    { text: 'trial', code: 'target-missing', hint: 'Which cluster' },
    { text: 'trial cluster-a', code: 'flag-missing', hint: '--vm, the name of the VM to move; --from' },
    { text: 'trial cluster-a --vm web01 --from esx01', code: 'flag-missing', hint: '--to, the host it shall go to' },
    { text: 'trial cluster-a --vm --from esx01 --to esx02', code: 'flag-value', hint: '--vm needs a value' },
    { text: 'trial cluster-a --from esx01 --to esx02', code: 'flag-missing', hint: 'needs --vm' },
    { text: 'trial cluster-a --vm web01 --to esx02', code: 'flag-missing', hint: 'needs --from, the host it runs on.' },
    { text: 'trial cluster-a --vm web01 --from esx01 --to ESX01', code: 'same-host', hint: 'both "esx01"' },
    { text: 'trial cluster-a --vm a --vm b --from c --to d', code: 'too-much', hint: '--vm is given twice' },
    { text: 'trial cluster-a --vn web01', code: 'unknown-flag', hint: '"--vm"' },
  ])('"$text" is refused as $code', ({ text, code, hint }) => {
    expect(refusal(text)).toMatchObject({ code, fix: '/vmotion help trial', exitCode: 2 });
    expect(refusal(text).what).toContain(hint);
  });

  it.each([
    {
      text: 'trial cluster-a --vm "web 01" --from esx01 --to esx02 --force',
      code: 'unknown-flag',
      fix: '/vmotion trial cluster-a --vm "web 01" --from esx01 --to esx02',
    },
    {
      text: 'trial prod --vm web01 --from esx01 --to esx02 --return',
      code: 'name-not-full',
      fix: '/vmotion trial prod-east --vm web01 --from esx01 --to esx02 --return',
    },
    {
      text: 'trial cluster-a now --vm web01 --from esx01 --to esx02',
      code: 'too-much',
      fix: '/vmotion trial cluster-a --vm web01 --from esx01 --to esx02',
    },
    {
      text: 'trail cluster-a --vm "web 01" --from esx01 --to=\u201Cesx 02\u201D',
      code: 'unknown-verb',
      fix: '/vmotion trial cluster-a --vm "web 01" --from esx01 --to="esx 02"',
    },
    {
      text: "cluster-a trial --vm 'web 01' --from esx01 --to esx02",
      code: 'unknown-verb',
      fix: '/vmotion trial cluster-a --vm "web 01" --from esx01 --to esx02',
    },
  ])('that is nearly right gets back what was right about it: $text', ({ text, code, fix }) => {
    expect(refusal(text)).toMatchObject({ code, fix });
    expect(parse(fix.replace('/vmotion ', ''))).toMatchObject({ verb: 'trial' });
  });
});

describe('refuses', () => {
  it.each([
    { text: 'enabel cluster-a', code: 'unknown-verb', hint: '"enable"', fix: '/vmotion enable cluster-a' },
    { text: 'rollback cluster-a', code: 'unknown-verb', hint: '"revert"', fix: '/vmotion revert cluster-a' },
    { text: 'cluster-a enable', code: 'unknown-verb', hint: '"enable"', fix: '/vmotion enable cluster-a' },
    { text: 'cluster-a', code: 'unknown-verb', hint: 'cluster-a', fix: '/vmotion status cluster-a' },
    { text: 'cluster-a', code: 'unknown-verb', hint: 'verb "cluster-a".', fix: '/vmotion status cluster-a' },
    {
      text: 'cluster-a enable --reason new racks',
      code: 'unknown-verb',
      hint: '"enable"',
      fix: '/vmotion enable cluster-a --reason new racks',
    },
    {
      text: `enabel cluster-a --reason ${'x'.repeat(300)}`,
      code: 'unknown-verb',
      hint: '"enable"',
      fix: '/vmotion help enable',
    },
    { text: 'banana', code: 'unknown-verb', hint: 'banana', fix: '/vmotion help' },
    { text: 'help frob', code: 'unknown-verb', hint: 'no command "frob"', fix: '/vmotion help' },
    { text: 'help constructor', code: 'unknown-verb', hint: 'constructor', fix: '/vmotion help' },
    { text: '--help frob', code: 'unknown-verb', hint: 'frob', fix: '/vmotion help' },
    { text: 'constructor', code: 'unknown-verb', hint: 'constructor', fix: '/vmotion help' },
    { text: '--yes enable', code: 'unknown-verb', hint: '--yes', fix: '/vmotion help' },
    { text: 'enable', code: 'target-missing', hint: 'enable', fix: '/vmotion enable cluster-a' },
    { text: 'enable <@U0BOB>', code: 'target-missing', hint: 'enable', fix: '/vmotion enable cluster-a' },
    { text: 'plan', code: 'target-missing', hint: 'plan', fix: '/vmotion plan enable cluster-a' },
    {
      text: 'enable --reason new racks',
      code: 'target-missing',
      hint: 'enable',
      fix: '/vmotion enable cluster-a --reason "new racks"',
    },
    { text: 'plan revert', code: 'target-missing', hint: 'plan revert', fix: '/vmotion plan revert cluster-a' },
    { text: 'plan revret cluster-a', code: 'unknown-verb', hint: '"revert"', fix: '/vmotion plan revert cluster-a' },
    { text: 'plan test cluster-a', code: 'unknown-verb', hint: 'test', fix: '/vmotion plan enable cluster-a' },
    { text: 'plan cluster-b', code: 'unknown-cluster', hint: 'cluster-a', fix: '/vmotion plan enable cluster-a' },
    { text: 'enable prod-esat', code: 'unknown-cluster', hint: '"prod-east"', fix: '/vmotion enable prod-east' },
    { text: 'enable zzz', code: 'unknown-cluster', hint: 'zzz', fix: '/vmotion status' },
    { text: 'enabel prod-esat', code: 'unknown-verb', hint: '"enable"', fix: '/vmotion enable prod-east' },
    { text: 'status j-7f3k9c', code: 'unknown-cluster', hint: 'j-7f3k9c', fix: '/vmotion show j-7f3k9c' },
    { text: 'enable prod', code: 'name-not-full', hint: '"prod-east"', fix: '/vmotion enable prod-east' },
    { text: 'test prod', code: 'name-not-full', hint: '"prod-east"', fix: '/vmotion test prod-east' },
    { text: 'revert prod', code: 'name-not-full', hint: '"prod-east"', fix: '/vmotion revert prod-east' },
    { text: 'status cluster', code: 'name-ambiguous', hint: 'matches 3 clusters', fix: '/vmotion status cluster-a' },
    { text: 'enable cluster', code: 'name-ambiguous', hint: 'cluster-a2', fix: '/vmotion enable cluster-a' },
    { text: 'enable cluster-a prod-east', code: 'too-much', hint: '"prod-east"', fix: '/vmotion enable cluster-a' },
    { text: 'plan revert cluster-a now', code: 'too-much', hint: '"now"', fix: '/vmotion plan revert cluster-a' },
    { text: 'show j-7f3k9c j-aaaaaa', code: 'too-much', hint: '"j-aaaaaa"', fix: '/vmotion show j-7f3k9c' },
    { text: 'list locks prod-east', code: 'too-much', hint: '"prod-east"', fix: '/vmotion list locks' },
    { text: 'list jobs prod-east now', code: 'too-much', hint: '"now"', fix: '/vmotion list jobs prod-east' },
    { text: 'dlq list 4f6b1c', code: 'too-much', hint: '"4f6b1c"', fix: '/vmotion dlq list' },
    { text: 'dlq redrive 4f6b1c 4f6b1d', code: 'too-much', hint: '"4f6b1d"', fix: '/vmotion dlq redrive 4f6b1c' },
    { text: 'audit-log verify prod now', code: 'too-much', hint: '"now"', fix: '/vmotion audit-log verify prod' },
    { text: 'policy show prod now', code: 'too-much', hint: '"now"', fix: '/vmotion policy show prod' },
    { text: 'alarm fix a-7f3k9c now', code: 'too-much', hint: '"now"', fix: '/vmotion alarm fix a-7f3k9c' },
    {
      text: 'freeze all prod-east --reason x',
      code: 'too-much',
      hint: 'prod',
      fix: '/vmotion freeze all --reason "x"',
    },
    { text: 'unfreeze cluster-a prod-east', code: 'too-much', hint: 'prod-east', fix: '/vmotion unfreeze cluster-a' },
    { text: 'enable cluster-a @bob/ann', code: 'too-much', hint: '@bob/ann', fix: '/vmotion enable cluster-a' },
    { text: 'enable cluster-a ann@lab.local', code: 'too-much', hint: 'ann@lab', fix: '/vmotion enable cluster-a' },
    { text: 'status clus*ter-a', code: 'unknown-cluster', hint: '"clus*ter-a"', fix: '/vmotion status cluster-a' },
    {
      text: 'enable cluster-a --yes',
      code: 'unknown-flag',
      hint: 'has no flag "--yes".',
      fix: '/vmotion enable cluster-a',
    },
    { text: 'enable cluster-a \u2014force', code: 'unknown-flag', hint: '"--force"', fix: '/vmotion enable cluster-a' },
    { text: 'test cluster-a mtu=9000', code: 'unknown-flag', hint: '"--mtu"', fix: '/vmotion test cluster-a' },
    {
      text: 'reject j-7f3k9c --reasn x',
      code: 'unknown-flag',
      hint: 'reject has no flag "--reasn". Did you mean "--reason"?',
      fix: '/vmotion reject j-7f3k9c --reason "the reason"',
    },
    {
      text: 'reject j-7f3k9c',
      code: 'reason-missing',
      hint: 'Why is j-7f3k9c rejected?',
      fix: '/vmotion reject j-7f3k9c --reason "the reason"',
    },
    {
      text: 'reject j-7f3k9c " "',
      code: 'reason-missing',
      hint: 'j-7f3k9c',
      fix: '/vmotion reject j-7f3k9c --reason "the reason"',
    },
    { text: 'reject', code: 'target-missing', hint: 'reject', fix: '/vmotion history' },
    { text: 'reject ...', code: 'target-missing', hint: 'reject', fix: '/vmotion history' },
    { text: 'freeze', code: 'target-missing', hint: 'freeze', fix: '/vmotion freeze cluster-a --reason "the reason"' },
    {
      text: 'freeze all',
      code: 'reason-missing',
      hint: 'everything',
      fix: '/vmotion freeze all --reason "the reason"',
    },
    {
      text: 'freeze prod-east --until 4h',
      code: 'reason-missing',
      hint: 'prod-east',
      fix: '/vmotion freeze prod-east --reason "the reason" --until 4h',
    },
    {
      text: 'freeze all --reason x --until tomorrow',
      code: 'not-a-time',
      hint: '--until can\'t be "tomorrow"',
      fix: '/vmotion freeze all --reason "x" --until 4h',
    },
    {
      text: 'freeze all --reason x --for ever',
      code: 'not-a-time',
      hint: '--for can',
      fix: '/vmotion freeze all --reason "x" --until 4h',
    },
    {
      text: 'freeze all --reason x --until 2026-02-30T06:00',
      code: 'not-a-time',
      hint: '"2026-02-30T06:00"',
      fix: '/vmotion freeze all --reason "x" --until 4h',
    },
    {
      text: 'freeze prod --reason x',
      code: 'name-not-full',
      hint: 'prod-east',
      fix: '/vmotion freeze prod-east --reason "x"',
    },
    { text: 'unfreeze', code: 'target-missing', hint: 'unfreeze', fix: '/vmotion unfreeze cluster-a' },
    { text: 'list weather', code: 'unknown-verb', hint: 'weather', fix: '/vmotion list clusters' },
    { text: 'list lokcs', code: 'unknown-verb', hint: '"locks"', fix: '/vmotion list locks' },
    { text: 'version 2', code: 'too-much', hint: '"2"', fix: '/vmotion version' },
    {
      text: 'test cluster-a -o xml',
      code: 'flag-value',
      hint: '--output can',
      fix: '/vmotion test cluster-a --output csv',
    },
    {
      text: 'plan revert cluster-a --host esx01',
      code: 'unknown-flag',
      hint: '--host',
      fix: '/vmotion plan revert cluster-a',
    },
    {
      text: 'subscribe prod-east drfit',
      code: 'flag-value',
      hint: '"drift"',
      fix: '/vmotion subscribe prod-east drift',
    },
    { text: 'alarm', code: 'target-missing', hint: 'Which alarm', fix: '/vmotion alarms' },
    { text: 'alarm fix', code: 'target-missing', hint: 'alarm fix', fix: '/vmotion alarms' },
    { text: 'alarm fxi a-7f3k9c', code: 'unknown-verb', hint: '"fix"', fix: '/vmotion alarm fix a-7f3k9c' },
    { text: 'alarm banana', code: 'unknown-verb', hint: '"explain"', fix: '/vmotion alarms' },
    { text: 'alarm banana a-7f3k9c', code: 'unknown-verb', hint: '"explain"', fix: '/vmotion alarm explain a-7f3k9c' },
    { text: 'alarm a-7f3k9c now', code: 'too-much', hint: '"now"', fix: '/vmotion alarm a-7f3k9c' },
    { text: 'alarm fix xa-7f3k9c', code: 'not-a-job-id', hint: 'xa-7f3k9c', fix: '/vmotion alarms' },
    { text: 'alarm fix a-7f3k9c_x', code: 'not-a-job-id', hint: 'a-7f3k9c_x', fix: '/vmotion alarms' },
    { text: 'alarm fix j-7f3k9c', code: 'not-a-job-id', hint: 'j-7f3k9c', fix: '/vmotion alarms' },
    { text: 'alarm fix a-7f3k9c --for 1h', code: 'unknown-flag', hint: '--for', fix: '/vmotion alarm fix a-7f3k9c' },
    {
      text: 'alarm ignore a-7f3k9c --for ever',
      code: 'not-a-time',
      hint: '--for can',
      fix: '/vmotion alarm ignore a-7f3k9c --for 1h',
    },
    { text: 'policy weather', code: 'unknown-verb', hint: '"show"', fix: '/vmotion policy show' },
    {
      text: 'policy explian uplink --on esx01',
      code: 'unknown-verb',
      hint: '"explain"',
      fix: '/vmotion policy explain uplink --on esx01',
    },
    { text: 'policy show prod --on esx01', code: 'unknown-flag', hint: '--on', fix: '/vmotion policy show prod' },
    { text: 'policy explain --on esx01', code: 'flag-missing', hint: 'Which alarm', fix: '/vmotion help policy' },
    { text: 'policy explain', code: 'flag-missing', hint: 'Which alarm', fix: '/vmotion help policy' },
    { text: 'policy explain uplink', code: 'flag-missing', hint: '--on', fix: '/vmotion help policy' },
    { text: 'policy shwo prod', code: 'unknown-verb', hint: '"show"', fix: '/vmotion policy show prod' },
    { text: 'dlq redrive', code: 'target-missing', hint: 'Which message', fix: '/vmotion dlq list' },
    { text: 'dlq purge', code: 'unknown-verb', hint: 'purge', fix: '/vmotion dlq list' },
    { text: 'audit-log banana', code: 'unknown-verb', hint: '"verify"', fix: '/vmotion audit-log verify' },
    { text: 'audit-log exprot', code: 'unknown-verb', hint: '"export"', fix: '/vmotion audit-log export' },
    { text: 'stop j-7f3k9c', code: 'unknown-verb', hint: '"abort"', fix: '/vmotion abort j-7f3k9c' },
    { text: 'abort j-7f3k9c --putback', code: 'unknown-flag', hint: '"--put-back"', fix: '/vmotion abort j-7f3k9c' },
    {
      text: 'enable cluster-a --reason "new racks" --yes',
      code: 'unknown-flag',
      hint: '--yes',
      fix: '/vmotion enable cluster-a --reason "new racks"',
    },
    {
      text: 'enable prod-esat --reason "new racks"',
      code: 'unknown-cluster',
      hint: 'prod-east',
      fix: '/vmotion enable prod-east --reason "new racks"',
    },
    { text: 'enable cluster-a --host a1 --host b2', code: 'too-much', hint: '--host', fix: '/vmotion help enable' },
    {
      text: 'enable cluster-a --reason \'say "no" to it\' --yes',
      code: 'unknown-flag',
      hint: '--yes',
      fix: '/vmotion enable cluster-a --reason "say no to it"',
    },
    { text: 'enable cluster-a --hlep', code: 'unknown-flag', hint: '"--help"', fix: '/vmotion enable cluster-a' },
    { text: 'approve', code: 'target-missing', hint: 'approve', fix: '/vmotion history' },
    { text: 'reject --reason "no"', code: 'target-missing', hint: 'reject', fix: '/vmotion history' },
    { text: 'approve 7f3k9c', code: 'not-a-job-id', hint: '7f3k9c', fix: '/vmotion approve j-7f3k9c' },
    { text: 'approve j7f3k9c', code: 'not-a-job-id', hint: 'j7f3k9c', fix: '/vmotion approve j-7f3k9c' },
    { text: 'approve j_7f3k9c', code: 'not-a-job-id', hint: 'j_7f3k9c', fix: '/vmotion approve j-7f3k9c' },
    { text: 'show cluster-a', code: 'not-a-job-id', hint: 'cluster-a', fix: '/vmotion history cluster-a' },
    { text: 'approve ab1cde', code: 'not-a-job-id', hint: 'ab1cde', fix: '/vmotion approve j-ab1cde' },
    { text: 'approve banana', code: 'not-a-job-id', hint: 'banana', fix: '/vmotion history' },
    { text: 'approve 7f3k9c7', code: 'not-a-job-id', hint: '7f3k9c7', fix: '/vmotion history' },
    { text: 'show j-7f3k9c_1', code: 'not-a-job-id', hint: 'j-7f3k9c_1', fix: '/vmotion history' },
    { text: 'revert xj-7f3k9c', code: 'unknown-cluster', hint: 'xj-7f3k9c', fix: '/vmotion status' },
    { text: 'apply j-1', code: 'not-a-job-id', hint: 'j-1', fix: '/vmotion history' },
  ])('"$text" as $code', ({ text, code, hint, fix }) => {
    const refused = refusal(text);
    expect(refused).toMatchObject({ kind: 'refused', code, fix, exitCode: 2 });
    expect(refused.what).toContain(hint);
    expect(refused.why).toMatch(/\.$/);
    expect(JSON.stringify(refused)).not.toContain('undefined');
  });

  it.each([
    {
      flags: [
        '-y',
        '--yes',
        '--force',
        '--approve',
        '--auto-approve',
        '--autoapprove',
        '--no-approval',
        '--noapproval',
      ],
      why: 'approval',
    },
    { flags: ['-n', '--dry-run', '--dryrun', '--what-if', '--whatif'], why: 'plan' },
    { flags: ['--enforce', '--yesterday', '--undry-run', '--dry-runs'], why: '--reason, --ticket, --host' },
  ])('$flags, and says why not', ({ flags, why }) => {
    for (const flag of flags) expect(refusal(`enable cluster-a ${flag}`).why).toContain(why);
  });

  it.each([
    { text: 'status cluster-a --all', why: 'status has no flags' },
    { text: 'approve j-7f3k9c --reason x', why: 'The only flag of approve is --comment.' },
    { text: 'enable cluster-a --all', why: 'The flags of enable are --reason, --ticket, --host.' },
    { text: 'trial cluster-a --all', why: 'A trial is typed as' },
  ])('a flag that the verb has not, and names those it has: $text', ({ text, why }) => {
    expect(refusal(text).why).toContain(why);
  });

  it.each([
    'enable cluster-a --host',
    'plan repair cluster-a --host --reason x',
    'repair cluster-a --host=',
    'enable cluster-a --ticket ""',
    'freeze all --reason x --until',
    'alarm ignore a-7f3k9c --for',
  ])('a flag without its value, as what it limits would be done without the limit: %s', (text) => {
    const [verb = ''] = text.split(' ');
    expect(refusal(text)).toMatchObject({ code: 'flag-value', fix: `/vmotion help ${verb}` });
    expect(refusal(text).what).toMatch(/^--[a-z]+ needs a value\.$/);
  });

  it('a flag without its value, with one that it takes, whatever verb and flag', () => {
    for (const verb of VERBS)
      for (const flag of flagsOf(verb)) {
        const parsed = parse(`${verb} cluster-a --${flag}`);
        if (!('kind' in parsed) || parsed.code !== 'flag-value') continue;
        const example = /^It takes one word, as in (--\S+ \S+)\.$/.exec(parsed.why)?.[1] ?? '';
        expect(readFlags(verb, toCommandTokens(example)).values).toEqual({ [flag]: expect.stringMatching(/./) });
      }
    expect(refusal('enable cluster-a --host').why).toBe('It takes one word, as in --host esx01.');
  });

  it.each(['enable cluster-a --host <@U0BOB>', 'enable cluster-a --host @bob', 'test cluster-a --output <#C1|net>'])(
    'somebody or a channel mentioned where a name belongs: %s',
    (text) => {
      expect(refusal(text)).toMatchObject({ code: 'flag-value' });
    },
  );

  it('two ends of one freeze, and keeps the first', () => {
    expect(refusal('freeze cluster-a --reason x --until 4h --for 2d')).toMatchObject({
      code: 'too-much',
      what: expect.stringContaining('--until and --for'),
      fix: '/vmotion freeze cluster-a --reason "x" --until 4h',
    });
    expect(parse('freeze cluster-a --reason x --until 4h --for 4h')).toMatchObject({ until: { minutes: 240 } });
  });

  it('proposes only what may be named here, and knows the rest when it is typed in full', () => {
    const here = { clusters: ['cluster-a'], elsewhere: ['secret-east'] };
    expect(parseCommand('enable SECRET-EAST', here)).toEqual({ verb: 'enable', cluster: 'secret-east' });
    for (const text of ['enable secret-esat', 'status secret', 'status', 'enable', 'secret-east', 'enable cluster-b']) {
      expect(JSON.stringify(parseCommand(text, here)).replaceAll(text, '')).not.toContain('secret-east');
    }
  });

  it('a cluster where none may be named', () => {
    expect(refusal('enable cluster-a', [])).toMatchObject({ code: 'no-clusters', fix: '/vmotion help' });
    expect(refusal('enable', [])).toMatchObject({ code: 'target-missing', fix: '/vmotion help' });
    expect(refusal('enable cluster-a --reason x', [])).toMatchObject({ fix: '/vmotion help' });
    expect(refusal('enable', []).why).toBe('No cluster may be named here.');
  });

  it('a pasted document', () => {
    expect(refusal('x'.repeat(1001))).toMatchObject({ code: 'too-long', fix: '/vmotion help' });
    expect(refusal('x'.repeat(1000))).toMatchObject({ code: 'unknown-verb' });
  });

  it('a long word by its beginning', () => {
    expect(refusal('y'.repeat(900)).what).toBe(`Unknown verb "${'y'.repeat(39)}…".`);
    expect(refusal('y'.repeat(40)).what).toBe(`Unknown verb "${'y'.repeat(40)}".`);
  });

  it.each([
    { text: 'enabel cluster-a', what: 'Unknown verb "enabel". Did you mean "enable"?' },
    { text: 'alarn', what: 'Unknown verb "alarn". Did you mean "alarm" or "alarms"?' },
    { text: 'banana', what: 'Unknown verb "banana".' },
    { text: 'cluster-a', what: 'Unknown verb "cluster-a".' },
  ])('an unknown verb with a few others and the help: $text', ({ text, what }) => {
    const why = `Used most: status, check, plan, enable, test, audit, revert. All ${VERBS.length} verbs: /vmotion help.`;
    expect(refusal(text)).toMatchObject({ what, why });
  });

  it('an unknown cluster with those that are near', () => {
    expect(refusal('enable prod-wset', ['prod-east', 'prod-west', 'lab'])).toMatchObject({
      what: 'Unknown cluster "prod-wset". Did you mean "prod-west" or "prod-east"?',
      fix: '/vmotion enable prod-west',
    });
  });

  it('names all clusters where there are eight', () => {
    const clusters = Array.from({ length: 8 }, (_, index) => `rack${index}`);
    expect(refusal('enable nowhere', clusters).why).toBe(
      'The clusters are rack0, rack1, rack2, rack3, rack4, rack5, rack6, rack7.',
    );
  });

  it('names eight clusters and counts the rest', () => {
    const clusters = Array.from({ length: 12 }, (_, index) => `rack${index}`);
    expect(refusal('enable nowhere', clusters).why).toBe(
      'The clusters are rack0, rack1, rack2, rack3, rack4, rack5, rack6, rack7 and 4 more. All of them: /vmotion list clusters.',
    );
  });
});

describe('whatever is typed', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...VERBS,
      'enabel',
      'rollback',
      'list',
      'all',
      '?',
      '--',
      '—reason',
      '--reason=',
      '--vm web01',
      '--from esx01',
      '--to=esx02',
      '--return',
      '--reason new racks',
      '--reason "the reason"',
      '--ticket CHG-1',
      '--until 4h',
      '--until never',
      '--host',
      '-o csv',
      '-o',
      '--for=1h',
      '--put-back',
      '--on esx01',
      'a-7f3k9c',
      'explain',
      'redrive',
      'drift',
      '"',
      "'",
      '*',
      '`',
    ),
    fc.constantFrom(...known.clusters, 'cluster', 'prod', 'j-7f3k9c', 'p-abcdef', '7f3k9c', '<@U1>', '/vmotion', 'a=b'),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const typed = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(' '));

  it('is a command or a refusal with three lines, and its fix is a command', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parse(text);
        if ('verb' in parsed) return VERBS.includes(parsed.verb);
        const isSound = [parsed.what, parsed.why, parsed.fix].every((line) => line !== '' && !line.includes('\n'));
        const isKnown = COMMAND_REFUSALS.some((code) => code === parsed.code);
        return isSound && isKnown && 'verb' in parse(parsed.fix.replace(/^\/vmotion/, ''));
      }),
      { numRuns: 1000 },
    );
    expect(parse('')).toEqual({ verb: 'help' });
  });

  it('never reaches a cluster that was not typed in full, unless it only reads', () => {
    const written = fc.tuple(
      fc.constantFrom('enable', 'test', 'revert', 'repair', 'trial', 'freeze', 'unfreeze'),
      typed,
    );
    fc.assert(
      fc.property(written, ([verb, rest]) => {
        const parsed = parse(`${verb} ${rest}`);
        if (!('verb' in parsed)) return true;
        const isHarmless = !['enable', 'test', 'revert', 'repair', 'trial', 'freeze', 'unfreeze'].includes(parsed.verb);
        const target = 'target' in parsed ? parsed.target : 'cluster' in parsed ? parsed.cluster : undefined;
        if (isHarmless || target === undefined) return true;
        return target.startsWith('j-') || target === 'all' || rest.toLowerCase().includes(target);
      }),
      { numRuns: 700 },
    );
    expect('kind' in parse('enable cluster')).toBe(true);
  });
});
