import { join } from 'node:path';
import type { Credentials } from '../../shared/ports.ts';
import { listenHttps } from '../lab/vcenter/listen.ts';
import { getScenarioName } from '../lab/vcenter/scenario-names.ts';
import type { ScenarioName } from '../lab/vcenter/scenarios.ts';
import { LAB_CLUSTERS } from '../lab/vcenter/topology.ts';
import { createLabVcenter, type LabVcenter } from '../lab/vcenter/vcenter.ts';
import { type Latency, usage } from './cli-options.ts';
import { keepHosts, restoreHosts, stackStates } from './lab-hosts-file.ts';

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
  let keptStates = '';
  const keep = () => {
    if (path !== undefined) keepOrEnd(() => keepHosts(running.model, path));
  };
  const running = createLabVcenter({
    hosts,
    clusters: LAB_CLUSTERS,
    scenarios,
    latency,
    hooks: {
      after: ({ operation, host }) => {
        if (host !== undefined) for (const listener of listeners) listener();
        if (path === undefined) return;
        const states = stackStates(running.model);
        if (!CHANGES.test(operation) && states === keptStates) return;
        keptStates = states;
        keep();
      },
    },
  });
  if (path !== undefined) {
    restoreHosts(running.model, path);
    running.relearn();
    keptStates = stackStates(running.model);
  }
  const lab: LabVcenter = {
    ...running,
    // What somebody breaks stays broken when the process dies before the product has changed anything.
    setScenario(name, on) {
      running.setScenario(name, on);
      keep();
    },
  };
  const { url, sha256, close } = await listenHttps(lab, { port: 0 });
  const onCall = (listener: () => void) => void listeners.push(listener);
  return { url, fingerprint: sha256, credentials: lab.credentials, lab, onCall, stop: close };
}

/** A change that is not kept must not be answered: the next process would find hosts that never had it. */
function keepOrEnd(keep: () => void): void {
  try {
    keep();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
    throw error;
  }
}

function toScenario(text: string): ScenarioName {
  try {
    return getScenarioName(text);
  } catch (error) {
    throw usage(String(error instanceof Error ? error.message : error));
  }
}
