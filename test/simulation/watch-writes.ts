// Every write that reaches a simulated vCenter, looked at before it has an effect.
import type { HookCall, LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { checkFrozenWrite } from './alarms.ts';
import { checkOwnPlace } from './check-places.ts';
import { checkWrite } from './check-writes.ts';
import { isWrite, jobOf } from './write-calls.ts';
import type { Run, Site } from './run.ts';

/** A checker must not look like a fault to the product: what it finds is handed to `run.found`. */
export function watchWrites(run: Run): (site: Site) => LabHooks {
  const written = new Map<string, Set<string>>();
  const look = async (site: Site, call: HookCall): Promise<void> => {
    const logged = site.lab.calls().at(-1);
    const id = jobOf(logged?.opId) ?? '';
    await checkWrite(run.world.parts.store, { ...call, opId: logged?.opId }).catch(run.found);
    const hosts = written.get(id) ?? new Set();
    written.set(id, hosts);
    const job = await run.world.parts.store.jobs.find(id);
    const about = { freezes: run.freezes, sliceBegan: run.sliceBegan.get(id) ?? 0, written: hosts };
    try {
      if (job !== undefined) checkFrozenWrite(job, call, about);
    } catch (error) {
      run.found(error);
    }
    hosts.add(call.host ?? '');
    const { operation, host } = call;
    if (job !== undefined) run.writes.push({ vcenter: site.vcenter, cluster: job.cluster, job: id, operation, host });
    try {
      if (job !== undefined) checkOwnPlace(site, job, call);
    } catch (error) {
      run.found(error);
    }
    run.places.find(({ cluster }) => cluster === job?.cluster)?.eras.begin(id);
  };
  return (site) => ({
    async before(call) {
      if (isWrite(call.operation)) await look(site, call);
    },
  });
}
