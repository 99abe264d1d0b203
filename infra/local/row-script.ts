// What `npm run export` and `npm run import` have in common: one file, one table, and how a failure is told.
import { exitCodeOfError, renderError } from './exit-error.ts';
import { toFolderFailure } from './folder-failure.ts';
import { endWithLastWords } from './last-words.ts';
import { openRowPlace, parseRowOptions, type RowPlace } from './row-place.ts';

/** Ends with an exit code, having said how many rows went through or what went wrong. The table is closed either way. */
export async function runRowScript(
  script: 'export' | 'import',
  move: (place: RowPlace, file: string) => Promise<{ rows: number }>,
): Promise<void> {
  try {
    const options = parseRowOptions(process.argv.slice(2), script);
    endWithLastWords((error) => fail(toFolderFailure(error, options.data)));
    const place = await openRowPlace(options);
    try {
      const { rows } = await move(place, options.file);
      process.stdout.write(`${rows} rows ${script}ed\n`);
    } finally {
      await place.close();
    }
  } catch (error) {
    process.exitCode = fail(error);
  }
}

function fail(error: unknown): number {
  process.stderr.write(renderError(error));
  return exitCodeOfError(error);
}
