/** A moment (ISO 8601) in the reader's own time zone, and in UTC for clients that show no dates. One that is missing or
 * can't be read is said to be unknown: a row of another version must not keep a whole message from being shown. */
export function dateText(iso: string | undefined): string {
  const seconds = Math.floor(Date.parse(iso ?? '') / 1000);
  if (Number.isNaN(seconds)) return 'an unknown time';
  const utc = `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${seconds}^{date_short_pretty} {time}|${utc}>`;
}

/** "0.8 s", "41 s", "6 m 12 s", "2 h 5 m". Never negative. */
export function durationText(ms: number): string {
  const safeMs = Math.max(0, ms);
  if (safeMs < 10_000) return `${(safeMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(safeMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`;
}
