import { join } from 'node:path';
import type { Credentials } from '../../shared/ports.ts';
import { listenHttps } from '../lab/vcenter/listen.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../lab/vcenter/scenarios.ts';
import { LAB_CLUSTERS } from '../lab/vcenter/topology.ts';
import { createLabVcenter, type LabVcenter } from '../lab/vcenter/vcenter.ts';
import { type Latency, usage } from './cli-options.ts';
import { keepHosts, restoreHosts } from './lab-hosts-file.ts';

export type LabVcenterPlace = {
  url: string;
  /** SHA-256 of its certificate. */
  fingerprint: string;
  credentials: Credentials;
  lab: LabVcenter;
  /** Tells of each call that a host has carried out. */
  onCall(listener: () => void): void;
  stop(): Promise<void>;
};

export type LabVcenterOptions = {
  hosts: number;
  scenarios: string[];
  latency: Latency;
  /** Where its hosts are kept; without it they are new each time. */
  folder?: string | undefined;
};

const HOSTS_FILE = 'lab-hosts.json';
const CHANGES = /^(Add|Update|Remove|Select|Deselect)/;

/** The simulated vCenter behind real HTTPS. Throws `usage` for a scenario that does not exist. */
export async function startLabVcenterPlace(options: LabVcenterOptions): Promise<LabVcenterPlace> {
  const { hosts, latency, folder } = options;
  const scenarios = options.scenarios.map(toScenario);
  const path = folder === undefined ? undefined : join(folder, HOSTS_FILE);
  const listeners: (() => void)[] = [];
  const lab = createLabVcenter({
    hosts,
    clusters: LAB_CLUSTERS,
    scenarios,
    latency,
    hooks: {
      after: ({ operation, host }) => {
        if (host !== undefined) for (const listener of listeners) listener();
        if (path !== undefined && CHANGES.test(operation)) keepHosts(lab.model, path);
      },
    },
  });
  if (path !== undefined) {
    restoreHosts(lab.model, path);
    lab.relearn();
  }
  const { url, sha256, close } = await listenHttps(lab, { port: 0 });
  const onCall = (listener: () => void) => void listeners.push(listener);
  return { url, fingerprint: sha256, credentials: lab.credentials, lab, onCall, stop: close };
}

function toScenario(text: string): ScenarioName {
  const name = SCENARIO_NAMES.find((one) => one === text);
  if (name !== undefined) return name;
  throw usage(`There is no scenario ${text}; there are ${SCENARIO_NAMES.join(', ')}.`);
}
