import { commandOf } from '../domain/command-of.ts';
import type { HostNetwork } from '../domain/inventory.ts';
import type { JobFailure } from '../domain/job.ts';
import { describeChange, differences } from '../domain/network-fields.ts';
import { hostDigest } from './digest.ts';
import type { Wave, WaveHost } from './load-wave.ts';
import { planAgain } from './plan-again.ts';

/** Changes named in the message. */
const CHANGES_MAX = 4;

/** Plans every host again that nothing was written to yet. Answers why the first no longer plans as approved. */
export function checkFresh(wave: Wave): JobFailure | undefined {
  const { sha256 } = wave.slice.parts;
  const fresh = wave.hosts.filter(({ keeper }) => keeper.current.phase === 'planned');
  const stale = fresh.find(
    (one) => hostDigest(sha256, planAgain(wave, one, one.host.network)) !== one.keeper.current.digest,
  );
  if (stale === undefined) return undefined;
  return {
    code: 'stale',
    what: whatChanged(wave, stale),
    why: 'The approval was for another plan. Nothing was done to this host.',
    remedy: commandOf(wave.slice.job),
  };
}

function whatChanged(wave: Wave, { keeper, host }: WaveHost): string {
  if (host.connection !== 'connected')
    return `${host.name} is ${host.connection} now; it was connected when it was planned.`;
  const { observed } = keeper.current;
  const changes = observed === undefined || host.network === undefined ? [] : differences(observed, host.network);
  const touched = touchedPortGroup(observed, host.network);
  if (changes.length === 0 && touched !== undefined) {
    return `Distributed port group ${touched} was reconfigured after planning.`;
  }
  if (changes.length === 0) {
    return `The profile of ${wave.slice.job.cluster} in vmotion.yaml changed after planning; ${host.name} would get another plan.`;
  }
  const named = changes.slice(0, CHANGES_MAX).map(describeChange).join('; ');
  const more = changes.length > CHANGES_MAX ? ` and ${changes.length - CHANGES_MAX} more` : '';
  return `${host.name} changed after planning: ${named}${more}.`;
}

/** A distributed port group under a new version: something of it changed that is not among the fields. */
function touchedPortGroup(then: HostNetwork | undefined, now: HostNetwork | undefined): string | undefined {
  const before = then?.distributedPortGroups ?? [];
  return now?.distributedPortGroups?.find((group) => {
    const old = before.find((one) => one.key === group.key);
    return old !== undefined && old.configVersion !== group.configVersion;
  })?.name;
}
