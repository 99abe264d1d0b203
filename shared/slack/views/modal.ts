import type { KnownBlock, ModalView, PlainTextElement } from '@slack/types';
import { toMetadata, type ViewMetadata } from '../../contracts/view-metadata.ts';
import { toOneLine } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { LIMITS } from '../limits.ts';
import type { Answer } from './reply.ts';

/** Slack's limit for a modal's title and its two buttons. */
const TITLE_CHARS = 24;

export type ModalSpec = {
  callbackId: string;
  title: string;
  /** The button that sends what stands in the inputs; absent where there are none. */
  submit?: string | undefined;
  close: string;
  metadata: ViewMetadata;
  blocks: KnownBlock[];
};

/** A modal within Slack's limits: title and buttons of 24 characters, 100 blocks. What is longer is cut. */
export function modal({ callbackId, title, submit, close, metadata, blocks }: ModalSpec): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plain(title, TITLE_CHARS),
    ...(submit === undefined ? {} : { submit: plain(submit, TITLE_CHARS) }),
    close: plain(close, TITLE_CHARS),
    private_metadata: toMetadata(metadata),
    blocks: blocks.slice(0, LIMITS.viewBlocks),
  };
}

export const ANSWER_CALLBACK = 'answer';

/** The private answer to something that was pressed or sent in a modal. `channel`: where its buttons count as pressed. */
export function renderAnswerModal({ blocks }: Pick<Answer, 'blocks'>, channel: string): ModalView {
  return modal({ callbackId: ANSWER_CALLBACK, title: 'vmotion-ops', close: 'Close', metadata: { channel }, blocks });
}

/** Plain text on one line, cut to Slack's limit for the place. */
export function plain(text: string, charsMax: number): PlainTextElement {
  return { type: 'plain_text', text: cutPlain(toOneLine(text), charsMax), emoji: false };
}
