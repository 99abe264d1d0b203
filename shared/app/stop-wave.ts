// A wave that goes no further: what a person wants then, what failed, and what an earlier slice had begun to put back.
import { changedHosts } from '../domain/decide-control.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobControl, JobFailure } from '../domain/job.ts';
import type { MatrixSummary } from '../domain/matrix.ts';
import { putBackFailure } from '../domain/stopped.ts';
import type { Wave, WaveHost } from './load-wave.ts';
import { getJob } from './move-job.ts';
import { rollBack } from './roll-back.ts';

/** A person wants the job to stop here, and everything begun is proven. */
export async function holdWave(wave: Wave): Promise<JobEvent> {
  const control = await findControl(wave);
  return isPutBackWanted(control) ? putBackAll(wave, control) : { kind: 'held' };
}

/** Something failed. Where a person wants everything back, the hosts that were kept go back too. */
export async function backOut(
  wave: Wave,
  hosts: WaveHost[],
  failure: JobFailure,
  matrix?: MatrixSummary,
): Promise<JobEvent> {
  const more = isPutBackWanted(await findControl(wave)) ? await findChanged(wave) : [];
  return rollBack(wave, [...new Set([...hosts, ...more])], failure, matrix);
}

/** An earlier slice had begun to put hosts back and died. What it had begun is finished, and ends the job. */
export async function finishBackOut(wave: Wave, goingBack: WaveHost[]): Promise<JobEvent> {
  const begun = wave.hosts.filter(({ keeper }) => keeper.current.phase !== 'planned');
  const { control } = wave.slice.job;
  if (isPutBackWanted(control)) return putBackAll(wave, control, [...goingBack, ...begun]);
  const reason = goingBack[0]?.keeper.current.restore?.reason ?? 'An earlier attempt failed.';
  const failure: JobFailure = { code: 'put-back', what: reason, remedy: 'Mend the cause, then run the command again.' };
  return rollBack(wave, [...new Set([...goingBack, ...begun])], failure);
}

type PutBackControl = JobControl & { want: 'abort-and-put-back' };

function isPutBackWanted(control: JobControl | undefined): control is PutBackControl {
  return control?.want === 'abort-and-put-back';
}

/** As the row has it now: it may have been asked for while the hosts were changed. */
async function findControl({ slice }: Wave): Promise<JobControl | undefined> {
  return (await getJob(slice.parts.store, slice.job.id)).control;
}

/** Hosts of this job that are changed and proven, in this slice or before. */
async function findChanged({ slice, done, hosts }: Wave): Promise<WaveHost[]> {
  const changed = new Set(changedHosts(await getJob(slice.parts.store, slice.job.id)).map(({ moref }) => moref));
  return [...done, ...hosts].filter(({ summary }) => changed.has(summary.moref));
}

/** Every host that this job has changed goes back; then the job ends as its person wanted. */
async function putBackAll(wave: Wave, control: PutBackControl, begun: WaveHost[] = []): Promise<JobEvent> {
  const { slice } = wave;
  const hosts = [...new Set([...begun, ...(await findChanged(wave))])];
  const reason = putBackFailure(slice.job, control.by);
  const ended = await rollBack(wave, hosts, reason);
  if (ended.kind !== 'stopped' || ended.state !== 'rolled-back') return ended;
  return {
    ...ended,
    state: 'aborted',
    failure: putBackFailure(await getJob(slice.parts.store, slice.job.id), control.by),
  };
}
