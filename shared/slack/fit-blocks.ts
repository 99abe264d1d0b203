import type { KnownBlock } from '@slack/types';
import { LIMITS } from './limits.ts';

const CUT = '... cut here: the message would be too long for Slack';

/** Blocks whose texts together stay within a message: while they don't, the longest section loses half its lines. */
export function fitBlocks(blocks: KnownBlock[], charsMax: number = LIMITS.blocksTextChars): KnownBlock[] {
  let fitted = blocks.slice(0, LIMITS.blocks);
  // Each round halves one section, so a few rounds for each are plenty.
  for (let round = 0; round < 200 && textLength(fitted) > charsMax; round += 1) {
    const lengths = fitted.map((block) => sectionText(block)?.length ?? 0);
    const longest = lengths.indexOf(Math.max(...lengths));
    fitted = fitted.map((block, index) => (index === longest ? halved(block) : block));
  }
  return fitted;
}

/** The characters of every text in the blocks. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + textLength(one), 0);
  if (value === null || typeof value !== 'object') return 0;
  const own = 'text' in value && typeof value.text === 'string' ? value.text.length : 0;
  return own + Object.values(value).reduce((sum: number, one) => sum + textLength(one), 0);
}

function sectionText(block: KnownBlock): string | undefined {
  return block.type === 'section' ? block.text?.text : undefined;
}

function halved(block: KnownBlock): KnownBlock {
  const text = sectionText(block);
  if (block.type !== 'section' || text === undefined) return block;
  const [head = '', body] = text.split(/```\n/, 2);
  const halvedText = body === undefined ? halve(head) : `${head}\`\`\`\n${halve(body)}\n\`\`\``;
  return { ...block, text: { type: 'mrkdwn', text: halvedText } };
}

function halve(text: string): string {
  const lines = text.split('\n').filter((line) => line !== CUT && line !== '```');
  return [...lines.slice(0, Math.floor(lines.length / 2)), CUT].join('\n');
}
