import { expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { OpsError } from '../../shared/errors.ts';
import { renderFailure } from '../../shared/slack/views/failure.ts';
import { renderReply } from '../../shared/slack/views/reply.ts';
import { aJob, aRecord } from './a-job.ts';

const read = (reply: Reply) => renderText(renderReply(reply));

it('refuses in three lines: what, why, and a command that can be typed', () => {
  const refusal = {
    kind: 'refused',
    code: 'unknown-verb',
    what: 'Unknown verb "enabel".',
    why: 'It begins with a verb.',
    fix: '/vmotion enable cluster-a',
    exitCode: 2,
  } as const;
  expect(read(refusal)).toBe('Unknown verb "enabel".\nIt begins with a verb.\nTry /vmotion enable cluster-a');
});

it('keeps the people and channels that a refusal names by id, and nothing else that Slack would act on', () => {
  const refusal = {
    kind: 'refused',
    code: 'denied',
    what: 'Not here <!here>.',
    why: 'Ask <@U0BOB> in <#C0VSPHERE>.',
    fix: 'Go there: /vmotion help',
    exitCode: 3,
  } as const;
  const all = JSON.stringify(renderReply(refusal).blocks);
  expect(all).toContain('Ask <@U0BOB> in <#C0VSPHERE>.');
  expect(all).toContain('&lt;!here&gt;');
  expect(all).toContain('Go there: `/vmotion help`');
});

it('says where the answer to a queued command will stand', () => {
  expect(read({ kind: 'queued', job: aJob() })).toContain(
    'I report in #vsphere-prod. To see it here: /vmotion show j-7f3k9c',
  );
});

it.each([
  { decision: 'approved', remaining: 1, start: 'on-approval', says: '1 approval still needed, from somebody else' },
  { decision: 'approved', remaining: 0, start: 'on-approval', says: 'The change starts by itself' },
  { decision: 'approved', remaining: 0, start: 'on-apply', says: 'To carry it out: /vmotion apply j-7f3k9c' },
  { decision: 'rejected', remaining: 0, start: 'on-approval', says: 'Nothing was changed' },
  { decision: 'applied', remaining: 0, start: 'on-apply', says: 'The plan is being carried out' },
] as const)('after $decision with $remaining to go says "$says"', ({ decision, remaining, start, says }) => {
  expect(read({ kind: 'decided', job: aJob({ start }), decision, remaining })).toContain(says);
});

it('lists jobs and clusters in short, each with the command for more', () => {
  const job = aJob({ state: 'done' });
  expect(read({ kind: 'history', jobs: [job] })).toContain(
    '2026-11-21 10:00 UTC j-7f3k9c OK - Enable vMotion stack on cluster-a (4 hosts) @ann',
  );
  expect(read({ kind: 'history', cluster: 'cluster-a', jobs: [] })).toContain('No jobs yet for cluster-a');
  const clusters = [{ cluster: 'cluster-a', hosts: 4, lastChange: job }];
  expect(read({ kind: 'overview', clusters })).toContain('cluster-a 4 hosts · last change: OK - Enable');
  expect(read({ kind: 'overview', clusters })).toContain('/vmotion status cluster-a');
});

it('shows a job in full to the one who asks, where the channel has only its beginning', () => {
  const hosts = Array.from({ length: 64 }, (_, index) => ({
    ...aJob().hosts[1]!,
    name: `esx${index}.lab.local`,
    moref: `host-${index}`,
  }));
  const job = aJob({ hosts });
  const text = read({ kind: 'job', job, records: hosts.map((host) => aRecord(host)) });
  for (const host of hosts) expect(text).toContain(host.name);
  expect(text).not.toContain('more: /vmotion show');
});

it('explains a verb, and without one all of them with a cluster that there is', () => {
  expect(read({ kind: 'help', verb: 'revert', clusters: [] })).toContain('/vmotion revert cluster|job');
  expect(read({ kind: 'help', clusters: ['prod-7'] })).toContain('Start with /vmotion status prod-7');
});

it('turns a failure into what, why and what to do, and a defect into a request to look for', () => {
  const error = new OpsError('queue-failed', 'The queue did not answer.', {
    retry: 'later',
    remedy: 'Type it again in a minute.',
  });
  expect(renderText(renderFailure(error, 'r-1'))).toBe(
    'The queue did not answer.\nIt may work in a moment; nothing was started twice. (queue-failed)\nType it again in a minute.',
  );
  const defect = renderText(renderFailure(new TypeError('x is not a function'), 'r-1'));
  expect(defect).toContain('r-1');
  expect(defect).not.toContain('not a function');
});
