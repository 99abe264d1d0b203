import { type } from './notation.ts';

/** DiagnosticManager's logs and AuthorizationManager's answers. */
export const MANAGER_TYPES = {
  DiagnosticManagerLogDescriptor: type({
    key: 'string',
    fileName: 'string-',
    creator: 'string-',
    format: 'string',
    mimeType: 'string-',
    info: 'Description^-',
  }),
  /** Lines count from 1. */
  DiagnosticManagerLogHeader: type({ lineStart: 'int-', lineEnd: 'int', lineText: 'string*' }),
  EntityPrivilege: type({ entity: 'ManagedObjectReference', privAvailability: 'PrivilegeAvailability+' }),
  PrivilegeAvailability: type({ privId: 'string', isGranted: 'boolean' }),
  Tag: type({ key: 'string' }),
} as const;
