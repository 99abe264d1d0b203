/** A workspace. `organisation`: the Enterprise Grid that it belongs to. */
export type LabTeam = { id: string; domain: string; organisation?: string | undefined };
/** A person of the lab's workspace, or of another one (`team`) that shares its channels. `role` only helps the one who tries
 * it out: what a person may do says vmotion.yaml. */
export type LabUser = { id: string; name: string; role: string; team?: LabTeam | undefined };
/** `members`: ids of the people in it; everybody where absent. */
export type LabChannel = { id: string; name: string; topic: string; members?: string[] };
/** A user group: `handle` is what people type behind an @. */
export type LabGroup = { id: string; handle: string; name: string; users: string[] };

export const LAB_TEAM: LabTeam = { id: 'T0LAB', domain: 'vmotion-lab' };
export const LAB_BOT = { id: 'U0VMOTION', name: 'vmotion-ops', appId: 'A0VMOTION', botId: 'B0VMOTION' };

/** Four people: one who asks, two who approve, one who may only look. */
export const LAB_USERS: LabUser[] = [
  { id: 'U0ANN', name: 'ann', role: 'operator' },
  { id: 'U0BOB', name: 'bob', role: 'operator and approver' },
  { id: 'U0DAN', name: 'dan', role: 'approver, network on call' },
  { id: 'U0EVE', name: 'eve', role: 'may only look' },
];

export const LAB_CHANNELS: LabChannel[] = [
  { id: 'C0VSPHERE', name: 'vsphere-prod', topic: 'The vMotion networks of the lab’s clusters' },
  { id: 'C0GENERAL', name: 'general', topic: 'Everything else' },
];

export const LAB_GROUPS: LabGroup[] = [
  { id: 'S0VSPHERE', handle: 'vsphere-admins', name: 'vSphere admins', users: ['U0BOB', 'U0DAN'] },
  { id: 'S0NETONCALL', handle: 'net-oncall', name: 'Network on call', users: ['U0DAN'] },
];

/** What the lab's installation grants the bot's token. */
export const LAB_SCOPES = [
  'commands',
  'chat:write',
  'files:write',
  'files:read',
  'usergroups:read',
  'channels:read',
  'groups:read',
];
