// Replies as vCenters of other versions, and other servers of vim25, send them: without what the product has no use for,
// with what it never heard of. They are read. What decides about a host is missed where it is missing.
import { describe, expect, it } from 'vitest';
import type { VsphereSession } from '../../shared/ports.ts';
import { TYPES } from '../../shared/vsphere/schema.ts';
import { parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { writeXml } from './mutate-xml.ts';
import { createSpoiledVcenter } from './spoiled-vcenter.ts';
import { know, WRITES } from './vsphere-writes.ts';

const CLUSTER = 'cluster-dvs';

/** What is asked of a vCenter, and all that it says of the cluster's hosts. */
async function read(session: VsphereSession) {
  const known = await know(session, CLUSTER);
  const events = await session.readEvents([known.cluster.moref], { since: new Date(0), max: 20 });
  const log = await session.readLog(known.host.moref, { key: 'vmkernel', lines: 5 });
  return { known, events, log, drs: await session.readClusterSettings(known.cluster.moref) };
}

async function readThrough(change: (root: XmlElement) => void, use = read) {
  const { run } = createSpoiledVcenter(createVirtualClock(), CLUSTER, async ({ operation, deliver }) => {
    const reply = await deliver();
    if (operation === 'versions') return reply;
    const root = parseXml(reply.body);
    change(root);
    return { ...reply, body: writeXml(root) };
  });
  return run(use);
}

function walk(element: XmlElement, visit: (element: XmlElement) => void): void {
  visit(element);
  for (const child of element.children) walk(child, visit);
}

/** The names of all fields that the table calls dispensable in every type that has them, or has them as optional. */
const dispensable = [...TYPES.values()].flatMap(({ fields }) => fields.filter((field) => field.isDispensable));
const needed = new Set(
  [...TYPES.values()].flatMap(({ fields }) => fields.filter((field) => !field.isDispensable).map(({ name }) => name)),
);
const names = [...new Set(dispensable.map(({ name }) => name))].filter((name) => !needed.has(name));

describe('a vCenter that leaves out', () => {
  it('what the product has no use for is read as ever', async () => {
    const as = await readThrough(() => undefined);
    expect(names.length).toBeGreaterThan(25);
    let left = 0;
    const without = await readThrough((root) =>
      walk(root, (element) => {
        const kept = element.children.filter(({ name }) => !names.includes(name));
        left += element.children.length - kept.length;
        element.children = kept;
      }),
    );
    expect(left).toBeGreaterThan(50);
    expect(without).toEqual(as);
  });

  it.each([
    { what: "an adapter's device", name: 'device', within: 'HostVirtualNic' },
    { what: "an adapter's specification", name: 'spec', within: 'HostVirtualNic' },
    { what: 'whether an address comes by DHCP', name: 'dhcp', within: 'ip' },
    { what: "a port group's VLAN", name: 'vlanId', within: 'spec' },
    { what: "a port group's switch", name: 'vswitchName', within: 'spec' },
    { what: 'which service is meant', name: 'nicType', within: 'HostVirtualNicManagerNetConfig' },
    { what: "a switch's UUID", name: 'dvsUuid', within: 'HostProxySwitch' },
  ])('$what is refused', async ({ name, within }) => {
    const isAt = (element: XmlElement) => element.name === within || element.name.endsWith(within.slice(4));
    const change = (root: XmlElement) =>
      walk(root, (element) => {
        if (isAt(element)) element.children = element.children.filter((child) => child.name !== name);
      });
    await expect(readThrough(change)).rejects.toMatchObject({ code: 'vcenter-reply-invalid' });
  });
});

describe('a vCenter of a later version', () => {
  it('is read as ever, whatever else it says', async () => {
    const as = await readThrough(() => undefined);
    const news = { name: 'somethingOfTomorrow', attributes: {}, children: [], text: 'x', xsiType: 'TypeOfTomorrow' };
    const more = await readThrough((root) =>
      walk(root, (element) => {
        const isStructure = element.children.length > 0 && !/^(Envelope|Body|Header|val|detail)$/.test(element.name);
        // Of an array each item counts.
        if (isStructure && element.xsiType?.startsWith('ArrayOf') !== true)
          element.children.push(structuredClone(news));
      }),
    );
    expect(more).toEqual(as);
  });

  it.each(Object.entries(WRITES))('is written to as ever: %s', async (_, write) => {
    const use = async (session: VsphereSession) => {
      const known = await know(session, CLUSTER);
      await write.prepare?.(session, known);
      await write.make(session, known);
      return read(session);
    };
    const change = (root: XmlElement) =>
      walk(root, (element) => void (element.attributes = { ...element.attributes, ofTomorrow: 'x' }));
    await expect(readThrough(change, use)).resolves.toBeDefined();
  });
});
