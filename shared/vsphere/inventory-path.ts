import type { Moref } from '../domain/inventory.ts';

/** One object of the inventory tree as its properties tell it. `name` as vCenter stores it. */
export type TreeNode = { moref: Moref; name: string; parent: Moref | undefined };

/** The name that people see: vCenter stores / \ and % in names as %2f, %5c and %25. */
export function decodeName(name: string): string {
  return name.replace(/%(2f|5c|25)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The names from below the root folder down to `node`, decoded. As far up as the tree is visible. */
export function segmentsOf(node: TreeNode, byMoref: ReadonlyMap<string, TreeNode>): string[] {
  const segments: string[] = [];
  const seen = new Set<TreeNode>();
  for (let at: TreeNode | undefined = node; at !== undefined && !seen.has(at); ) {
    seen.add(at);
    const parent: TreeNode | undefined = at.parent && byMoref.get(at.parent.value);
    // The root folder itself is no part of a path.
    if (at.parent !== undefined) segments.unshift(decodeName(at.name));
    at = parent;
  }
  return segments;
}

/** The segments of a path that was typed: /Datacenter/host/Folder/Cluster. */
export const parsePath = (path: string): string[] =>
  path
    .split('/')
    .filter((one) => one !== '')
    .map(decodeName);

/** A path as it can be typed: slashes inside names are escaped again. */
export const renderPath = (segments: readonly string[]): string =>
  `/${segments.map((one) => one.replace(/[/\\%]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)).join('/')}`;
