import { OpsError } from '../../../shared/errors.ts';
import { readLocalSettings } from '../local-config.ts';
import { type Check, checked, fail, ok } from './check.ts';
import { checkAlarmWays } from './check-alarm-ways.ts';
import { checkSlack } from './check-slack.ts';
import { checkStorage } from './check-storage.ts';
import { checkVcenters } from './check-vcenters.ts';
import { openTarget } from './open-target.ts';

/** Looks at everything that the product stands on and changes nothing but one row, which it removes again. Absent
 * `config`: the lab. */
export async function examine(config: string | undefined, env: Record<string, string | undefined>): Promise<Check[]> {
  const settings = await failing('configuration', () => readLocalSettings(config));
  if ('about' in settings) return [settings];
  const count = Object.keys(settings.clusters).length;
  const about = ok('configuration', `${config ?? "The lab's"}: ${count} cluster${count === 1 ? '' : 's'}.`);
  const target = await failing('environment', () => openTarget(settings, env));
  if ('about' in target) return [about, target];
  try {
    const { alarmSecrets } = target;
    const [slack, alarms, vcenters, storage] = await Promise.all([
      checked('Slack tokens', async () => checkSlack(await target.tokens(), target.settings)),
      checked('ways in for alarms', async () => (alarmSecrets ? checkAlarmWays(await alarmSecrets()) : [])),
      checkVcenters(target.vsphere, target.settings),
      checkStorage(target.storage),
    ]);
    return [about, ...slack, ...alarms, ...vcenters, ...storage];
  } finally {
    await target.close();
  }
}

/** A failure as the check that it is: nothing further can be looked at. */
async function failing<Made>(about: string, make: () => Made | Promise<Made>): Promise<Made | Check> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof OpsError) return fail(about, error.message, error.remedy);
    throw error;
  }
}
