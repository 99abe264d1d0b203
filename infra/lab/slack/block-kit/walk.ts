// Where in a list of blocks something stands. Blocks come from outside, so everything about them is optional.

export type LooseElement = { type: string; action_id?: string; [key: string]: unknown };
export type LooseBlock = { type: string; block_id?: string; [key: string]: unknown };
export type Placed = { blockId: string; element: LooseElement; isInput: boolean; block: LooseBlock };

/** All blocks, those inside containers and carousels too. A block without an id has one here, by its place. */
export function flatBlocks(blocks: unknown[], prefix = 'b'): { id: string; block: LooseBlock }[] {
  return blocks.flatMap((one, index) => {
    const block = one as LooseBlock;
    const id = block.block_id ?? `${prefix}${index}`;
    const inner = [...listOf(block['child_blocks']), ...(block.type === 'carousel' ? listOf(block['elements']) : [])];
    return [{ id, block }, ...flatBlocks(inner, `${id}.`)];
  });
}

/** All elements that a person can use. */
export function placedElements(blocks: unknown[]): Placed[] {
  return flatBlocks(blocks).flatMap(({ id, block }) => {
    const isHolder = block.type === 'actions' || block.type === 'context_actions';
    const elements = [
      ...(isHolder ? listOf(block['elements']) : []),
      ...(block.type === 'card' ? listOf(block['actions']) : []),
      ...(block.type === 'section' && block['accessory'] !== undefined ? [block['accessory']] : []),
      ...(block.type === 'input' && block['element'] !== undefined ? [block['element']] : []),
    ] as LooseElement[];
    return elements
      .filter((element) => element.type !== 'image')
      .map((element) => ({ blockId: id, element, isInput: block.type === 'input', block }));
  });
}

/** Undefined when nothing there has that action_id. The block says which one where several have. */
export function findElement(blocks: unknown[], actionId: string, blockId?: string): Placed | undefined {
  return placedElements(blocks).find(
    (one) => one.element.action_id === actionId && (blockId === undefined || one.blockId === blockId),
  );
}

/** Ids of Slack's own files that images show. */
export function slackFileIds(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  if ('slack_file' in value) {
    const { slack_file: file } = value as { slack_file: { id?: unknown; url?: unknown } };
    if (typeof file.id === 'string') return [file.id];
    // Its permalink or private URL: the id is the part that begins with F.
    return typeof file.url === 'string' ? [/\b(F[A-Z0-9]+)\b/.exec(file.url)?.[1] ?? file.url] : [];
  }
  return Object.values(value).flatMap(slackFileIds);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
