import { OpsError } from '../errors.ts';
import { shorten } from './faults.ts';
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

/** The newest version that client and server know, out of vimServiceVersions.xml. Throws `vcenter-version`. */
export function chooseVersion(serviceVersions: string): string {
  const offered = offeredVersions(serviceVersions);
  const version = KNOWN_VERSIONS.find((known) => offered.has(known));
  if (version !== undefined) return version;
  throw new OpsError(
    'vcenter-version',
    `vCenter speaks vim25 ${shorten([...offered][0] ?? 'not at all', 40)}, and nothing from 6.0 on.`,
    {
      retry: 'never',
      remedy: 'The vMotion TCP/IP stack needs vCenter and ESXi 6.0 or later.',
    },
  );
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
