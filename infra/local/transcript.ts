// The channel as text on a terminal: whole messages where there is something to read, new lines while it moves.
import { renderText } from '../lab/slack/render-text.ts';

export type TranscriptMessage = { ts: string; text: string; blocks?: unknown[] | undefined };

/** `files`: those that it brings. */
export type TranscriptReply = TranscriptMessage & { files?: { name: string; size: number }[] | undefined };

export type Transcript = {
  typed(user: string, command: string): void;
  /** What only this person sees, or with `isPublic` everybody in the channel. */
  answered(user: string, message: { text: string; blocks?: unknown[] | undefined; isPublic?: boolean }): void;
  /** The lines that this message did not have before. */
  progress(message: TranscriptMessage): void;
  /** The message as it stands. */
  whole(message: TranscriptMessage): void;
  /** What came into a message's thread: the first line of it, and the names of its files. `parent`: that message. Where
   * another one was printed last, or none, the first line of it comes before. */
  reply(reply: TranscriptReply, parent?: TranscriptMessage): void;
  note(text: string): void;
};

export function createTranscript(write: (text: string) => void): Transcript {
  const shown = new Map<string, { whole: string; lines: Set<string> }>();
  /** The message that was printed last, itself or its thread. */
  let last: string | undefined;
  const print = (lines: string[]) => write(`${lines.join('\n')}\n`);

  /** Remembers the message; answers undefined when it was shown like this already. */
  function take(message: TranscriptMessage): { text: string; fresh: string[] } | undefined {
    const text = renderText(message);
    const before = shown.get(message.ts);
    if (before?.whole === text) return undefined;
    const lines = text.split('\n').map((line) => line.trimEnd());
    const fresh = lines.filter((line) => isTelling(line) && before?.lines.has(line) !== true);
    shown.set(message.ts, { whole: text, lines: new Set([...(before?.lines ?? []), ...lines]) });
    return { text, fresh };
  }

  return {
    typed: (user, command) => print(['', `${user}> ${command}`]),
    answered: (user, message) =>
      print(
        indented(renderText(message), message.isPublic === true ? '  (everybody sees) ' : `  (only ${user} sees) `),
      ),
    progress(message) {
      const taken = take(message);
      if (taken !== undefined) last = message.ts;
      if (taken !== undefined && taken.fresh.length > 0) print(taken.fresh.map((line) => `  ... ${line.trimStart()}`));
    },
    whole(message) {
      take(message);
      last = message.ts;
      print(['', ...indented(renderText(message), '  | ')]);
    },
    reply(reply, parent) {
      const lines = replyLines(reply);
      if (lines.length === 0) return;
      if (parent !== undefined && parent.ts !== last) print([`  ${renderText(parent).split('\n')[0] ?? ''}`]);
      last = parent?.ts ?? last;
      print(lines.map((line) => `  in the thread: ${line}`));
    },
    note: (text) => print([text]),
  };
}

function replyLines({ text, blocks, files = [] }: TranscriptReply): string[] {
  const [first = ''] = renderText({ text, blocks }).split('\n');
  const words = first.trim() === '' ? [] : [first.trim()];
  return [...words, ...files.map(({ name, size }) => `${name} (${size} bytes)`)];
}

/** Neither a rule, nor the line that says whose job it is and when it last moved, nor what is the same all along. */
function isTelling(line: string): boolean {
  return (
    line !== '' && ![/^[=-]+$/, /^\s*Job /, /^\[[A-Z]/, /^\s*or type /, /^Hosts, in /].some((one) => one.test(line))
  );
}

function indented(text: string, prefix: string): string[] {
  return text.split('\n').map((line) => `${prefix}${line}`.trimEnd());
}
