import type { KnownBlock } from '@slack/types';
import type { Verb } from '../../domain/command.ts';
import type { Reply } from '../../domain/reply.ts';
import { context, header, preformatted, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { alignRows, nameList } from './names.ts';

const VERB_HELP: Record<Verb, { usage: string; does: string; more: string }> = {
  help: {
    usage: 'help [verb]',
    does: 'this, or one verb in full',
    more: 'Without a verb: every verb with an example.',
  },
  status: {
    usage: 'status [cluster]',
    does: 'what vCenter says now; without a cluster, all in short',
    more: 'Reads the hosts and writes nothing.',
  },
  check: {
    usage: 'check cluster',
    does: 'whether it is ready: privileges, addresses, VM networks, DRS',
    more: 'Everything that is checked before a change, and whether running VMs could land on every host. Changes nothing.',
  },
  plan: {
    usage: 'plan enable|revert|repair cluster',
    does: 'what would change; changes nothing',
    more: 'Makes a plan that waits: after its approval, apply carries it out.',
  },
  enable: {
    usage: 'enable cluster',
    does: 'plan, ask for approval, change, prove',
    more: 'Puts the vMotion adapters of every host on the vMotion TCP/IP stack, in waves, each pinged before the next.',
  },
  repair: {
    usage: 'repair cluster',
    does: 'switch vMotion on where it was switched off by mistake',
    more: 'Finds adapters without vMotion whose port group carries it on other hosts. Needs an approval too.',
  },
  apply: {
    usage: 'apply job',
    does: 'carry out an approved plan',
    more: 'Only a plan that was made by plan and approved.',
  },
  test: {
    usage: 'test cluster',
    does: 'every adapter pings every other',
    more: 'Pings on the right stack, at full MTU, unfragmented. Changes nothing.',
  },
  trial: {
    usage: 'trial cluster --vm NAME --from HOST --to HOST [--return]',
    does: 'move one VM, and prove over which adapters it went',
    more: "Asks vCenter whether it could, waits for an approval, moves the VM, reads both hosts' logs; --return moves it back. Names with spaces in quotes.",
  },
  evidence: {
    usage: 'evidence cluster',
    does: 'what the logs say about the last migrations',
    more: 'Reads vmkernel.log of every host: adapters used, streams, bandwidth against the line rate. Moves nothing.',
  },
  revert: {
    usage: 'revert cluster|job',
    does: 'put the hosts back as they were',
    more: 'Plans from the image that was taken before the first write. Needs an approval too.',
  },
  approve: {
    usage: 'approve job',
    does: 'say yes to a plan',
    more: 'Never to your own, and only to the plan that was shown.',
  },
  reject: { usage: 'reject job reason', does: 'say no, and why', more: 'The plan ends and nothing changes.' },
  show: { usage: 'show job', does: 'one job as it stands', more: 'Job ids look like j-7f3k9c.' },
  history: { usage: 'history [cluster]', does: 'the last jobs', more: 'The newest first.' },
};

/** Every verb with what it does, or one verb in full; examples name real clusters where there are any. */
export function helpBlocks({ verb, clusters }: Extract<Reply, { kind: 'help' }>): KnownBlock[] {
  if (verb !== undefined) return verbBlocks(verb);
  const cluster = clusters[0] ?? 'cluster-a';
  const rows = Object.values(VERB_HELP).map(({ usage, does }) => [`/vmotion ${usage}`, does]);
  const more = (left: number) => `... and ${left} more`;
  return [
    header('/vmotion configures, proves and reverts vMotion networks'),
    section(`Start with ${code(`/vmotion status ${cluster}`)}, then ${code(`/vmotion enable ${cluster}`)}.`),
    ...preformatted(undefined, alignRows(rows), { more }),
    context([clusters.length === 0 ? 'No cluster can be named here.' : `Clusters here: ${nameList(clusters)}`]),
  ];
}

function verbBlocks(verb: Verb): KnownBlock[] {
  const { usage, does, more } = VERB_HELP[verb];
  return [section(`${code(`/vmotion ${usage}`)} ${does}\n${more}`)];
}
