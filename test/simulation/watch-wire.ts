// What reaches the simulated vCenter, seen at its door: the writes, held against the audit log, and the cookies.
import type { AuditEntry } from '../../shared/domain/audit-entry.ts';
import type { World } from '../support/world.ts';
import { createFences } from './check-fences.ts';
import { violate } from './violation.ts';
import { jobOf } from './write-calls.ts';

/** How the product's log names what goes over the wire under vCenter's own name. */
const METHODS: Record<string, string> = {
  AddVirtualNic: 'addVmk',
  UpdateVirtualNic: 'updateVmk',
  RemoveVirtualNic: 'removeVmk',
  AddPortGroup: 'addPortGroup',
  UpdatePortGroup: 'updatePortGroup',
  RemovePortGroup: 'removePortGroup',
  AddVirtualSwitch: 'addSwitch',
  RemoveVirtualSwitch: 'removeSwitch',
  UpdateNetworkConfig: 'setNetstack',
  SelectVnicForNicType: 'selectService',
  DeselectVnicForNicType: 'deselectService',
  ReconfigureDVPortgroup_Task: 'updateDistributedPortGroup',
  ReconfigureComputeResource_Task: 'setDrs',
  RelocateVM_Task: 'relocate',
};
const OPERATION = /<(?:\w+:)?operationID>([^<]*)</;
const REFUSED_AT_THE_DOOR = /xsi:type="(?:NotAuthenticated|ConcurrentAccess)"/;
const BODY = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)[ >/]/;

export type WireWatch = { cookies: ReadonlySet<string>; writes: () => number };

/** A write that no entry of the audit log announces is handed to `onUnexplained`, before it has an effect. */
export function watchWire(world: World, onUnexplained: (error: unknown) => void): WireWatch {
  const announced = new Map<string, number>();
  const made = new Map<string, number>();
  const cookies = new Set<string>();
  let writes = 0;
  const add = (counts: Map<string, number>, key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  const fences = createFences(world.parts.store.leases);
  const { auditLog } = world.parts.store;
  const addEntry = auditLog.add.bind(auditLog);
  auditLog.add = async (entry) => {
    const isAdded = await addEntry(entry);
    if (isAdded && entry.action === 'writing') add(announced, `${entry.jobId} ${entry.detail['method']}`, 1);
    return isAdded;
  };
  for (const lab of world.labs.values()) {
    const { handle } = lab;
    lab.handle = async (request) => {
      const method = METHODS[BODY.exec(request.body)?.[1] ?? ''];
      const key = `${jobOf(OPERATION.exec(request.body)?.[1])} ${method}`;
      if (method !== undefined) {
        add(made, key, 1);
        writes += 1;
        if ((made.get(key) ?? 0) > (announced.get(key) ?? 0) * callsOf(method))
          onUnexplained(catchViolation(() => violate('every write stands in the audit log before it is made', key)));
        // DRS is put back by whoever held it, also when the job has ended.
        const found =
          method === 'setDrs'
            ? undefined
            : catchViolation(() => fences.check(key.split(' ')[0] ?? '', cookieOf(request.headers), key));
        if (found !== undefined) onUnexplained(found);
      }
      const reply = await handle(request);
      // Refused at the door: the client logs in again, or reads the version anew, and asks once more.
      if (method !== undefined && REFUSED_AT_THE_DOOR.test(reply.body)) add(made, key, -1);
      const cookie = /^[^=]+="?([^";]+)/.exec(reply.headers['set-cookie'] ?? '')?.[1];
      if (cookie !== undefined) {
        cookies.add(cookie);
        fences.opened(cookie);
      }
      return reply;
    };
  }
  return { cookies, writes: () => writes };
}

/** Under one entry a distributed port group is sent once more where somebody gave it a new version just then. */
const callsOf = (method: string): number => (method === 'updateDistributedPortGroup' ? 2 : 1);

const cookieOf = ({ cookie = '' }: Record<string, string | undefined>): string =>
  /vmware_soap_session="?([^";]+)/.exec(cookie)?.[1] ?? '';

function catchViolation(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const ENTRIES_MAX = 100_000;

/** Every chain is whole: numbered without a gap, each entry sealed over the one before it. */
export async function checkAuditLog(world: World, repeats: number): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (const chain of [...Object.keys(world.parts.settings.clusters), 'general']) {
    const entries = await world.parts.store.auditLog.list(chain, 0, ENTRIES_MAX);
    entries.forEach((entry, index) => {
      const before = entries[index - 1]?.hash ?? '0'.repeat(64);
      if (entry.seq !== index + 1 || entry.previous !== before)
        violate('the audit log is one chain', `${chain}: entry ${index + 1} is ${entry.seq} and follows another one`);
    });
    all.push(...entries);
  }
  const outcomes = new Set(all.filter(isOutcome).map(({ key }) => key.replace(/:\w+$/, '')));
  const open = all.filter(({ action, key }) => action === 'writing' && !outcomes.has(key.replace(/:\w+$/, '')));
  if (open.length > repeats)
    violate(
      'the audit log has the outcome of each write',
      `${open[0]?.key} has none, of ${open.length} after ${repeats} repeats`,
    );
  return all;
}

const isOutcome = ({ action }: AuditEntry): boolean => action === 'written' || action === 'failed';
