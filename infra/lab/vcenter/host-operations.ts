// HostNetworkSystem, HostVirtualNicManager and esxcli: calls that a host carries out.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { escapeXml } from '../../../shared/vsphere/xml.ts';
import type { HostCall, LabAnswer } from './call.ts';
import { type CliResult, executeSoap } from './esxcli.ts';
import type { HostContext } from './host-context.ts';
import { updateNetworkConfig } from './network-config.ts';
import { nicTypeConfig } from './network-info.ts';
import { addPortGroup, removePortGroup, updatePortGroup } from './port-group.ts';
import { publishNow } from './runtime.ts';
import { deselectVnicForNicType, getNicType, selectVnicForNicType } from './services.ts';
import { queryBoundVnics } from './storage.ts';
import { addVirtualNic, removeVirtualNic, updateVirtualNic } from './virtual-nic.ts';
import { addVirtualSwitch, removeVirtualSwitch, updateVirtualSwitch } from './virtual-switch.ts';

type WriteOperation = (context: HostContext, parameters: Record<string, unknown>) => unknown;
type NicSpec = Vim<'HostVirtualNicSpec'>;
type PortGroupSpec = Vim<'HostPortGroupSpec'>;
type SwitchSpec = Vim<'HostVirtualSwitchSpec'>;

/** Operations that change a host. vCenter lets one at a time through to each host. Void ones answer `undefined`. */
export const WRITE_HANDLERS: Record<string, WriteOperation> = {
  AddVirtualNic: (context, { portgroup, nic }) => addVirtualNic(context, portgroup as string, nic as NicSpec),
  UpdateVirtualNic: (context, { device, nic }) => updateVirtualNic(context, device as string, nic as NicSpec),
  RemoveVirtualNic: (context, { device }) => removeVirtualNic(context, device as string),
  UpdateNetworkConfig: (context, { config, changeMode }) =>
    updateNetworkConfig(context, config as Vim<'HostNetworkConfig'>, changeMode as string),
  AddPortGroup: (context, { portgrp }) => addPortGroup(context, portgrp as PortGroupSpec),
  UpdatePortGroup: (context, { pgName, portgrp }) =>
    updatePortGroup(context, pgName as string, portgrp as PortGroupSpec),
  RemovePortGroup: (context, { pgName }) => removePortGroup(context, pgName as string),
  AddVirtualSwitch: (context, { vswitchName, spec }) =>
    addVirtualSwitch(context, vswitchName as string, spec as SwitchSpec | undefined),
  UpdateVirtualSwitch: (context, { vswitchName, spec }) =>
    updateVirtualSwitch(context, vswitchName as string, spec as SwitchSpec),
  RemoveVirtualSwitch: (context, { vswitchName }) => removeVirtualSwitch(context, vswitchName as string),
  RefreshNetworkSystem: ({ host }) => publishNow(host),
  SelectVnicForNicType: ({ host, switches }, { nicType, device }) =>
    selectVnicForNicType(host, { nicType: nicType as string, device: device as string }, switches),
  DeselectVnicForNicType: ({ host }, { nicType, device }) =>
    deselectVnicForNicType(host, { nicType: nicType as string, device: device as string }),
};

/** Operations that only ask a host. */
export const QUERY_HANDLERS: Record<
  string,
  (call: HostCall, context: HostContext) => LabAnswer & { takesMs?: number }
> = {
  QueryNetConfig: ({ host, parameters, world }) => ({
    value: nicTypeConfig(host, getNicType(parameters.nicType as string), world.switches),
  }),
  QueryBoundVnics: ({ host, parameters }) => ({ value: queryBoundVnics(host, parameters.iScsiHbaName as string) }),
  RetrieveManagedMethodExecuter: ({ host }) => ({
    value: { type: 'ReflectManagedMethodExecuter', value: `ManagedMethodExecuter-${host.number}` },
  }),
  RetrieveDynamicTypeManager: ({ host }) => ({
    value: { type: 'InternalDynamicTypeManager', value: `DynamicTypeManager-${host.number}` },
  }),
  ExecuteSoap: ({ parameters, world }, context) => {
    const { result, takesMs } = executeSoap(context, parameters as Parameters<typeof executeSoap>[1]);
    return { xml: encodeResult(result, world.switches.reflectPrefix), takesMs };
  },
};

/** Real servers put the children into a namespace of their own; vcsim does not. */
function encodeResult(result: CliResult, hasPrefix: boolean): string {
  const prefix = hasPrefix ? 'reflect:' : '';
  const element = (name: string, content: string) => `<${prefix}${name}>${content}</${prefix}${name}>`;
  const namespace = hasPrefix ? ' xmlns:reflect="urn:reflect"' : '';
  if ('response' in result)
    return `<returnval${namespace}>${element('response', escapeXml(result.response))}</returnval>`;
  const { faultMsg, faultDetail } = result.fault;
  const detail = faultDetail === undefined ? '' : element('faultDetail', escapeXml(faultDetail));
  return `<returnval${namespace}>${element('fault', element('faultMsg', escapeXml(faultMsg)) + detail)}</returnval>`;
}
