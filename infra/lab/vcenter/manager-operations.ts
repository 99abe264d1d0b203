// AuthorizationManager and DiagnosticManager.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { VimInput } from '../../../shared/vsphere/vim.ts';
import type { LabAnswer, LabCall } from './call.ts';
import type { LabHost } from './model.ts';
import { hasPrivilege, requirePrivilege } from './privileges.ts';
import { invalidArgument, managedObjectNotFound, notAuthenticated } from './vim-fault.ts';
import { browseLog } from './vmkernel-log.ts';

const LOGS = ['hostd', 'messages', 'vmkernel', 'vmkwarning', 'vpxa'];
const LINES_UNSET = 1_000;

export const MANAGER_HANDLERS: Record<string, (call: LabCall) => LabAnswer> = {
  HasPrivilegeOnEntities: hasPrivilegeOnEntities,
  QueryDescriptions: queryDescriptions,
  BrowseDiagnosticLog: browseDiagnosticLog,
};

function hasPrivilegeOnEntities({ world, parameters }: LabCall): LabAnswer {
  const {
    entity: entities,
    sessionId,
    privId,
  } = parameters as { entity: Moref[]; sessionId: string; privId: string[] };
  if (world.sessions.find(sessionId) === undefined) throw notAuthenticated();
  const answers = entities.map((entity) => {
    if (world.inventory.find(entity) === undefined) throw managedObjectNotFound(entity);
    const privAvailability = privId.map((id) => ({ privId: id, isGranted: hasPrivilege(world.model, entity, id) }));
    return { entity, privAvailability };
  });
  return { value: answers };
}

function queryDescriptions(call: LabCall): LabAnswer {
  const host = hostOf(call);
  const keys = host === undefined ? ['vpxd:vpxd.log'] : LOGS;
  const descriptors: VimInput<'DiagnosticManagerLogDescriptor'>[] = keys.map((key) => ({
    key,
    fileName: `/var/log/${key}.log`,
    creator: host === undefined ? 'vpxd' : key,
    format: 'plain',
    mimeType: 'text/plain',
    info: {
      _type: 'ElementDescription',
      key,
      label: key,
      summary: `${key} log in plain format`,
    } as VimInput<'Description'>,
  }));
  return { value: descriptors };
}

function browseDiagnosticLog(call: LabCall): LabAnswer {
  const { key, start = 1, lines = LINES_UNSET } = call.parameters as { key: string; start?: number; lines?: number };
  const host = hostOf(call);
  if (host === undefined || !LOGS.includes(key)) throw invalidArgument('key');
  const log = key === 'vmkernel' ? host : { ...host, log: { lines: [], rotations: 0 } };
  return { value: browseLog(log, { start, lines }, call.world.switches) };
}

/** The host asked about; `undefined` for vCenter's own logs. */
function hostOf(call: LabCall): LabHost | undefined {
  requirePrivilege(call.world.model, call.world.model.folders.root, 'Global.Diagnostics');
  const moref = call.parameters.host as Moref | undefined;
  if (moref === undefined) return undefined;
  const host = call.world.inventory.find(moref)?.host;
  if (host === undefined) throw managedObjectNotFound(moref);
  return host;
}
