import { describe, expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import { validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import type { AuditSummary, Drift } from '../../shared/domain/drift.ts';
import type { Job } from '../../shared/domain/job.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { aHostSummary, aJob, DIGEST, NOW } from './a-job.ts';

const CHANGED: Drift = {
  kind: 'changed',
  host: 'esx03.lab.local',
  field: 'vmk2 MTU',
  was: '9000',
  is: '1500',
  wanted: '9000',
  by: 'VSPHERE.LOCAL\\bob',
  at: '2026-11-21T09:58:00.000Z',
  event: 'Task: Update virtual NIC',
};
const STANDING: Drift = {
  kind: 'standing',
  host: 'esx04.lab.local',
  field: 'vmotion adapter',
  wanted: '172.16.1.54/24',
};
const SINCE = '2026-11-20T10:00:00.000Z';

function anAudit(audit: Partial<AuditSummary> = {}, change: Partial<Job> = {}): Job {
  const nothing = { drifts: [], more: 0, hostsAdded: [], hostsRemoved: [], unread: [], alarms: [] };
  const hosts = [0, 1, 2, 3].map((index) =>
    aHostSummary(index, { wave: undefined, outcome: 'in-place', steps: audit.drifts === undefined ? 0 : 1 }),
  );
  return aJob({
    kind: 'audit',
    state: 'done',
    approval: undefined,
    plan: { digest: DIGEST, counts: audit.drifts === undefined ? {} : { 'update-vmk': 1 }, findings: [], waves: 0 },
    hosts,
    audit: { ...nothing, since: SINCE, ...audit },
    ...change,
  });
}

const read = (job: Job, style: 'rich' | 'classic' = 'rich') => {
  const message = renderJob(job, { records: [], cells: [] }, NOW, { style });
  expect(validateBlocks(message.blocks)).toEqual([]);
  return renderText(message);
};

describe('the message of an audit', () => {
  it.each(['rich', 'classic'] as const)('names field, values, what is declared and who it was, %s', (style) => {
    const text = read(anAudit({ drifts: [CHANGED, STANDING] }), style);
    for (const part of [
      'Audit of cluster-a',
      'esx03.lab.local',
      'vmk2 MTU',
      '9000 -> 1500',
      'VSPHERE.LOCAL\\bob',
      'esx04',
    ])
      expect(text).toContain(part);
    expect(text).toContain('1 field changed since');
    expect(text).toContain('/vmotion plan enable cluster-a');
    expect(text).toContain('[Plan]');
  });

  it('says that nothing was changed, and offers no plan where there is none', () => {
    const text = read(anAudit({}, { state: 'in-place' }));
    expect(text).toContain('Nothing was changed since');
    expect(text).toContain('Every host is as declared.');
    expect(text).not.toContain('[Plan]');
  });

  it('says at the first audit what later ones are compared with', () => {
    expect(read(anAudit({ since: undefined }))).toContain('From now on it is compared with what was seen today.');
  });

  it('names hosts that came and went, alarms, what could not be read, and what the events do not tell', () => {
    const moref = { type: 'Alarm', value: 'alarm-65' };
    const text = read(
      anAudit(
        {
          drifts: [],
          hostsAdded: ['esx05.lab.local'],
          hostsRemoved: ['esx01.lab.local'],
          unread: ['esx02.lab.local'],
          gap: 'vCenter was away.',
          alarms: [
            {
              key: '65.22',
              alarm: { moref, name: 'Uplink *lost* <!channel>' },
              entity: { moref, name: 'esx03.lab.local' },
              status: 'red',
              at: SINCE,
              isAcknowledged: true,
            },
          ],
        },
        { requestedBy: 'schedule' },
      ),
    );
    for (const part of ['esx05.lab.local', 'esx01.lab.local', 'RED Uplink lost', 'acknowledged', 'vCenter was away.'])
      expect(text).toContain(part);
    expect(text).toContain('2 hosts of the cluster changed since');
    expect(text).toContain('asked for by the schedule of audits');
    expect(JSON.stringify(renderJob(anAudit({ alarms: [] }), { records: [], cells: [] }, NOW).blocks)).not.toContain(
      '<!channel>',
    );
  });

  it.each([1, 100])('fits with %i long changes, and any text in them', (count) => {
    const text = '<!channel> *b* `c` '.repeat(20);
    const drift = { ...CHANGED, host: text, field: text, was: text, is: text, by: text };
    const drifts = Array.from({ length: count }, () => drift);
    for (const style of ['rich', 'classic'] as const) {
      const message = renderJob(anAudit({ drifts, more: 900 }), { records: [], cells: [] }, NOW, { style });
      expect(validateBlocks(message.blocks)).toEqual([]);
      expect(JSON.stringify(message.blocks.filter(isMrkdwn))).not.toContain('<!channel>');
    }
  });
});

const isMrkdwn = (block: unknown) => JSON.stringify(block).includes('"mrkdwn"');
