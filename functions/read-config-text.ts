import { readFileSync } from 'node:fs';
import { OpsError } from '../shared/errors.ts';

/** The configuration's text. Throws `config-missing`. */
export function readConfigText(path: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new OpsError('config-missing', `The configuration ${path} can't be read: ${why}.`, {
      retry: 'never',
      remedy,
      cause,
    });
  }
}
