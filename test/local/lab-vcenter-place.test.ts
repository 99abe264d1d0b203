// The lab's hosts outlive the process that has them, however it ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import { type LabVcenterPlace, startLabVcenterPlace } from '../../infra/local/lab-vcenter-place.ts';

let folder = '';
const places: LabVcenterPlace[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmotion-lab-'));
});
afterEach(async () => {
  for (const place of places.splice(0)) await place.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<LabVcenterPlace> {
  const place = await startLabVcenterPlace({ hosts: 2, scenarios: [], latency: 'none', folder });
  places.push(place);
  return place;
}

const mtus = ({ lab }: LabVcenterPlace) =>
  allHosts(lab.model).map(({ network }) => network.vmks.map(({ mtuBytes }) => mtuBytes));

it('what was broken is still broken in the next process, although no call has changed the host since', async () => {
  const first = await start();
  const before = mtus(first);
  first.lab.setScenario('mtu-changed', true);
  const broken = mtus(first);
  expect(broken).not.toEqual(before);
  // The first one writes nothing from here on, as if it had been killed.
  expect(mtus(await start())).toEqual(broken);
});
