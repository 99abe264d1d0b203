// Pause, resume, abort and cancel, as they are typed: who may, when it is too early or too late, and what is answered.
import { describe, expect, it } from 'vitest';
import { control } from '../../shared/app/control.ts';
import type { AccessPolicy } from '../../shared/domain/settings.ts';
import type { Job, JobState } from '../../shared/domain/job.ts';
import { createWavePlace } from '../support/wave-place.ts';

const [ANN, BOB, EVE] = ['U0ANN', 'U0BOB', 'U0EVE'];
type Verb = 'pause' | 'resume' | 'abort' | 'cancel';

async function aPlace(job: Partial<Job> = {}, access: AccessPolicy = { operators: 'any', approvers: 'any' }) {
  const place = await createWavePlace({ job: { state: 'applying', ...job } });
  place.settings.access = access;
  const say = (verb: Verb, { user = BOB, channel = 'C0VSPHERE', isPuttingBack = false, job: id = 'j-000001' } = {}) => {
    const request = { requestId: `${verb}-${user}`, text: verb, user, channel };
    return control(place.parts, request, verb === 'abort' ? { verb, job: id, isPuttingBack } : { verb, job: id });
  };
  return { place, say };
}

describe('what is asked of a job', () => {
  it('that there is not, or whose cluster vmotion.yaml has lost, is refused', async () => {
    const { place, say } = await aPlace();
    expect(await say('pause', { job: 'j-none' })).toMatchObject({ kind: 'refused', code: 'job-not-found' });
    place.parts.settings.clusters = {};
    expect(await say('pause')).toMatchObject({ kind: 'refused', code: 'job-not-found' });
  });

  it.each<{ state: JobState; verb: Verb; code: string; fix: string; why: string }>([
    { state: 'done', verb: 'pause', code: 'not-waiting', fix: 'show', why: 'nothing to pause' },
    { state: 'done', verb: 'cancel', code: 'not-waiting', fix: 'show', why: 'nothing to cancel' },
    { state: 'aborted', verb: 'cancel', code: 'not-waiting', fix: 'show', why: 'nothing to cancel' },
    { state: 'cancelled', verb: 'abort', code: 'not-waiting', fix: 'show', why: 'nothing to abort' },
    { state: 'applying', verb: 'cancel', code: 'is-running', fix: 'abort', why: '/vmotion pause j-000001' },
    { state: 'verifying', verb: 'cancel', code: 'is-running', fix: 'abort', why: 'Hosts may be changed' },
    { state: 'verifying', verb: 'pause', code: 'not-running', fix: 'abort', why: 'a test of all paths' },
    { state: 'planning', verb: 'pause', code: 'not-running', fix: 'cancel', why: 'Nothing was changed' },
    { state: 'awaiting-approval', verb: 'abort', code: 'not-running', fix: 'cancel', why: 'simply be cancelled' },
    { state: 'planned', verb: 'resume', code: 'not-running', fix: 'cancel', why: 'simply be cancelled' },
  ])('that is $state, $verb, is refused with the way on', async ({ state, verb, code, fix, why }) => {
    const { say, place } = await aPlace({ state });
    expect(await say(verb)).toMatchObject({
      kind: 'refused',
      code,
      exitCode: 2,
      why: expect.stringContaining(why),
      fix: `/vmotion ${fix} j-000001`,
    });
    expect((await place.job()).state).toBe(state);
  });

  it.each<{ verb: Verb; state: JobState; says: string }>([
    { verb: 'pause', state: 'applying', says: 'It pauses before the next host' },
    { verb: 'abort', state: 'applying', says: 'It stops before the next host' },
    { verb: 'abort', state: 'paused', says: 'Stopped.' },
    { verb: 'cancel', state: 'awaiting-approval', says: 'Cancelled. Nothing was changed.' },
    { verb: 'resume', state: 'paused', says: 'It goes on.' },
  ])('$verb while it is $state is answered alike the second time', async ({ verb, state, says }) => {
    const { say } = await aPlace({ state });
    const first = await say(verb);
    expect(first).toMatchObject({ kind: 'controlled', verb, says: expect.stringContaining(says) });
    expect(await say(verb)).toMatchObject({ kind: 'controlled', says: (first as { says: string }).says });
  });

  it('less than somebody else has asked is answered with what that one asked', async () => {
    const { say } = await aPlace();
    await say('abort', { user: ANN });
    expect(await say('pause')).toMatchObject({
      kind: 'controlled',
      says: expect.stringContaining(`as <@${ANN}> asked`),
    });
  });

  it('keeps what was wanted, and by whom', async () => {
    const { place, say } = await aPlace();
    await say('abort', { isPuttingBack: true });
    expect((await place.job()).control).toMatchObject({ want: 'abort-and-put-back', by: BOB });
  });
});

describe('to put back', () => {
  it.each(['trial', 'test'] as const)('what a %s has changed is refused: it changes no host', async (kind) => {
    const { say, place } = await aPlace({ kind });
    expect(await say('abort', { isPuttingBack: true })).toMatchObject({
      kind: 'refused',
      code: 'nothing-to-put-back',
      what: `j-000001 is a ${kind}: it changes no host.`,
      fix: '/vmotion abort j-000001',
    });
    expect((await place.job()).control).toBeUndefined();
    expect(await say('abort')).toMatchObject({ kind: 'controlled' });
  });
});

describe('to go on', () => {
  const frozen = async (state: JobState) => {
    const asked = await aPlace({ state });
    const freeze = { id: 'f-1', scope: 'cluster-a', channel: 'C0VSPHERE', reason: 'year end', by: EVE, at: '' };
    await asked.place.parts.store.freezes.put(freeze);
    return asked;
  };

  it('is refused while the cluster is frozen, and all else goes on', async () => {
    const { place, say } = await frozen('paused');
    expect(await say('resume')).toMatchObject({ kind: 'refused', code: 'frozen', exitCode: 3 });
    expect((await place.job()).state).toBe('paused');
    expect(await say('abort')).toMatchObject({ kind: 'controlled' });
  });

  it('takes back a pause that was not honoured yet, frozen or not', async () => {
    const { place, say } = await frozen('applying');
    await say('pause');
    expect(await say('resume')).toMatchObject({ kind: 'controlled', says: 'It goes on.' });
    expect((await place.job()).control).toBeUndefined();
  });

  it('is refused outside the windows, with when the next one opens', async () => {
    const { place, say } = await aPlace({ state: 'paused' });
    // It is Friday.
    place.settings.windows = [{ days: ['sun'], from: '01:00', to: '05:00', timeZone: 'UTC' }];
    expect(await say('resume')).toMatchObject({
      code: 'outside-window',
      what: expect.stringContaining('2026-01-04T01:00:00.000Z'),
      fix: '/vmotion resume j-000001',
    });
  });
});

describe('who may', () => {
  const narrow: AccessPolicy = { operators: [ANN], approvers: [BOB] };

  it.each([
    { user: ANN, may: true, who: 'an operator' },
    { user: BOB, may: true, who: 'who approves its changes' },
    { user: EVE, may: false, who: 'anybody else' },
  ])('pause a change: $who, $may', async ({ user, may }) => {
    const { place, say } = await aPlace({ requestedBy: 'U0DAN' }, narrow);
    expect(await say('pause', { user })).toMatchObject(may ? { kind: 'controlled' } : { kind: 'refused', exitCode: 3 });
    expect((await place.job()).control === undefined).toBe(!may);
  });

  it('is whoever asked for it, whatever they may else', async () => {
    const { say } = await aPlace({ requestedBy: EVE }, narrow);
    expect(await say('abort', { user: EVE })).toMatchObject({ kind: 'controlled' });
  });

  it('is nobody but those whom a rule of its own names for the verb', async () => {
    const { say } = await aPlace({ requestedBy: 'U0DAN' }, { ...narrow, verbs: { pause: [EVE] } });
    expect(await say('pause', { user: BOB })).toMatchObject({ kind: 'refused', exitCode: 3 });
    expect(await say('abort', { user: BOB })).toMatchObject({ kind: 'controlled' });
  });

  it('is nobody from another channel, not even who asked for it', async () => {
    const { place, say } = await aPlace({ requestedBy: EVE });
    expect(await say('pause', { user: EVE, channel: 'C0OTHER' })).toMatchObject({ kind: 'refused', exitCode: 3 });
    expect((await place.job()).control).toBeUndefined();
  });

  it('is asked before anything is said of the job', async () => {
    const { say } = await aPlace({ kind: 'test', requestedBy: 'U0DAN' }, narrow);
    expect(await say('abort', { user: EVE, isPuttingBack: true })).toMatchObject({ exitCode: 3 });
  });
});
