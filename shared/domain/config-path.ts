/** Where something stands in vmotion.yaml, as people write it: clusters.cluster-a.profile.adapters[0].mtu. */
export function configPath(parts: readonly (string | number)[]): string {
  return parts.reduce<string>((path, part) => {
    if (typeof part === 'number') return `${path}[${part}]`;
    // A host's full name has dots of its own.
    if (!/^[\w-]+$/.test(part)) return `${path}["${part}"]`;
    return path === '' ? part : `${path}.${part}`;
  }, '');
}
