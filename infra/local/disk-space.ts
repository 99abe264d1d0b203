import { statfs } from 'node:fs/promises';

// LevelDB writes a log of 4 MB before it makes a new one, and needs as much again while it puts files together.
const FREE_BYTES_MIN = 32 * 1024 * 1024;

/** What is wrong with the room that the folder has, in a few words, or nothing. */
export async function findLittleSpace(folder: string, bytesMin: number = FREE_BYTES_MIN): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytesMin) return undefined;
  return `only ${toMegabytes(free)} MB free, fewer than ${toMegabytes(bytesMin)}`;
}

const toMegabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
