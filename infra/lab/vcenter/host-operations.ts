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
import { addVirtualNic, removeVirtualNic, updateVirtualNic } from './virtual-nic.ts';
import { addVirtualSwitch, removeVirtualSwitch, updateVirtualSwitch } from './virtual-switch.ts';

type Operation = (context: HostContext, parameters: Record<string, unknown>) => LabAnswer;
type Text = Record<string, string>;

/** Operations that change a host. vCenter lets one at a time through to each host. */
export const WRITE_HANDLERS: Record<string, Operation> = {
  AddVirtualNic: (context, { portgroup, nic }) => ({
    value: addVirtualNic(context, portgroup as string, nic as Vim<'HostVirtualNicSpec'>),
  }),
  UpdateVirtualNic: (context, { device, nic }) =>
    done(updateVirtualNic(context, device as string, nic as Vim<'HostVirtualNicSpec'>)),
  RemoveVirtualNic: (context, { device }) => done(removeVirtualNic(context, device as string)),
  UpdateNetworkConfig: (context, { config, changeMode }) => ({
    value: updateNetworkConfig(context, config as Vim<'HostNetworkConfig'>, changeMode as string),
  }),
  AddPortGroup: (context, { portgrp }) => done(addPortGroup(context, portgrp as Vim<'HostPortGroupSpec'>)),
  UpdatePortGroup: (context, { pgName, portgrp }) =>
    done(updatePortGroup(context, pgName as string, portgrp as Vim<'HostPortGroupSpec'>)),
  RemovePortGroup: (context, { pgName }) => done(removePortGroup(context, pgName as string)),
  AddVirtualSwitch: (context, { vswitchName, spec }) =>
    done(addVirtualSwitch(context, vswitchName as string, spec as Vim<'HostVirtualSwitchSpec'> | undefined)),
  UpdateVirtualSwitch: (context, { vswitchName, spec }) =>
    done(updateVirtualSwitch(context, vswitchName as string, spec as Vim<'HostVirtualSwitchSpec'>)),
  RemoveVirtualSwitch: (context, { vswitchName }) => done(removeVirtualSwitch(context, vswitchName as string)),
  RefreshNetworkSystem: ({ host }) => done(publishNow(host)),
  SelectVnicForNicType: ({ host, switches }, parameters) => {
    const { nicType = '', device = '' } = parameters as Text;
    return done(selectVnicForNicType(host, { nicType, device }, switches));
  },
  DeselectVnicForNicType: ({ host }, parameters) => {
    const { nicType = '', device = '' } = parameters as Text;
    return done(deselectVnicForNicType(host, { nicType, device }));
  },
};

/** Operations that only ask a host. */
export const QUERY_HANDLERS: Record<string, (call: HostCall, context: HostContext) => LabAnswer & { takesMs?: number }> = {
  QueryNetConfig: ({ host, parameters, world }) => ({
    value: nicTypeConfig(host, getNicType(parameters.nicType as string), world.switches),
  }),
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

function done(_: void): LabAnswer {
  return {};
}

/** Real servers put the children into a namespace of their own; vcsim does not. */
function encodeResult(result: CliResult, hasPrefix: boolean): string {
  const prefix = hasPrefix ? 'reflect:' : '';
  const element = (name: string, content: string) => `<${prefix}${name}>${content}</${prefix}${name}>`;
  const namespace = hasPrefix ? ' xmlns:reflect="urn:reflect"' : '';
  if ('response' in result) return `<returnval${namespace}>${element('response', escapeXml(result.response))}</returnval>`;
  const { faultMsg, faultDetail } = result.fault;
  const detail = faultDetail === undefined ? '' : element('faultDetail', escapeXml(faultDetail));
  return `<returnval${namespace}>${element('fault', element('faultMsg', escapeXml(faultMsg)) + detail)}</returnval>`;
}
