// Every write that reaches a simulated vCenter, looked at before it has an effect and right after.
import type { HookCall, LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { labSettings } from '../support/world.ts';
import { checkFrozenWrite } from './alarms.ts';
import { checkApproved } from './check-approved.ts';
import { checkEffect, keepUntouchable, type Untouchable } from './check-effects.ts';
import { checkGroupImage, checkImage } from './check-images.ts';
import { checkOwnPlace, clustersOf } from './check-places.ts';
import { checkWrite } from './check-writes.ts';
import { pictureOf } from './lab-picture.ts';
import type { Run, Site } from './run.ts';
import { violate } from './violation.ts';
import { isWrite, jobOf, WRITES } from './write-calls.ts';

/** A checker must not look like a fault to the product: what it finds is handed to `run.found`. */
export function watchWrites(run: Run): (site: Site) => LabHooks {
  /** Of each job, its cluster and what it has written to. */
  const works = new Map<string, { cluster: string; written: Set<string>; hosts: Set<string> }>();
  const befores = new WeakMap<HookCall, Untouchable>();

  const look = (site: Site, call: HookCall): void => {
    const { operation, host, target } = call;
    const job = jobOf(site.lab.calls().at(-1)?.opId);
    const stored = job === undefined ? undefined : run.stored.jobs.get(job)?.job;
    if (job === undefined || stored === undefined)
      violate('every write belongs to a job', `${operation} on ${host} for ${job}`);
    const request = run.ledger.request(job);
    // Where several clusters share what is written, only the job's own row tells which it is for.
    const [written, ...more] = clustersOf(site, call);
    const first = more.length > 0 ? stored.cluster : written;
    const cluster = works.get(job)?.cluster ?? request?.cluster ?? first ?? '';
    const settings = run.world.parts.settings.clusters[cluster];
    if (settings === undefined) violate('a job changes only its own cluster', `${operation} on ${host} for ${job}`);
    checkOwnPlace(site, { job, cluster, vcenter: settings.vcenter }, call);
    const work = works.get(job) ?? { cluster, written: new Set(), hosts: new Set() };
    works.set(job, work);
    run.writes.push({ vcenter: site.vcenter, cluster, job, operation, host, target: target.value });
    checkWrite(site.lab.model, stored, request, call);
    const kind = WRITES[operation];
    if (kind !== 'hold') {
      // A distributed port group is changed for a host: once the job has begun, for one that it has begun.
      const begun = new Set([...work.hosts, ...(work.written.size > 0 ? [''] : [])]);
      const about = { freezes: run.freezes, sliceBegan: run.sliceBegan.get(job) ?? 0, written: begun };
      checkFrozenWrite({ id: job, cluster, isOfRule: request === undefined }, call, about);
      if (host !== undefined) work.hosts.add(host);
      const approvers = run.ledger.approvers(job);
      const { policy, busy } = run.setting;
      // Where the seed draws no rules, the lab's own stand, for what audits find.
      const rules = busy > 0 ? policy : labSettings().alarms;
      checkApproved({ job, cluster: settings, request, approvers, policy: rules, hosts: work.hosts }, operation);
    }
    const what = host ?? target.value;
    if (kind === 'hold' || kind === 'move' || work.written.has(what)) return;
    work.written.add(what);
    const place = run.places.find((one) => one.cluster === cluster);
    place?.eras.begin(job);
    const picture = pictureOf(site.lab.model, cluster);
    const found = picture.hosts.find(({ name }) => name === host);
    const isRevert = request?.kind === 'revert';
    if (found === undefined) checkGroupImage(run.stored, job, call, picture);
    else checkImage(run.stored, { job, cluster, isRevert }, found);
  };

  const caught = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      run.found(error);
    }
  };
  const hostOf = ({ lab }: Site, { host }: HookCall) =>
    host === undefined ? undefined : lab.model.clusters.flatMap(({ hosts }) => hosts).find(({ name }) => name === host);
  return (site) => ({
    before(call) {
      if (!isWrite(call.operation)) return;
      caught(() => look(site, call));
      const host = hostOf(site, call);
      if (host !== undefined) befores.set(call, keepUntouchable(host));
    },
    after(call) {
      const [host, before] = [hostOf(site, call), befores.get(call)];
      if (host === undefined || before === undefined) return;
      caught(() => checkEffect(site.lab.model, host, before, `${call.operation} on ${host.name}`));
    },
  });
}
