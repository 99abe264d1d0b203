// What no write may bring about, whoever asked for it: looked at on the simulated hosts right after each one.
import type { LabHost, LabModel } from '../../infra/lab/vcenter/model.ts';
import { storageInReach } from '../../infra/lab/vcenter/storage.ts';
import { addressesOf } from '../../infra/lab/vcenter/vmk-address.ts';
import { attachOf, ownersOf } from '../../infra/lab/vcenter/wire.ts';
import { violate } from './violation.ts';

/** What a write must leave as it is on its host. */
export type Untouchable = { defaultStack: string; services: string; addresses: Set<string>; storage: string[] };

export function keepUntouchable(host: LabHost): Untouchable {
  const { network } = host;
  const stack = network.netstacks.find(({ key }) => key === 'defaultTcpipStack');
  const others = Object.entries(network.services)
    .filter(([service]) => service !== 'vmotion')
    .flatMap(([service, devices]) =>
      devices.map((device) => {
        const vmk = network.vmks.find((one) => one.device === device);
        return `${service} ${device} ${vmk?.ipv4.address} ${vmk?.netstack} ${JSON.stringify(vmk?.attachment)}`;
      }),
    );
  return {
    defaultStack: JSON.stringify({ ...stack, state: undefined, deactivatingReadsLeft: undefined }),
    services: others.sort().join('\n'),
    addresses: addressesOn(network),
    storage: storageInReach(host),
  };
}

/** Asked when a write has had its effect. `before`: the host when the call arrived. */
export function checkEffect(model: LabModel, host: LabHost, before: Untouchable, text: string): void {
  const now = keepUntouchable(host);
  if (now.defaultStack !== before.defaultStack) violate('the default stack is never configured', text);
  if (now.services !== before.services)
    violate('adapters of other services stay', `${text}: ${before.services} -> ${now.services}`);
  const lost = before.storage.filter((one) => !now.storage.includes(one));
  if (lost.length > 0) violate('no host loses its way to storage', `${text}: ${lost.join(', ')}`);
  for (const vmk of host.network.vmks) {
    const { address } = vmk.ipv4;
    // A DHCP server looks after its own addresses.
    if (address === undefined || vmk.ipv4.dhcp || before.addresses.has(`${vmk.device} ${address}`)) continue;
    const wire = attachOf(model, host, vmk);
    const owners = wire === undefined ? [] : ownersOf(model, wire.domain, address);
    const other = owners.find((one) => one.kind !== 'vmk' || one.vmk !== vmk);
    if (other?.kind === 'vmk')
      violate(
        'no address is assigned twice',
        `${text}: ${address} is ${other.host.name} ${other.vmk.device}'s already`,
      );
  }
}

const addressesOn = (network: LabHost['network']): Set<string> =>
  new Set(network.vmks.flatMap((vmk) => addressesOf(vmk, 4).map(({ address }) => `${vmk.device} ${address}`)));
