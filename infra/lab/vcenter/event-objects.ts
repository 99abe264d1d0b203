// The lab's events as vim25 objects.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { LabEvent } from './lab-event.ts';
import { allHosts, type LabModel } from './model.ts';

/** An event with its arguments and the fields of its class. */
export function toVimEvent(model: LabModel, event: LabEvent): Record<string, unknown> {
  const host = allHosts(model).find(({ name }) => name === event.host);
  const cluster = model.clusters.find(({ name }) => name === (event.cluster ?? host?.cluster));
  const { datacenter } = model;
  return {
    _type: event.class,
    key: event.key,
    chainId: event.chainId,
    createdTime: event.at,
    userName: event.user,
    datacenter: { name: datacenter.name, datacenter: datacenter.moref },
    computeResource: cluster && { name: cluster.name, computeResource: cluster.moref },
    host: host && { name: host.name, host: host.moref },
    fullFormattedMessage: event.message,
    ...(event.class === 'EventEx' ? exFields(event, host?.moref) : {}),
    ...event.fields,
  };
}

function exFields({ id, severity = 'info', message }: LabEvent, host: Moref | undefined): Record<string, unknown> {
  return { eventTypeId: id, severity, message, objectId: host?.value, objectType: host && `vim.${host.type}` };
}
