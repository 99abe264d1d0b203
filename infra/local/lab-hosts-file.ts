// The lab's hosts outlive the process as real ones would: what they are configured to be stands in the data folder.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { OpsError } from '../../shared/errors.ts';
import { allHosts, type LabHost, type LabModel } from '../lab/vcenter/model.ts';

type Kept = Pick<LabHost, 'name' | 'network' | 'published' | 'portsMade' | 'macsMade'>;

// Written by this file and read by nothing else, so only its outline is checked.
const keptSchema = z.array(
  z.looseObject({ name: z.string(), network: z.looseObject({ vmks: z.array(z.unknown()) }), portsMade: z.number() }),
);

/** Gives the model's hosts the configuration in the file. Hosts that the file does not know stay as they are. */
export function restoreHosts(model: LabModel, path: string): void {
  if (!existsSync(path)) return;
  const kept = new Map(read(path).map((host) => [host.name, host]));
  for (const host of allHosts(model)) Object.assign(host, kept.get(host.name));
}

/** At once and as a whole: a process that is killed leaves the file before this call or the one after. */
export function keepHosts(model: LabModel, path: string): void {
  const hosts = allHosts(model).map(
    ({ name, network, published, portsMade, macsMade }): Kept => ({ name, network, published, portsMade, macsMade }),
  );
  writeFileSync(`${path}.new`, JSON.stringify(hosts));
  renameSync(`${path}.new`, path);
}

/** Which stacks are live and how far behind what is told of them, as text: reading changes both, without a call that
 * changes the host. */
export function stackStates(model: LabModel): string {
  return allHosts(model)
    .map(({ network, published }) =>
      [published.readsBehind, ...network.netstacks.map(({ key, state }) => `${key} ${state}`)].join(),
    )
    .join('\n');
}

function read(path: string): Kept[] {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) as unknown as Kept[];
  } catch (cause) {
    throw new OpsError('row-invalid', `The lab’s hosts in ${path} can't be read.`, {
      retry: 'never',
      remedy: 'Start with another folder for --data, or delete this one: it holds only the lab.',
      cause,
    });
  }
}
