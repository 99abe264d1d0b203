import { describe, expect, it } from 'vitest';
import { parseEnvironment, parseSlackEnvironment } from '../../shared/contracts/environment.ts';

const env = {
  JOB_TABLE: 'jobs',
  JOB_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/jobs.fifo',
  NOTICE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/notices.fifo',
  CARD_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/cards.fifo',
  CONFIG_FILE: 'vmotion.yaml',
};

describe('the environment', () => {
  it('gives a slice two minutes unless it says otherwise', () => {
    expect(parseEnvironment(env)).toMatchObject({ table: 'jobs', configFile: 'vmotion.yaml', sliceMs: 120_000 });
    expect(parseEnvironment({ ...env, SLICE_SECONDS: '45' }).sliceMs).toBe(45_000);
  });

  it.each([
    { variable: 'JOB_TABLE', value: undefined },
    { variable: 'JOB_QUEUE_URL', value: 'jobs' },
    { variable: 'CARD_QUEUE_URL', value: undefined },
    { variable: 'CARD_QUEUE_URL', value: 'cards' },
    { variable: 'SLICE_SECONDS', value: 'two minutes' },
  ])('is refused with $variable=$value, which the error names', ({ variable, value }) => {
    expect(() => parseEnvironment({ ...env, [variable]: value })).toThrow(variable);
  });

  it('needs the name of Slack’s secret only where Slack is met', () => {
    expect(() => parseSlackEnvironment(env)).toThrow('SLACK_SECRET');
    expect(parseSlackEnvironment({ ...env, SLACK_SECRET: 'slack' }).slackSecret).toBe('slack');
  });
});
