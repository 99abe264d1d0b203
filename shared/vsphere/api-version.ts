import { OpsError } from '../errors.ts';
import { WireError } from './wire-error.ts';
import { findChild, parseXml, type XmlElement } from './xml.ts';

/** The vim25 versions whose messages this client speaks, newest first. 6.0 brought the vMotion stack. */
export const KNOWN_VERSIONS: readonly string[] = [
  '9.0.0.0',
  '8.0.3.0',
  '8.0.2.0',
  '8.0.1.0',
  '8.0.0.1',
  '8.0.0.0',
  '7.0.3.2',
  '7.0.3.0',
  '7.0.2.0',
  '7.0.1.0',
  '7.0.0.0',
  '7.0',
  '6.9.1',
  '6.8.7',
  '6.7.3',
  '6.7.2',
  '6.7.1',
  '6.7',
  '6.5',
  '6.0',
];

export const VERSIONS_PATH = '/sdk/vimServiceVersions.xml';

/** The newest version that client and server know, out of what was answered for `VERSIONS_PATH`. Throws
 * `vcenter-version`, or `vcenter-reply-invalid` for what is no such list. Quotes nothing that is longer than a version. */
export function chooseVersion({ status, body }: { status: number; body: string }): string {
  const offered = status === 200 ? readOffered(body) : undefined;
  if (offered === undefined) throw notVcenter(status);
  const version = KNOWN_VERSIONS.find((known) => offered.has(known));
  if (version !== undefined) return version;
  throw new OpsError('vcenter-version', `vCenter speaks vim25 ${nameOf([...offered][0])}, and nothing from 6.0 on.`, {
    retry: 'never',
    remedy: 'The vMotion TCP/IP stack needs vCenter and ESXi 6.0 or later.',
  });
}

/** Old versions, "2.5" or "5.1.1": shorter than any secret. */
const NUMBERED = /^\d\.\d{1,2}(\.\d{1,2})?$/;

/** Nothing but a version is quoted: this is read before anybody knows of a secret to look for. */
function nameOf(version: string | undefined): string {
  if (version === undefined) return 'not at all';
  return NUMBERED.test(version) ? version : 'of no known number';
}

function notVcenter(status: number): OpsError {
  const what = `What answers at ${VERSIONS_PATH} (HTTP ${status}) is not a vCenter.`;
  return new OpsError('vcenter-reply-invalid', what, {
    retry: status >= 500 ? 'later' : 'never',
    remedy: 'Check that the URL in vmotion.yaml is that of a vCenter and that its services are up.',
  });
}

function readOffered(serviceVersions: string): Set<string> | undefined {
  try {
    return offeredVersions(serviceVersions);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function offeredVersions(serviceVersions: string): Set<string> {
  const root = parseXml(serviceVersions, { maxBytes: 1024 * 1024 });
  if (root.name !== 'namespaces') throw new WireError(`<${root.name}> is not a list of vim25 versions`);
  const versions = new Set<string>();
  for (const namespace of root.children) {
    if (findChild(namespace, 'name')?.text.trim() !== 'urn:vim25') continue;
    const prior = findChild(namespace, 'priorVersions')?.children ?? [];
    const own = findChild(namespace, 'version');
    for (const version of own === undefined ? prior : [own, ...prior]) versions.add(textOf(version));
  }
  return versions;
}

const textOf = (element: XmlElement) => element.text.trim();
