// What it costs in calls to change one host.
import { atMost, type Measurement } from './measurement.ts';
import { createLargeWorld } from './large-world.ts';
import { isForPings, isOfSession, isPing, type RecordedCall, slicesOf } from './recorded-calls.ts';

/** The first host is a wave of its own, so that every call of that slice was made for it. */
const HOSTS = 2;

export const calls: Measurement = {
  about: 'SOAP calls for the change of one host with one adapter',
  async measure(progress) {
    progress(`enabling ${HOSTS} hosts, one after the other`);
    const { world, recorder } = createLargeWorld({ hosts: HOSTS, latency: 'none', wave: 1 });
    const job = await world.run('/vmotion enable cluster-a');
    if (job.state !== 'done') throw new Error(`the change ended ${job.state}: ${job.failure?.what}`);
    const first = job.hosts.find((host) => host.wave === 0)?.name;
    const slice = slicesOf(recorder.calls(), job.id).find((one) => one.some((call) => isChange(call, first)));
    if (slice === undefined) throw new Error('no call was made for the first host');
    const own = slice.filter((call) => !isPing(call) && !isForPings(call) && !isOfSession(call));
    const names = own.map(({ operation }) => operation).join(', ');
    return [
      { what: `one host, one adapter, pings aside (${names})`, value: own.length, unit: 'calls', bound: atMost(7) },
      {
        what: 'login and logout of its wave, whatever the number of hosts',
        value: slice.filter(isOfSession).length,
        unit: 'calls',
      },
      { what: 'the whole job for two hosts, with its plan, pings and matrix', value: job.soapCalls, unit: 'calls' },
    ];
  },
};

function isChange({ operation, host }: RecordedCall, name: string | undefined): boolean {
  return operation === 'AddVirtualNic' && host === name;
}
