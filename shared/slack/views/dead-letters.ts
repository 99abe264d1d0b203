// Messages that could not be delivered, for the people who may have them sent again.
import type { KnownBlock } from '@slack/types';
import { type DeadContent, type DeadLetter, jobOfLetter } from '../../domain/dead-letter.ts';
import { context, header, lines, section } from '../blocks.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { outsideText } from './outside-text.ts';

/** How many there are, as one sentence. */
export function deadLettersText(letters: DeadLetter[]): string {
  if (letters.length === 0) return 'Every message was delivered.';
  return `${counted(letters.length, 'message')} could not be delivered.`;
}

/** The answer to `dlq list`: one line a message. */
export function deadLetterBlocks(letters: DeadLetter[]): KnownBlock[] {
  if (letters.length === 0) return [section(deadLettersText(letters))];
  const more = (left: number) => `... and ${left} newer`;
  return [
    header('Messages that could not be delivered'),
    lines(letters.map(letterLine), more),
    context([
      `One of them again: ${code(`/vmotion dlq redrive ${letters[0]?.id ?? ''}`)}. They are kept for two weeks.`,
    ]),
  ];
}

/** One of them: when, which, for what, and why. */
export function letterLine(letter: DeadLetter): string {
  const { id, content, why, at, receives, redriven } = letter;
  const jobId = jobOfLetter(letter);
  const about = jobId === undefined ? '' : ` of ${code(cutPlain(jobId, 40))}`;
  const again = redriven === undefined ? '' : ` Sent again ${dateText(redriven.at)} by ${mention(redriven.by)}.`;
  const tries = `delivered ${receives} ${receives === 1 ? 'time' : 'times'}`;
  return `${dateText(at)} ${code(id)} ${WHAT[content.kind]}${about}, ${tries}: ${outsideText(cutPlain(why, 300))}${again}`;
}

const WHAT: Record<DeadContent['kind'], string> = {
  job: 'work',
  notice: 'a notice',
  card: 'a notice of an alarm card',
  unreadable: 'an unreadable message',
};
