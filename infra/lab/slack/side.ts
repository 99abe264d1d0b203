// What the page shows beside the channel: the simulated cluster as it is, and switches that break things in it.

export type SidePing = {
  device: string;
  to: string;
  /** Whose address that is, where it is a host's. */
  toName?: string;
  bytes: number;
  /** The largest smaller packet that did get through. */
  bytesThatPass?: number;
  at: string;
};
/** The newest ping of each pair of an adapter and an address, counted. `failed`: got no answer and should have; `silent`:
 * got none because the network is built that way. `failures`: the first few that failed. */
export type SidePings = { ok: number; failed: number; silent: number; lastAt?: string; failures: SidePing[] };
export type SideAdapter = {
  device: string;
  netstack: string;
  address: string;
  mtuBytes: number;
  network: string;
  services: string[];
};
export type SideStack = { key: string; state: string; gateway?: string };
export type SideHost = {
  name: string;
  state: string;
  adapters: SideAdapter[];
  stacks: SideStack[];
  pings: SidePings;
};
export type SideAlarm = { name: string; object: string; status: string };
export type SideCluster = { name: string; hosts: SideHost[]; alarms: SideAlarm[] };
export type SideSnapshot = { clusters: SideCluster[] };

/** `onlyAtStart`: why it cannot be switched while the lab runs. */
export type SideScenario = { name: string; breaks: string; shows: string; isOn: boolean; onlyAtStart?: string };

export type Side = {
  read(): SideSnapshot;
  scenarios(): SideScenario[];
  /** Throws for a name there is not, and for one that can only be chosen at the start. */
  setScenario(name: string, on: boolean): void;
  /** Tells that something may have changed. */
  onChange(listener: () => void): () => void;
};
