/** A person of the lab's workspace. `role` only helps the one who tries it out: what a person may do says vmotion.yaml. */
export type LabUser = { id: string; name: string; role: string };
export type LabChannel = { id: string; name: string; topic: string };

export const LAB_TEAM = { id: 'T0LAB', domain: 'vmotion-lab' };
export const LAB_BOT = { id: 'U0VMOTION', name: 'vmotion-ops', appId: 'A0VMOTION', botId: 'B0VMOTION' };

/** Three people: one who asks, one who approves, one who may only look. */
export const LAB_USERS: LabUser[] = [
  { id: 'U0ANN', name: 'ann', role: 'operator' },
  { id: 'U0BOB', name: 'bob', role: 'operator and approver' },
  { id: 'U0EVE', name: 'eve', role: 'may only look' },
];

export const LAB_CHANNELS: LabChannel[] = [
  { id: 'C0VSPHERE', name: 'vsphere-prod', topic: 'The vMotion networks of cluster-a and cluster-l3' },
  { id: 'C0GENERAL', name: 'general', topic: 'Everything else' },
];
