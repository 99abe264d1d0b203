import type { KnownBlock, RichTextBlock, TableBlock } from '@slack/types';
import { LIMITS } from './limits.ts';

const CUT = '... cut here: the message would be too long for Slack';

/** Blocks whose texts together stay within a message: while they don't, the longest one that is a list loses half its
 * lines. */
export function fitBlocks(blocks: KnownBlock[], charsMax: number = LIMITS.blocksTextChars): KnownBlock[] {
  let fitted = blocks.slice(0, LIMITS.blocks);
  // Each round halves one block, so a few rounds for each are plenty.
  for (let round = 0; round < 200 && textLength(fitted) > charsMax; round += 1) {
    const lengths = fitted.map((block) => (isList(block) ? textLength(block) : 0));
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

function isList(block: KnownBlock): boolean {
  if (block.type === 'table') return block.rows.length > 2;
  return block.type === 'rich_text' || (block.type === 'section' && block.text !== undefined);
}

function halved(block: KnownBlock): KnownBlock {
  if (block.type === 'table') return halvedTable(block);
  if (block.type === 'rich_text') return halvedRichText(block);
  if (block.type !== 'section' || block.text === undefined) return block;
  const [head = '', body] = block.text.text.split(/```\n/, 2);
  const halvedText = body === undefined ? halve(head) : `${head}\`\`\`\n${halve(body)}\n\`\`\``;
  return { ...block, text: { ...block.text, text: halvedText } };
}

function halvedTable(block: TableBlock): TableBlock {
  const kept = block.rows.slice(0, Math.ceil(block.rows.length / 2));
  const last = (block.rows[0] ?? []).map((_, column) => ({
    type: 'raw_text' as const,
    text: column === 0 ? CUT : '-',
  }));
  return { ...block, rows: [...kept.slice(0, -1), last] };
}

function halvedRichText(block: RichTextBlock): RichTextBlock {
  const elements = block.elements.map((element) => {
    if (element.type !== 'rich_text_preformatted') return element;
    const inner = element.elements.map((one) => (one.type === 'text' ? { ...one, text: halve(one.text) } : one));
    return { ...element, elements: inner };
  });
  return { ...block, elements };
}

function halve(text: string): string {
  const lines = text.split('\n').filter((line) => line !== CUT && line !== '```');
  return [...lines.slice(0, Math.floor(lines.length / 2)), CUT].join('\n');
}
