import { fileURLToPath } from 'node:url';
import { readSettings } from '../../functions/read-settings.ts';
import type { Settings } from '../../shared/domain/settings.ts';

const LAB_CONFIG = fileURLToPath(new URL('../lab/vmotion.yaml', import.meta.url));

/** The name under which the lab's vCenter stands in a configuration. */
export const LAB_VCENTER = 'lab';

/** The settings to start with: the file's, or the lab's own. */
export function readLocalSettings(path: string | undefined): Settings {
  return readSettings(path ?? LAB_CONFIG);
}

/** Whether the configuration asks for the lab's vCenter: it names one `lab` that trusts no certificate there is. */
export function wantsLabVcenter(settings: Settings): boolean {
  const trust = settings.vcenters[LAB_VCENTER]?.trust;
  return trust?.kind === 'sha256' && /^[0:]+$/.test(trust.fingerprint);
}

/** Whether nothing but the lab's vCenter is configured, so that the lab's Slack may stand in for the real one. */
export function isLabOnly(settings: Settings): boolean {
  return wantsLabVcenter(settings) && Object.keys(settings.vcenters).length === 1;
}

/** The settings with the address and the certificate that the lab's vCenter has got this time. */
export function withLabVcenter(settings: Settings, lab: { url: string; fingerprint: string }): Settings {
  const there = settings.vcenters[LAB_VCENTER];
  if (there === undefined) return settings;
  const trust = { kind: 'sha256' as const, fingerprint: lab.fingerprint };
  return { ...settings, vcenters: { ...settings.vcenters, [LAB_VCENTER]: { ...there, url: lab.url, trust } } };
}
