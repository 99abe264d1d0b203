import { OpsError } from '../../shared/errors.ts';

/** What the system says where a file can't be written or read, whoever tried. */
const FILE_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOTDIR', 'EMFILE']);

/** `data-folder-failed` for a failure of a file or of the table in the data folder; everything else, and whatever fails
 * where there is no data folder, as it is. */
export function toFolderFailure(error: unknown, folder: string | undefined): unknown {
  const found = folder === undefined ? undefined : findFileFailure(error);
  if (found === undefined) return error;
  return new OpsError('data-folder-failed', `The data folder ${folder} can't be written or read: ${found.message}`, {
    retry: 'later',
    remedy:
      'Give it space (df -h) or the rights back (it must belong to the user of this process), then start again: ' +
      'everything goes on from the rows that were written. A table that is damaged (a copy cut short) is not mended: ' +
      'move table/ away and import the last backup.',
    cause: error,
  });
}

// All that dynalite lets through of a LevelDB that could not be opened.
const NOT_OPENED = 'Database is closed';

/** LevelDB tells the system's reason only in its message, and hides it behind a failure to open. */
function findFileFailure(error: unknown): Error | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at ? String(at.code) : '';
    const isLevelAlone = code.startsWith('LEVEL_') && !(at.cause instanceof Error);
    if (isLevelAlone || FILE_CODES.has(code) || at.message === NOT_OPENED) return at;
  }
  return undefined;
}
