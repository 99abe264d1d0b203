import { expect, it } from 'vitest';
import { createTranscript } from '../../infra/local/transcript.ts';

function play(): { written: () => string; transcript: ReturnType<typeof createTranscript> } {
  let text = '';
  const transcript = createTranscript((more) => {
    text += more;
  });
  return { written: () => text, transcript };
}

const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
const context = (text: string) => ({ type: 'context', elements: [{ type: 'mrkdwn', text }] });
const BUTTONS = { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Pause' } }] };
const message = (state: string) => ({
  ts: '1',
  text: state,
  blocks: [header(state), BUTTONS, context('or type `/vmotion pause j-7f3k9c`'), context('Job `j-7f3k9c`')],
});

it('prints of a message that moves only what is new and tells something', () => {
  const { written, transcript } = play();
  transcript.progress(message('RUNNING 1 of 4'));
  transcript.progress(message('RUNNING 1 of 4'));
  transcript.progress(message('RUNNING 2 of 4'));
  expect(written()).toBe('  ... RUNNING 1 of 4\n  ... RUNNING 2 of 4\n');
});

it('prints the whole of a message with its buttons and the commands beside them', () => {
  const { written, transcript } = play();
  transcript.whole(message('WAITING 0/1'));
  expect(written()).toContain('| [Pause]');
  expect(written()).toContain('or type /vmotion pause j-7f3k9c');
});

it('prints the first line of a reply and the files that it brings', () => {
  const { written, transcript } = play();
  transcript.reply({ ts: '2', text: 'OK: esx01\nand more', files: [{ name: 'plan.diff', size: 12 }] });
  expect(written()).toBe('  in the thread: OK: esx01\n  in the thread: plan.diff (12 bytes)\n');
});

it('says first whose thread it is, where another message was printed last or none', () => {
  const { written, transcript } = play();
  const parent = { ...message('NEW WARNING - MTU changed'), ts: '7' };
  transcript.reply({ ts: '8', text: 'HELD: no rule' }, parent);
  transcript.reply({ ts: '9', text: 'STARTED: a repair' }, parent);
  transcript.progress(message('RUNNING 1 of 4'));
  transcript.reply({ ts: '10', text: 'CLEARED' }, parent);
  expect(written().split('\n')).toEqual([
    '  NEW WARNING - MTU changed',
    '  in the thread: HELD: no rule',
    '  in the thread: STARTED: a repair',
    '  ... RUNNING 1 of 4',
    '  NEW WARNING - MTU changed',
    '  in the thread: CLEARED',
    '',
  ]);
});

it('says whether everybody sees an answer', () => {
  const { written, transcript } = play();
  transcript.answered('ann', { text: 'Frozen', isPublic: true });
  transcript.answered('ann', { text: 'Not allowed' });
  expect(written()).toBe('  (everybody sees) Frozen\n  (only ann sees) Not allowed\n');
});
