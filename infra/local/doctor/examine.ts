import { OpsError } from '../../../shared/errors.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import { readLocalSettings } from '../local-config.ts';
import { type Check, checked, fail, ok } from './check.ts';
import { checkSlack } from './check-slack.ts';
import { checkStorage } from './check-storage.ts';
import { checkVcenters } from './check-vcenters.ts';
import { openTarget } from './open-target.ts';

/** Looks at everything that the product stands on and changes nothing but one row, which it removes again. Absent
 * `config`: the lab. */
export async function examine(config: string | undefined, env: Record<string, string | undefined>): Promise<Check[]> {
  const settings = readConfig(config);
  if ('about' in settings) return [settings];
  const count = Object.keys(settings.clusters).length;
  const about = ok('configuration', `${config ?? "The lab's"}: ${count} cluster${count === 1 ? '' : 's'}.`);
  const target = await openTarget(settings, env);
  try {
    const [slack, vcenters, storage] = await Promise.all([
      checked('Slack tokens', async () => checkSlack(await target.tokens(), target.settings)),
      checkVcenters(target.vsphere, target.settings),
      checkStorage(target.storage),
    ]);
    return [about, ...slack, ...vcenters, ...storage];
  } finally {
    await target.close();
  }
}

function readConfig(config: string | undefined): Settings | Check {
  try {
    return readLocalSettings(config);
  } catch (error) {
    if (error instanceof OpsError) return fail('configuration', error.message, error.remedy);
    throw error;
  }
}
