// A channel that is shared with another workspace (Slack Connect): its people see the messages and their buttons.
import { afterEach, describe, expect, it } from 'vitest';
import { LAB_USERS, type LabTeam, type LabUser } from '../../infra/lab/slack/people.ts';
import { OpsError } from '../../shared/errors.ts';
import { aHostSummary, aJob } from '../slack/a-job.ts';
import { type ScriptedPlace, type ScriptedPlaceOptions, startScriptedPlace } from '../slack/scripted-place.ts';
import { aSlackFunction } from './a-slack-function.ts';
import { clickBody, commandBody, payloadBody, slackEvent, viewOf } from './slack-request.ts';

const CHANNEL = 'C0VSPHERE';
const personOf = (team: LabTeam): LabUser => ({ id: 'U0GUEST', name: 'guest', role: 'of another workspace', team });
const GUEST = personOf({ id: 'T0PARTNER', domain: 'partner' });

const places: ScriptedPlace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

async function aSharedChannel(options: ScriptedPlaceOptions & { guest?: LabUser } = {}) {
  const { guest = GUEST, ...more } = options;
  const place = await startScriptedPlace({ users: [...LAB_USERS, guest], approvers: 'any', ...more });
  places.push(place);
  const type = (user: string, text: string) => place.lab.type({ user, channel: CHANNEL, text });
  const click = (user: string, actionId: string) =>
    place.lab.click({ user, channel: CHANNEL, ts: place.lab.messages(CHANNEL)[0]?.ts ?? '', actionId });
  const planned = async () => {
    await type('U0ANN', '/vmotion enable cluster-a');
    const { approval, plan } = aJob();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const hosts = [aHostSummary(0), aHostSummary(1)];
    await place.move({ state: 'awaiting-approval', hosts, plan, approval: { ...approval!, required: 1, expiresAt } });
  };
  return { place, type, click, planned };
}

const approvals = async (place: ScriptedPlace) => (await place.job()).approval?.approvedBy.map(({ user }) => user);

describe.each(['installed', 'person'] as const)('where a press names the workspace of the %s', (teamOfInteraction) => {
  it('takes no approval from people of another workspace, though any may approve', async () => {
    const { place, click, planned } = await aSharedChannel();
    place.lab.faults.teamOfInteraction = teamOfInteraction;
    await planned();
    const answer = await click('U0GUEST', 'approve-plan');
    expect(answer?.text).toContain('Only people of the workspace that this app is installed in');
    expect(JSON.stringify(answer)).toContain('T0PARTNER');
    expect(await approvals(place)).toEqual([]);
    await click('U0BOB', 'approve-plan');
    expect(await approvals(place)).toEqual(['U0BOB']);
  });

  it('takes it from those whose workspace vmotion.yaml names', async () => {
    const { place, click, planned } = await aSharedChannel({ slackTeams: ['T0PARTNER'] });
    place.lab.faults.teamOfInteraction = teamOfInteraction;
    await planned();
    await click('U0GUEST', 'approve-plan');
    expect(await approvals(place)).toEqual(['U0GUEST']);
  });
});

it('takes no command from people of another workspace, and opens them neither picker nor modal', async () => {
  const { place, type, click, planned } = await aSharedChannel();
  await planned();
  for (const text of ['/vmotion', '/vmotion help', '/vmotion status cluster-a', '/vmotion test cluster-a']) {
    expect((await type('U0GUEST', text)).text).toContain('Only people of the workspace');
  }
  await click('U0GUEST', 'reject-plan');
  expect(place.lab.modals('U0GUEST')).toEqual([]);
  expect(await place.jobs()).toHaveLength(1);
});

it('shows people of another workspace no Home', async () => {
  const { place } = await aSharedChannel();
  await place.lab.openHome('U0GUEST');
  const shown = JSON.stringify(place.lab.home('U0GUEST')?.content);
  expect(shown).toContain('Only people of the workspace');
  expect(shown).not.toContain('cluster-a');
  await place.lab.openHome('U0BOB');
  expect(JSON.stringify(place.lab.home('U0BOB')?.content)).toContain('cluster-a');
});

describe('on Enterprise Grid', () => {
  const SAME = personOf({ id: 'T0OTHER', domain: 'other', organisation: 'E0LAB' });
  const FOREIGN = personOf({ id: 'T0FOREIGN', domain: 'foreign', organisation: 'E0FOREIGN' });

  it('takes the command of a colleague from another workspace of the organisation, and of no other one', async () => {
    for (const [guest, text] of [
      [SAME, 'Queued'],
      [FOREIGN, 'Only people of the workspace'],
    ] as const) {
      const { place, type } = await aSharedChannel({ guest });
      place.lab.faults.installation = { organisation: 'E0LAB', isOrgWide: false, teams: ['T0LAB'] };
      expect((await type('U0GUEST', '/vmotion status cluster-a')).text).toContain(text);
    }
  });

  it('takes an approval of every workspace that has the app, where it is installed for the organisation', async () => {
    const { place, click, planned } = await aSharedChannel({ guest: SAME });
    place.lab.faults.installation = { organisation: 'E0LAB', isOrgWide: true, teams: ['T0LAB', 'T0OTHER'] };
    await planned();
    await click('U0GUEST', 'approve-plan');
    expect(await approvals(place)).toEqual(['U0GUEST']);
  });

  it('takes none from outside the organisation, although the press names the organisation of the app', async () => {
    const { place, click, planned } = await aSharedChannel({ guest: FOREIGN });
    place.lab.faults.installation = { organisation: 'E0LAB', isOrgWide: true, teams: ['T0LAB', 'T0OTHER'] };
    await planned();
    expect((await click('U0GUEST', 'approve-plan'))?.text).toContain('Only people of the workspace');
    expect(await approvals(place)).toEqual([]);
  });
});

describe('what comes of a modal, a menu or a Home that people of another workspace got at', () => {
  const by = { user: { id: 'U0GUEST', team_id: 'T0PARTNER' } };
  const REJECT = { type: 'modal', callback_id: 'reject-reason', private_metadata: '{}' };

  it('submits nothing', async () => {
    const place = aSlackFunction();
    const view = viewOf({ viewId: 'V9', hash: 'h', view: REJECT }, { reason: 'A reason that is long enough.' });
    const response = await place.handle(slackEvent({ body: payloadBody({ type: 'view_submission', view, ...by }) }));
    expect(JSON.parse(response.body ?? '')).toMatchObject({ response_action: 'update' });
    expect(response.body).toContain('Only people of the workspace');
    expect(place.decisions).toEqual([]);
  });

  it('offers nothing', async () => {
    const place = aSlackFunction({ suggest: async () => ({ kind: 'names', names: ['esx01'] }) });
    const view = viewOf({ viewId: 'V9', hash: 'h', view: { ...REJECT, callback_id: 'picker' } });
    const asked = { type: 'block_suggestion', action_id: 'pick-host', value: '', view, ...by };
    const response = await place.handle(slackEvent({ body: payloadBody(asked) }));
    expect(JSON.parse(response.body ?? '')).toEqual({ options: [] });
  });

  it('says at the Home why a press of it did nothing', async () => {
    const place = aSlackFunction();
    const view = { id: 'H', type: 'home' };
    const body = clickBody(
      { action_id: 'home-refresh', value: '' },
      { ...by, view, channel: undefined, container: {} },
    );
    await place.handle(slackEvent({ body }));
    expect(JSON.stringify(place.views.home('U0GUEST')?.view)).toContain('Only people of the workspace');
    expect(place.logged.join('')).toContain('stranger-refused');
  });
});

it('refuses with the reason where nobody can say what the app is installed in', async () => {
  const cause = new OpsError('installation-unknown', 'Slack did not say where this app is installed.', {
    retry: 'later',
    remedy: 'Try again in a minute.',
  });
  const { handle, commands } = aSlackFunction({ installations: { read: () => Promise.reject(cause) } });
  const response = await handle(slackEvent());
  expect(response.body).toContain('Slack did not say where this app is installed.');
  expect(response.body).toContain('Try again in a minute.');
  expect(commands).toEqual([]);
});

it('takes the workspace of a press from the message where Slack names none of the person', async () => {
  const { handle, decisions } = aSlackFunction();
  const body = clickBody({ action_id: 'approve-plan', value: 'j-1|ab12cd34ef56' }, { user: { id: 'U0BOB' } });
  await handle(slackEvent({ body }));
  expect(decisions).toHaveLength(1);
});

it('takes no command without a workspace', async () => {
  const { handle, commands } = aSlackFunction();
  const response = await handle(slackEvent({ body: commandBody({ team_id: '' }) }));
  expect(response.body).toContain('a workspace that Slack does not name');
  expect(commands).toEqual([]);
});
