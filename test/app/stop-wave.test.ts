// A wave that a person stops, and one that an earlier slice had begun to put back.
import { describe, expect, it } from 'vitest';
import { createMoveJob } from '../../shared/app/move-job.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, aNetwork } from '../support/builders.ts';
import { afterCanary, aThrow, away, createWavePlace, fault, nameOf, type WavePlace } from '../support/wave-place.ts';

const BOB = 'U0BOB';
const says = (place: WavePlace, event: JobEvent) => createMoveJob(place.parts)('j-000001', event);
const pause: JobEvent = { kind: 'pause', by: BOB };
const abort: JobEvent = { kind: 'abort', by: BOB, isPuttingBack: false };
const putBack: JobEvent = { kind: 'abort', by: BOB, isPuttingBack: true };

/** The second wave, in which a slice died right before the last write to each of its hosts. */
async function halfWay(): Promise<WavePlace> {
  const place = await afterCanary();
  place.midway = ({ kind }) => (kind === 'remove-vmk' ? aThrow(away()) : undefined);
  await expect(place.slice()).rejects.toThrow('away');
  place.midway = undefined;
  place.writes.length = 0;
  return place;
}

/** `event` comes right before the first write to that host. */
function at(place: WavePlace, number: number, event: JobEvent): void {
  place.midway = async ({ host }) => {
    if (host !== nameOf(number)) return;
    place.midway = undefined;
    await says(place, event);
  };
}

const narrow = { rollout: { canary: 1, wave: 9, pingGateway: false } };
const ten = { hosts: Array.from({ length: 10 }, (_, index) => index + 1) };

describe('a person who wants a pause', () => {
  it('gets it before the first host of a wave, which is not looked at', async () => {
    const place = await afterCanary();
    await says(place, pause);
    place.strangers.add('172.16.1.53');
    expect(await place.slice()).toEqual({ kind: 'held' });
    expect(await place.job()).toMatchObject({ state: 'paused', pausedBy: BOB });
    expect([place.writes, place.pings]).toEqual([[], []]);
  });

  it('gets it once the hosts are proven that an earlier slice had begun', async () => {
    const place = await halfWay();
    await place.save(3, { phase: 'planned', before: undefined, journal: [] });
    await says(place, pause);
    expect(await place.slice()).toEqual({ kind: 'held' });
    expect(place.writes).toEqual([`${nameOf(2)} remove-vmk`]);
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'pending', 'pending']);
    expect(place.pings).toContain(`${nameOf(2)} vmk2 172.16.1.51`);
  });

  it('while hosts are changed gets it before the next one', async () => {
    const place = await afterCanary({ hosts: ten.hosts.map((number) => aHost(number)), profile: narrow });
    at(place, 5, pause);
    expect(await place.slice()).toEqual({ kind: 'held' });
    const outcomes = await place.outcomes();
    expect(new Set(outcomes)).toEqual(new Set(['kept', 'pending']));
    expect(outcomes.indexOf('pending')).toBeGreaterThan(4);
    const written = new Set(place.writes.map((write) => write.split(' ')[0]));
    expect(written.size).toBe(outcomes.lastIndexOf('kept'));
  });

  it('holds nothing up where no host of the wave is left', async () => {
    const place = await afterCanary();
    const said = await place.job();
    // The slice died after it had shown its host, and before it said that the wave is over.
    const { store } = place.parts;
    await store.jobs.save({ ...said, wave: 0, version: said.version + 1, control: { want: 'pause', by: BOB, at: '' } });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
  });
});

describe('a person who wants an end', () => {
  it('gets it before the first host of a wave', async () => {
    const place = await afterCanary();
    await says(place, abort);
    expect(await place.slice()).toEqual({ kind: 'held' });
    expect(await place.job()).toMatchObject({ state: 'aborted', failure: { what: `<@${BOB}> stopped it.` } });
    expect(await place.outcomes()).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
  });

  it('gets it where no host of the wave is left, too', async () => {
    const place = await afterCanary();
    const said = await place.job();
    const { store } = place.parts;
    await store.jobs.save({ ...said, wave: 0, version: said.version + 1, control: { want: 'abort', by: BOB, at: '' } });
    expect(await place.slice()).toEqual({ kind: 'held' });
  });

  it('and everything back gets the kept hosts back, and those that were begun', async () => {
    const place = await halfWay();
    await says(place, putBack);
    // They are brought to their end first, and the wave has no other.
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
    expect(await place.slice()).toMatchObject({
      kind: 'stopped',
      state: 'aborted',
      failure: {
        code: 'stopped',
        what: `<@${BOB}> stopped it and had every host put back.`,
        why: `Put back: ${[1, 2, 3].map(nameOf).join(', ')}. Untouched: ${nameOf(4)}.`,
      },
    });
    expect(await place.outcomes()).toEqual(['put-back', 'put-back', 'put-back', 'untouched']);
    for (const number of [1, 2, 3]) expect(await place.record(number)).toMatchObject({ phase: 'restored' });
    expect(await place.parts.store.baselines.list('cluster-a')).toEqual([]);
  });

  it('and everything back leaves a host alone that was in place before', async () => {
    const steps = (await (await createWavePlace({ hosts: [aHost(1)] })).record(1)).plan.steps;
    const there = { ...aHost(1), network: applySteps(aHost(1).network ?? aNetwork(), steps) };
    const place = await createWavePlace({ hosts: [there, aHost(2), aHost(3)] });
    await place.slice();
    await says(place, putBack);
    await place.slice();
    const { hosts } = await place.job();
    expect(hosts.map(({ outcome }) => outcome)).toEqual(['in-place', 'put-back', 'untouched']);
    expect(hosts[2]?.note).toBeUndefined();
  });

  it('and everything back gets it where a host fails meanwhile, for that reason', async () => {
    const place = await afterCanary();
    let failures = 1;
    place.midway = async ({ host, kind }) => {
      if (host !== nameOf(2) || kind !== 'remove-vmk' || (failures -= 1) < 0) return;
      await says(place, putBack);
      throw fault('The vmknic is in use.');
    };
    expect(await place.slice()).toMatchObject({
      kind: 'stopped',
      state: 'rolled-back',
      failure: { code: 'vcenter-fault' },
    });
    expect(await place.outcomes()).toEqual(['put-back', 'put-back', 'put-back', 'untouched']);
  });

  it('leaves the kept hosts where a host fails, unless everything back is wanted', async () => {
    const place = await afterCanary();
    let failures = 1;
    place.midway = async ({ host, kind }) => {
      if (host !== nameOf(2) || kind !== 'remove-vmk' || (failures -= 1) < 0) return;
      await says(place, abort);
      throw fault('The vmknic is in use.');
    };
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'kept', 'untouched']);
  });

  it('is told the truth where a host can not be put back', async () => {
    const place = await afterCanary();
    await says(place, putBack);
    place.midway = () => aThrow(fault('The host says no.'));
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'needs-hands' });
    expect(await place.outcomes()).toEqual(['needs-hands', 'untouched', 'untouched', 'untouched']);
  });
});

describe('what an earlier slice had begun to put back', () => {
  /** The gate of the second wave failed, and the slice died while it put host 2 back. */
  async function goingBack(): Promise<WavePlace> {
    const place = await afterCanary();
    place.silent.add('172.16.1.53');
    place.midway = ({ host, kind }) => {
      if (host === nameOf(2) && kind === 'select-service') throw away();
    };
    await expect(place.slice()).rejects.toThrow('away');
    place.midway = undefined;
    return place;
  }

  it('is finished first, for the reason that was noted, and ends the job', async () => {
    const place = await goingBack();
    place.silent.clear();
    const records = [await place.record(2), await place.record(3)];
    expect(records.map(({ phase }) => phase).toSorted()).toEqual(['restored', 'restoring']);
    const ended = await place.slice();
    expect(ended).toMatchObject({ kind: 'stopped', state: 'rolled-back', failure: { code: 'put-back' } });
    expect(JSON.stringify(ended)).toContain('The new network of this wave does not work.');
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
  });

  it('goes back with what was only begun', async () => {
    const place = await halfWay();
    await place.save(2, { phase: 'restoring', restore: { steps: [], journal: [], reason: 'The gate failed.' } });
    expect(await place.slice()).toMatchObject({
      state: 'rolled-back',
      failure: { code: 'put-back', what: 'The gate failed.' },
    });
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
  });

  it('leaves a host alone that was not begun', async () => {
    const place = await halfWay();
    await place.save(2, { phase: 'needs-hands' });
    await place.save(3, { phase: 'planned', before: undefined, journal: [] });
    expect(await place.slice()).toMatchObject({
      state: 'rolled-back',
      failure: { what: 'An earlier attempt failed.' },
    });
    expect(place.writes.filter((write) => write.startsWith(nameOf(3)))).toEqual([]);
    expect((await place.job()).hosts[2]).toMatchObject({ outcome: 'untouched', note: undefined });
  });

  it('is a kept host of an earlier wave, too', async () => {
    const place = await afterCanary();
    await place.save(1, { phase: 'restoring', restore: { steps: [], journal: [], reason: 'It was never proven.' } });
    expect(await place.slice()).toMatchObject({ state: 'rolled-back', failure: { what: 'It was never proven.' } });
    expect(await place.outcomes()).toEqual(['put-back', 'untouched', 'untouched', 'untouched']);
  });

  it('takes the kept hosts with it where a person wants everything back, and ends as that person wanted', async () => {
    const place = await goingBack();
    await says(place, putBack);
    expect(await place.slice()).toMatchObject({ state: 'aborted', failure: { code: 'stopped' } });
    expect(await place.outcomes()).toEqual(['put-back', 'put-back', 'put-back', 'untouched']);
  });
});

it('of a revert, everything back means that the hosts are changed again', async () => {
  const place = await createWavePlace({ hosts: [aHost(1), aHost(2)], job: { kind: 'revert' } });
  await place.slice();
  await says(place, putBack);
  expect(await place.slice()).toMatchObject({
    state: 'aborted',
    failure: { why: `Kept: ${nameOf(1)}. Untouched: ${nameOf(2)}.` },
  });
  expect(await place.outcomes()).toEqual(['kept', 'untouched']);
  expect(place.host(1).network?.vmks.map(({ netstack }) => netstack)).toContain('vmotion');
});
