// `npm run export -- FILE --data DIR` or `--table NAME`.
import { exitCodeOfError, renderError } from './exit-error.ts';
import { exportRows } from './export-rows.ts';
import { toFolderFailure } from './folder-failure.ts';
import { endWithLastWords } from './last-words.ts';
import { openRowPlace, parseRowOptions } from './row-place.ts';

try {
  const options = parseRowOptions(process.argv.slice(2), 'export');
  endWithLastWords((error) => fail(toFolderFailure(error, options.data)));
  const place = await openRowPlace(options);
  try {
    const { rows } = await exportRows(place, options.file);
    process.stdout.write(`${rows} rows exported\n`);
  } finally {
    await place.close();
  }
} catch (error) {
  process.exitCode = fail(error);
}

function fail(error: unknown): number {
  process.stderr.write(renderError(error));
  return exitCodeOfError(error);
}
