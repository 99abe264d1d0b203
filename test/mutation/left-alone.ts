/** A node of Babel's, as far as it is looked at here. */
type Node = {
  type: string;
  value?: unknown;
  test?: unknown;
  quasis?: { value: { raw: string } }[];
  expressions?: unknown[];
};

/**
 * Why Stryker leaves a place alone, or nothing. A text with a blank in it is a sentence for people, whose wording the tests
 * of the views judge; codes, names and units have none and are mutated, and so is a template that decides something inside
 * itself. A `default` that the compiler has proven to be out of reach is there for the compiler.
 */
export function whyLeftAlone({ node }: { node: Node }): string | undefined {
  if (node.type === 'SwitchCase' && node.test === null && written(node).includes('TSNeverKeyword'))
    return 'unreachable';
  if (node.type === 'StringLiteral' && String(node.value).includes(' ')) return 'wording';
  if (node.type !== 'TemplateLiteral') return undefined;
  const hasBlank = node.quasis?.some(({ value }) => value.raw.includes(' ')) ?? false;
  return hasBlank && !/"type":"(?:Conditional|Logical|Binary)/.test(written(node.expressions)) ? 'wording' : undefined;
}

const written = (nodes: unknown) => JSON.stringify(nodes, (key, value) => (key === 'loc' ? undefined : value)) ?? '';
