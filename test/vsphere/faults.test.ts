import { describe, expect, it } from 'vitest';
import { encodeFault } from '../../shared/vsphere/envelope.ts';
import { faultToError } from '../../shared/vsphere/faults.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';

const write = { operation: 'AddVirtualNic', about: 'esx01', isWrite: true };
const read = { operation: 'QueryNetConfig', about: 'esx01', isWrite: false };
const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c8' };

const toError = (fault: { _type: string } & Record<string, unknown>, text: string, context = write) =>
  faultToError(parseXml(encodeFault(fault, text)), context);

describe('faults', () => {
  it.each([
    { fault: { _type: 'NotAuthenticated' }, code: 'vcenter-session-lost', onWrite: 'later', onRead: 'later' },
    { fault: { _type: 'NoPermission' }, code: 'vcenter-no-permission', onWrite: 'never', onRead: 'never' },
    { fault: { _type: 'InvalidLogin' }, code: 'vcenter-login-failed', onWrite: 'never', onRead: 'never' },
    {
      fault: { _type: 'ManagedObjectNotFound', obj: CLUSTER },
      code: 'vcenter-object-gone',
      onWrite: 'never',
      onRead: 'never',
    },
    { fault: { _type: 'HostNotConnected' }, code: 'host-not-connected', onWrite: 'later', onRead: 'later' },
    { fault: { _type: 'HostNotReachable' }, code: 'host-not-connected', onWrite: 'outcome-unknown', onRead: 'later' },
    { fault: { _type: 'HostCommunication' }, code: 'host-not-connected', onWrite: 'outcome-unknown', onRead: 'later' },
    {
      fault: { _type: 'TaskInProgress', task: { type: 'Task', value: 'task-1' } },
      code: 'vcenter-busy',
      onWrite: 'later',
      onRead: 'later',
    },
    { fault: { _type: 'ConcurrentAccess' }, code: 'vcenter-busy', onWrite: 'later', onRead: 'later' },
    { fault: { _type: 'MethodDisabled' }, code: 'vcenter-busy', onWrite: 'later', onRead: 'later' },
    {
      fault: { _type: 'SystemError', reason: 'vpxd' },
      code: 'vcenter-fault',
      onWrite: 'outcome-unknown',
      onRead: 'later',
    },
    { fault: { _type: 'ResourceInUse' }, code: 'vcenter-fault', onWrite: 'never', onRead: 'never' },
    { fault: { _type: 'NotFound' }, code: 'vcenter-fault', onWrite: 'never', onRead: 'never' },
    { fault: { _type: 'PlatformConfigFault', text: 'x' }, code: 'vcenter-fault', onWrite: 'never', onRead: 'never' },
  ])('$fault._type is $code: $onWrite for a write, $onRead for a read', ({ fault, code, onWrite, onRead }) => {
    expect(toError(fault, '', write)).toMatchObject({ code, retry: onWrite, fault: fault._type });
    expect(toError(fault, '', read)).toMatchObject({ code, retry: onRead, fault: fault._type });
  });

  it('say that a port group is in use', () => {
    const context = { operation: 'RemovePortGroup', about: 'esx01', isWrite: true };
    expect(toError({ _type: 'ResourceInUse', name: 'vMotion-A' }, 'in use', context)).toMatchObject({
      code: 'port-group-busy',
      retry: 'later',
      message: 'RemovePortGroup on esx01: ResourceInUse: in use (vMotion-A)',
    });
  });

  it('carry the words that ESXi put into faultMessage and text, each once', () => {
    const fault = {
      _type: 'PlatformConfigFault',
      faultMessage: [{ key: 'a', message: 'Gateway is unreachable' }, { key: 'b' }],
      text: 'Sysinfo error: Gateway is unreachable',
    };
    expect(toError(fault, 'An error occurred during host configuration.').message).toBe(
      'AddVirtualNic on esx01: PlatformConfigFault: An error occurred during host configuration. ' +
        'Gateway is unreachable Sysinfo error: Gateway is unreachable',
    );
  });

  it('name the privilege and the object that permission is missing for', () => {
    const fault = { _type: 'NoPermission', object: CLUSTER, privilegeId: 'Host.Config.Network' };
    expect(toError(fault, 'Permission to perform this operation was denied.').message).toContain(
      'Missing privilege Host.Config.Network on domain-c8.',
    );
    const newer = {
      _type: 'NoPermission',
      object: CLUSTER,
      missingPrivileges: [{ entity: CLUSTER, privilegeIds: ['Network.Assign', 'Host.Config.Network'] }],
    };
    expect(toError(newer, '').message).toContain('Network.Assign, Host.Config.Network on domain-c8.');
  });

  it('are known by type, never by text', () => {
    expect(toError({ _type: 'NotFound' }, 'NotAuthenticated: The session is not authenticated.').code).toBe(
      'vcenter-fault',
    );
  });

  it.each([
    {
      what: 'of a type not in the table',
      detail: '<ShinyFault xsi:type="Shiny"><spin>1</spin></ShinyFault>',
      fault: 'Shiny',
    },
    { what: 'without xsi:type', detail: '<NotFoundFault/>', fault: 'NotFound' },
    { what: 'without a detail', detail: '', fault: undefined },
  ])('$what are still failures', ({ detail, fault }) => {
    const body =
      `<Fault><faultcode>ServerFaultCode</faultcode><faultstring>words</faultstring>` +
      `<detail>${detail}</detail></Fault>`;
    const error = faultToError(parseXml(body), write);
    expect(error).toMatchObject({ code: 'vcenter-fault', fault });
    expect(error.message).toContain('words');
  });
});
