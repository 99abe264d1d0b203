// What a planner collects about one host while it decides the steps.
import type { Finding, FindingCode } from './finding.ts';
import type { DistributedPortGroup, Host, HostNetwork } from './inventory.ts';
import type { Untouched } from './plan.ts';

/** `wholeSwitch`: changes of distributed port groups that this host would see made, whoever's plan they are part of. */
export type PlanDraft = {
  host: Host;
  network: HostNetwork;
  findings: Finding[];
  untouched: Untouched[];
  wholeSwitch: { from: DistributedPortGroup; to: DistributedPortGroup }[];
};

/** An empty plan for the host, with the findings that there are already. */
export function createPlanDraft(host: Host, network: HostNetwork, findings: Finding[]): PlanDraft {
  return { host, network, findings: [...findings], untouched: [], wholeSwitch: [] };
}

/** Notes a finding. `message` goes on after the host's name and a colon. */
function addFinding(
  draft: PlanDraft,
  kind: { severity: Finding['severity']; code: FindingCode },
  message: string,
  remedy?: string,
): void {
  const { name } = draft.host;
  draft.findings.push({ ...kind, host: name, message: `${name}: ${message}`, remedy });
}

/** Nothing is done to the host until it is resolved. */
export function block(draft: PlanDraft, code: FindingCode, message: string, remedy: string): void {
  addFinding(draft, { severity: 'blocking', code }, message, remedy);
}

/** Adds what people should know before they approve. `message` goes on after the host's name and a colon. */
export function warn(draft: PlanDraft, code: FindingCode, message: string, remedy?: string): void {
  addFinding(draft, { severity: 'warning', code }, message, remedy);
}

/** Adds what is good to know and speaks against nothing. `message` as of a warning. */
export function note(draft: PlanDraft, code: FindingCode, message: string, remedy?: string): void {
  addFinding(draft, { severity: 'note', code }, message, remedy);
}
