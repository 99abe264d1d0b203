import { type } from './notation.ts';

export const ESXCLI_TYPES = {
  ReflectManagedMethodExecuterSoapArgument: type({ name: 'string', val: 'string' }),
  ReflectManagedMethodExecuterSoapFault: type({ faultMsg: 'string', faultDetail: 'string?' }),
  ReflectManagedMethodExecuterSoapResult: type({
    response: 'string?',
    fault: 'ReflectManagedMethodExecuterSoapFault?',
  }),
} as const;
