// What a person may do, cluster by cluster.
import type { KnownBlock } from '@slack/types';
import { namePeople } from '../../domain/name-people.ts';
import type { ApprovalRight, ClusterRights, May, Right } from '../../domain/rights.ts';
import { context, header, section } from '../blocks.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { freezeText, hoursText } from './freeze.ts';
import { outsideText } from './outside-text.ts';

/** More would be cut anyway: a message has fifty blocks. */
const CLUSTERS_SHOWN_MAX = 20;

const WORDS: Record<May, string> = { yes: 'You may', no: 'You may not', unknown: 'Not known now' };

/** The answer to `whoami`: for each cluster what the person may do, with the rule that says so. */
export function rightsBlocks({ user, clusters }: { user: string; clusters: ClusterRights[] }): KnownBlock[] {
  if (clusters.length === 0) {
    return [section(`You are ${mention(user)}. No cluster can be named in this channel.`)];
  }
  const left = clusters.length - CLUSTERS_SHOWN_MAX;
  return [
    header('What you may do here'),
    section(`You are ${mention(user)}. Rules stand in vmotion.yaml under the paths named.`),
    ...clusters.slice(0, CLUSTERS_SHOWN_MAX).flatMap(clusterBlocks),
    ...(left > 0 ? [context([`and ${counted(left, 'more cluster')}: ${code('/vmotion whoami cluster')}`])] : []),
  ];
}

function clusterBlocks({
  cluster,
  rights,
  approvals,
  extra,
  selfApproval,
  freeze,
  hours,
}: ClusterRights): KnownBlock[] {
  const order: May[] = ['yes', 'unknown', 'no'];
  const sorted = order.flatMap((may) => rights.filter((right) => right.may === may));
  const notes = [
    ...(freeze === undefined ? [] : [freezeText(freeze)]),
    ...(hours === undefined ? [] : [hoursText(hours)]),
  ];
  return [
    section(
      [
        `*${outsideText(cutPlain(cluster, 80))}*`,
        ...sorted.map(rightText),
        ...approvals.map((one) => approvalText(one, selfApproval)),
        ...extra.map(extraText),
      ].join('\n'),
    ),
    ...(notes.length === 0 ? [] : [context(notes)]),
  ];
}

function rightText({ may, verbs, people, rule }: Right): string {
  const who = may === 'yes' ? '' : `; it is for ${outsideText(namePeople(people))}`;
  return `${WORDS[may]}: ${verbs.map(code).join(' ')}${who} (rule ${outsideText(rule)})`;
}

function approvalText({ kinds, may, people, required, rule }: ApprovalRight, selfApproval: boolean): string {
  const needs = `${counted(required, 'approval')}, ${selfApproval ? 'your own request included' : 'never your own request'}`;
  const who = may === 'yes' ? '' : `; it is for ${outsideText(namePeople(people))}`;
  return `${WORDS[may]} ${may === 'no' ? 'approve or reject' : 'approve and reject'}: ${kinds.map(code).join(' ')}, which need ${needs}${who} (rule ${outsideText(rule)})`;
}

const STANDING: Record<May, string> = { yes: 'you are', no: 'you are not', unknown: 'not known now whether you are' };

function extraText({ name, people, may }: ClusterRights['extra'][number]): string {
  const rule = outsideText(cutPlain(name, 80));
  return `Where the extra rule ${rule} holds, one of those who approve is among ${outsideText(namePeople(people))}: ${STANDING[may]}.`;
}
