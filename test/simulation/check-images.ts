// The image that everything can be put back to: stored before a host's first write, and true.
import type { HookCall } from '../../infra/lab/vcenter/vcenter.ts';
import type { DistributedPortGroup } from '../../shared/domain/inventory.ts';
import type { HostPicture, Picture } from './lab-picture.ts';
import { changeText, imageChanges } from './picture-changes.ts';
import { violate } from './violation.ts';
import type { Stored } from './watch-store.ts';

const INVARIANT = 'the before-image is stored before the first write';

/** Asked before the first write of a job to a host. A revert goes back to the image of an earlier job, so that it leaves no
 * baseline of its own. */
export function checkImage(
  stored: Pick<Stored, 'image' | 'hasBaseline'>,
  about: { job: string; cluster: string; isRevert: boolean },
  host: HostPicture,
): void {
  const { job, cluster, isRevert } = about;
  const image = stored.image(job, host.moref);
  if (image === undefined) violate(INVARIANT, `${job} writes to ${host.name}, and has no image of it`);
  const wrong = imageChanges(image, host.network);
  if (wrong.length > 0)
    violate(INVARIANT, `the image of ${host.name} for ${job} is wrong: ${wrong.map(changeText).join('; ')}`);
  if (!isRevert && !stored.hasBaseline(cluster, host.moref))
    violate(INVARIANT, `${job} writes to ${host.name}, and no revert would know of it`);
}

const textOf = (group: Omit<DistributedPortGroup, 'configVersion'> | undefined) =>
  JSON.stringify([group?.uplinks, group?.overridesUplinks, group?.vlanId]);

/** Asked before the first change of a distributed port group by a job. */
export function checkGroupImage(
  stored: Pick<Stored, 'images'>,
  job: string,
  { target }: HookCall,
  { groups }: Picture,
): void {
  const group = groups.find(({ key }) => key === target.value);
  const isKept = stored.images(job).some(({ distributedPortGroups = [] }) => {
    const image = distributedPortGroups.find(({ key }) => key === target.value);
    return textOf(image) === textOf(group);
  });
  if (!isKept) violate(INVARIANT, `${job} changes ${group?.name}, and no image shows it as it is`);
}
