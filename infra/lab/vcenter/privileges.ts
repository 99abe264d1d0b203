// What the lab's one account may do. It may do everything, less what is written down here.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { LabModel } from './model.ts';
import { VimFault } from './vim-fault.ts';

/** Privileges the account lacks, by the id of the object: its value, such as "host-20". */
export type LabPrivileges = { missing: { entity: string; privilege: string }[] };

export function hasPrivilege(model: LabModel, entity: Moref, privilege: string): boolean {
  return !model.privileges.missing.some((one) => one.entity === entity.value && one.privilege === privilege);
}

/** Throws NoPermission, which names the privilege and the object. */
export function requirePrivilege(model: LabModel, entity: Moref, privilege: string): void {
  if (hasPrivilege(model, entity, privilege)) return;
  throw new VimFault('NoPermission', 'Permission to perform this operation was denied.', {
    object: entity,
    privilegeId: privilege,
    missingPrivileges: [{ entity, privilegeIds: [privilege] }],
  });
}
