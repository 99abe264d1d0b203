// The settings as a deployment carries them: read from vmotion.yaml and judged once, before anything is deployed, so that
// no cold start does it again.
import type { Settings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';

/** Another shape of the settings is another deployment: both sides come from one commit. */
const FORMAT = 'vmotion-ops settings 1';

/** Settings as a text for the function's archive; `parseBuiltSettings` reads it. */
export function toBuiltSettings(settings: Settings): string {
  return JSON.stringify({ format: FORMAT, settings });
}

/** What `toBuiltSettings` wrote. It lies in the archive of the function's own code and is trusted as that is; only a
 * file of another kind is told apart. `origin`: its path, for messages. Throws `config-invalid`. */
export function parseBuiltSettings(text: string, origin: string): Settings {
  const built = parseJson(text);
  if (built?.format === FORMAT && built.settings !== undefined) return built.settings;
  throw new OpsError('config-invalid', `${origin} holds no settings of this version.`, {
    retry: 'never',
    remedy: 'Deploy again with npm run deploy, which makes it from vmotion.yaml.',
  });
}

function parseJson(text: string): Partial<{ format: string; settings: Settings }> | undefined {
  try {
    return JSON.parse(text) as Partial<{ format: string; settings: Settings }>;
  } catch {
    return undefined;
  }
}
