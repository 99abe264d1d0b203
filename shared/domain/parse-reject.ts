import { refuseCommand, refuseFlag } from './command-refusal.ts';
import type { CommandToken } from './command-text.ts';
import { aboutJob, type Grammar, type Parsed } from './grammar.ts';
import { isJobId } from './job-id.ts';
import { nearest } from './nearest.ts';

/** The reason is what follows the id, with --reason before it or without: whoever says no says why. */
export function parseReject(grammar: Grammar, tokens: CommandToken[]): Parsed {
  const [first] = tokens;
  // With the flag first, the id stands behind the reason.
  const id = first?.kind === 'flag' ? tokens.findLast((token) => isJobId(textOf(token))) : first;
  const typed = id === undefined ? undefined : textOf(id);
  const [lead, ...rest] = tokens.filter((token) => token !== id);
  if (lead?.kind === 'flag' && lead.hasDashes && lead.name !== 'reason') {
    const fix = grammar.tryFix(['reject', typed ?? '']);
    return refuseFlag('reject', lead.name, nearest(lead.name, ['reason', 'help']), fix);
  }
  const isReasonFlag = lead?.kind === 'flag' && lead.name === 'reason';
  const said = [isReasonFlag ? lead.value : lead?.raw, ...rest.map((token) => token.raw)];
  const reason = said
    .filter((part) => part !== undefined)
    .join(' ')
    .trim();
  return aboutJob(grammar, 'reject', typed, (job) =>
    reason === '' ? refuseSilence(job) : { verb: 'reject', job, reason },
  );
}

function refuseSilence(job: string): Parsed {
  return refuseCommand('reason-missing', {
    what: `Why is ${job} rejected?`,
    why: 'Who asked for the change reads your reason, and so does who looks later.',
    fix: `/vmotion reject ${job} --reason "the reason"`,
  });
}

function textOf(token: CommandToken): string {
  return token.kind === 'word' ? token.text : token.raw;
}
