import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlarmSecrets } from '../../shared/contracts/secret-content.ts';
import type { LabVcenter } from '../lab/vcenter/vcenter.ts';
import { LAB_VCENTER } from './local-config.ts';

const SENDER = fileURLToPath(new URL('../sender/vmotion-alarm.sh', import.meta.url));

/** Gives the lab's alarms the action "run script" with the very sender that is installed on a vCenter appliance, set up
 * as there. Answers what undoes it. */
export async function installLabSender(
  lab: Pick<LabVcenter, 'setAlarmAction' | 'alarmScripts'>,
  to: { url: string; secrets: () => Promise<AlarmSecrets> },
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-sender-'));
  const secretFile = join(folder, 'secret');
  const configFile = join(folder, 'vmotion-alarm.conf');
  const { vcenter = '' } = await to.secrets();
  await writeFile(secretFile, vcenter, { mode: 0o600 });
  await writeFile(configFile, `URL=${to.url}/alarm/vcenter\nSECRET_FILE=${secretFile}\nVCENTER=${LAB_VCENTER}\n`);
  lab.setAlarmAction({ command: ['sh', SENDER, configFile] });
  return async () => {
    lab.setAlarmAction(undefined);
    await lab.alarmScripts.idle();
    await rm(folder, { recursive: true, force: true });
  };
}
