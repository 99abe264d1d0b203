// The simulated vCenter behind something that does what it likes with the answers to one operation.
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import type { SoapReply, SoapTransport } from '../../shared/vsphere/transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

export const PASSWORD = 'p4ss-&-w0rd <of> "the" lab';

/** What a call to the operation becomes. `deliver` carries it out and gives the true answer; a call that is never
 * delivered never happened. */
export type Interception = (call: { operation: string; deliver(): Promise<SoapReply> }) => Promise<SoapReply>;

/** More than any use here takes: the calls of a client that never comes to an end are counted. */
const CALLS_MAX = 5_000;

/** `answer`: everything that vCenter says, in order, the list of versions being the first. */
export type SpoiledVcenter = {
  lab: LabVcenter;
  logged: string[];
  run<T>(use: (session: VsphereSession) => Promise<T>): Promise<T>;
};

/** `clusters`: one of the lab's. Two hosts, fresh for each. */
export function createSpoiledVcenter(
  clock: VirtualClock,
  cluster: 'cluster-a' | 'cluster-dvs',
  intercept: Interception,
) {
  const credentials = { user: 'svc@lab', password: PASSWORD };
  const lab = createLabVcenter({ clock, hosts: 2, clusters: [cluster], credentials });
  const wire = createLabTransport(lab);
  const logged: string[] = [];
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls > CALLS_MAX) throw new Error('the client never comes to an end');
  };
  const transport: SoapTransport = {
    ...wire,
    post(request) {
      count();
      return intercept({ operation: operationOf(request.body), deliver: () => wire.post(request) });
    },
    async get(path, timeoutMs) {
      count();
      const deliver = async () => ({ ...(await wire.get(path, timeoutMs)), setCookie: undefined });
      return intercept({ operation: 'versions', deliver });
    },
  };
  const vsphere = createVsphere({
    connect: () => transport,
    credentials: async () => credentials,
    clock,
    log: createJsonLog((line) => logged.push(line)),
  });
  return {
    lab,
    logged,
    run: <T>(use: (session: VsphereSession) => Promise<T>) => vsphere.withSession('lab', 'op-1', use),
  };
}

const operationOf = (envelope: string): string => /<soapenv:Body><(\w+)/.exec(envelope)?.[1] ?? '';
