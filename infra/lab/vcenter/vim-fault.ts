/** A fault as vCenter answers it: thrown inside the lab, sent as HTTP 500 with this type and these fields. */
export class VimFault extends Error {
  readonly type: string;
  readonly fields: Record<string, unknown>;

  constructor(type: string, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = 'VimFault';
    this.type = type;
    this.fields = fields;
  }
}

/** InvalidArgument names the parameter by its path, for example "nic.ip.subnetMask". */
export function invalidArgument(invalidProperty: string): VimFault {
  return new VimFault('InvalidArgument', `A specified parameter was not correct: ${invalidProperty}`, {
    invalidProperty,
  });
}

export function notFound(): VimFault {
  return new VimFault('NotFound', 'The object or item referred to could not be found.');
}

export function alreadyExists(name: string): VimFault {
  return new VimFault('AlreadyExists', `The specified key, name, or identifier '${name}' already exists.`, { name });
}

export function resourceInUse(type: string, name: string): VimFault {
  return new VimFault('ResourceInUse', `The resource '${name}' is in use.`, { type, name });
}

export function notSupported(): VimFault {
  return new VimFault('NotSupported', 'The operation is not supported on the object.');
}

/** HostConfigFault. The useful text stands in `faultMessage`, as ESXi sends it. */
export function hostConfigFault(text: string): VimFault {
  return new VimFault('HostConfigFault', CONFIGURATION_ERROR, { faultMessage: [detail(text)] });
}

/** PlatformConfigFault: the host's kernel refused. The text stands both in `text` and in `faultMessage`. */
export function platformConfigFault(text: string): VimFault {
  return new VimFault('PlatformConfigFault', CONFIGURATION_ERROR, { faultMessage: [detail(text)], text });
}

export function notAuthenticated(): VimFault {
  return new VimFault('NotAuthenticated', 'The session is not authenticated.', {
    object: { type: 'Folder', value: 'group-d1' },
    privilegeId: 'System.View',
  });
}

export function invalidRequest(message: string): VimFault {
  return new VimFault('InvalidRequest', message);
}

export function managedObjectNotFound(obj: { type: string; value: string }): VimFault {
  const text = `The object 'vim.${obj.type}:${obj.value}' has already been deleted or has not been completely created`;
  return new VimFault('ManagedObjectNotFound', text, { obj });
}

const CONFIGURATION_ERROR = 'An error occurred during host configuration.';

function detail(message: string): { key: string; message: string } {
  return { key: 'com.vmware.esx.hostctl.default', message };
}
