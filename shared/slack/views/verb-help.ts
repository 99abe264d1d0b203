// What each verb is for, in the words of the help.
import type { Verb } from '../../domain/command.ts';

export type VerbHelp = {
  usage: string;
  /** Beside the other verbs, where the usage is too long for a line. */
  short?: string;
  does: string;
  /** Typed as they stand, with the names of the channel's own cluster in place of {cluster} and so on. */
  examples: [string, ...string[]];
  more: string;
};

export const VERB_HELP: Record<Verb, VerbHelp> = {
  help: {
    usage: 'help [verb]',
    does: 'this, or one verb in full',
    examples: ['help', 'help enable'],
    more: 'Without a verb: every verb with an example.',
  },
  version: { usage: 'version', does: 'which version answers here', examples: ['version'], more: '' },
  whoami: {
    usage: 'whoami [cluster]',
    does: 'what you may do here, and which rule says so',
    examples: ['whoami', 'whoami {cluster}'],
    more: 'For each cluster: the verbs that you may use, and why you may or may not approve.',
  },
  status: {
    usage: 'status [cluster]',
    does: 'what vCenter says now; without a cluster, all in short',
    examples: ['status', 'status {cluster}'],
    more: 'Reads the hosts and writes nothing.',
  },
  list: {
    usage: 'list clusters|jobs [cluster]|locks|freezes',
    short: 'list clusters|jobs|locks|freezes',
    does: 'what there is in this channel',
    examples: ['list clusters', 'list jobs', 'list jobs {cluster}', 'list locks', 'list freezes'],
    more: 'locks: which job has which cluster. jobs: those that have not ended.',
  },
  check: {
    usage: 'check cluster',
    does: 'whether it is ready: privileges, addresses, VM networks, DRS',
    examples: ['check {cluster}'],
    more: 'Everything that is checked before a change, and whether running VMs could land on every host. Changes nothing.',
  },
  plan: {
    usage: 'plan enable|revert|repair cluster [--host NAME]',
    does: 'what would change; changes nothing',
    examples: ['plan enable {cluster}', 'plan revert {cluster}', 'plan enable {cluster} --host esx01'],
    more: 'Makes a plan that waits: after its approval, apply carries it out. It takes the flags of enable.',
  },
  enable: {
    usage: 'enable cluster [--host NAME] [--reason TEXT] [--ticket ID]',
    does: 'plan, ask for approval, change, prove',
    examples: [
      'enable {cluster}',
      'enable {cluster} --reason "new racks" --ticket CHG0012345',
      'enable {cluster} --host esx01',
    ],
    more: 'Puts the vMotion adapters of every host on the vMotion TCP/IP stack, in waves, each pinged before the next. --host changes that host only.',
  },
  repair: {
    usage: 'repair cluster [--host NAME] [--reason TEXT] [--ticket ID]',
    does: 'switch vMotion on where it was switched off by mistake',
    examples: ['repair {cluster}', 'repair {cluster} --host esx01'],
    more: 'Finds adapters without vMotion whose port group carries it on other hosts. Needs an approval too.',
  },
  apply: {
    usage: 'apply job',
    does: 'carry out an approved plan',
    examples: ['apply j-7f3k9c'],
    more: 'Only a plan that was made by plan and approved.',
  },
  test: {
    usage: 'test cluster [-o text|csv|json]',
    does: 'every adapter pings every other',
    examples: ['test {cluster}', 'test {cluster} -o csv'],
    more: 'Pings on the right stack, at full MTU, unfragmented. Changes nothing.',
  },
  trial: {
    usage: 'trial cluster --vm NAME --from HOST --to HOST [--return]',
    short: 'trial cluster --vm VM --from A --to B',
    does: 'move one VM, and prove over which adapters it went',
    examples: ['trial {cluster} --vm web01 --from esx01 --to esx02 --return'],
    more: "Asks vCenter whether it could, waits for an approval, moves the VM, reads both hosts' logs; --return moves it back. Names with spaces in quotes. It takes --reason and --ticket too.",
  },
  evidence: {
    usage: 'evidence cluster',
    does: 'what the logs say about the last migrations',
    examples: ['evidence {cluster}'],
    more: 'Reads vmkernel.log of every host: adapters used, streams, bandwidth against the line rate. Moves nothing.',
  },
  audit: {
    usage: 'audit [cluster]',
    does: 'compare the hosts with what they should be',
    examples: ['audit {cluster}', 'audit'],
    more: 'Says what has drifted since the last change, and who did it as far as vCenter knows. Changes nothing.',
  },
  revert: {
    usage: 'revert cluster|job [--reason TEXT] [--ticket ID]',
    does: 'put the hosts back as they were',
    examples: ['revert {cluster}', 'revert j-7f3k9c --reason "wrong VLAN"'],
    more: 'Plans from the image that was taken before the first write. Needs an approval too.',
  },
  approve: {
    usage: 'approve job [--comment TEXT]',
    does: 'say yes to a plan',
    examples: ['approve j-7f3k9c', 'approve j-7f3k9c --comment "after the backup"'],
    more: 'It counts for the plan that was shown and no other, once for each person.',
  },
  reject: {
    usage: 'reject job reason',
    does: 'say no, and why',
    examples: ['reject j-7f3k9c wrong VLAN', 'reject j-7f3k9c --reason "not before Monday"'],
    more: 'The plan ends and nothing changes.',
  },
  withdraw: {
    usage: 'withdraw job',
    does: 'take your approval back',
    examples: ['withdraw j-7f3k9c'],
    more: 'Until the change starts. After that: pause or abort.',
  },
  cancel: {
    usage: 'cancel job',
    does: 'take your own request back',
    examples: ['cancel j-7f3k9c'],
    more: 'Until the change starts. After that: pause or abort.',
  },
  pause: {
    usage: 'pause job',
    does: 'stop after the hosts under way',
    examples: ['pause j-7f3k9c'],
    more: 'Hosts that were begun are finished and proven first. The cluster stays with the job until resume or abort.',
  },
  resume: {
    usage: 'resume job',
    does: 'go on with a paused change',
    examples: ['resume j-7f3k9c'],
    more: 'Every host is read again before it is changed.',
  },
  abort: {
    usage: 'abort job [--put-back]',
    does: 'stop for good after the hosts under way',
    examples: ['abort j-7f3k9c', 'abort j-7f3k9c --put-back'],
    more: 'Hosts already changed stay so; with --put-back they return to what they were.',
  },
  retry: {
    usage: 'retry job',
    does: 'ask for the same thing again',
    examples: ['retry j-7f3k9c'],
    more: 'A new plan of what is still to be done, with an approval of its own.',
  },
  show: {
    usage: 'show job [-o text|csv|json]',
    does: 'one job as it stands',
    examples: ['show j-7f3k9c', 'show j-7f3k9c -o json'],
    more: 'Job ids look like j-7f3k9c.',
  },
  history: {
    usage: 'history [cluster]',
    does: 'the last jobs',
    examples: ['history', 'history {cluster}'],
    more: 'The newest first.',
  },
  freeze: {
    usage: 'freeze all|cluster --reason TEXT [--until WHEN]',
    does: 'let no change start',
    examples: [
      'freeze {cluster} --reason "storage migration" --until 4h',
      'freeze all --reason "quarter end" --until 2026-11-23T06:00',
    ],
    more: 'Reading and testing go on, and so does what has begun. Without --until it holds until unfreeze. all: every cluster of this channel.',
  },
  unfreeze: {
    usage: 'unfreeze all|cluster',
    does: 'let changes start again',
    examples: ['unfreeze {cluster}', 'unfreeze all'],
    more: '',
  },
  policy: {
    usage: 'policy show [cluster] | policy explain ALARM --on HOST',
    short: 'policy show|explain',
    does: 'which alarms lead to what, and why',
    examples: ['policy show', 'policy show {cluster}', 'policy explain "Network uplink redundancy lost" --on esx01'],
    more: 'explain says which rule would act on such an alarm, and why the others would not.',
  },
  alarms: {
    usage: 'alarms [cluster]',
    does: 'the alarms that are open',
    examples: ['alarms', 'alarms {cluster}'],
    more: '',
  },
  alarm: {
    usage: 'alarm fix|plan|ignore|explain ID [--for 1h]',
    does: 'act on the alarm of a card',
    examples: ['alarm explain a-7f3k9c', 'alarm plan a-7f3k9c', 'alarm fix a-7f3k9c', 'alarm ignore a-7f3k9c --for 1h'],
    more: 'fix asks for the change that mends it, plan only plans it, ignore keeps it quiet for a while.',
  },
  subscribe: {
    usage: 'subscribe cluster [alarms,drift]',
    does: 'hear of a cluster in this channel',
    examples: ['subscribe {cluster}', 'subscribe {cluster} drift'],
    more: '',
  },
  unsubscribe: {
    usage: 'unsubscribe cluster [alarms,drift]',
    does: 'hear no more of it',
    examples: ['unsubscribe {cluster}', 'unsubscribe {cluster} drift'],
    more: '',
  },
  dlq: {
    usage: 'dlq list | dlq redrive ID',
    does: 'messages that could not be delivered',
    examples: ['dlq list', 'dlq redrive 4f6b1c'],
    more: 'redrive delivers one of them again, once its cause is mended.',
  },
  'audit-log': {
    usage: 'audit-log verify|export [cluster]',
    does: 'who did what, unchangeable',
    examples: ['audit-log verify', 'audit-log export {cluster}'],
    more: 'verify recomputes the chain of hashes; export hands it out as JSON lines.',
  },
};
