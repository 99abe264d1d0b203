// `npm run export -- FILE --data DIR` or `--table NAME`.
import { exitCodeOfError, renderError } from './exit-error.ts';
import { exportRows } from './export-rows.ts';
import { openRowPlace, parseRowOptions } from './row-place.ts';

try {
  const options = parseRowOptions(process.argv.slice(2), 'export');
  const place = await openRowPlace(options);
  try {
    const { rows } = await exportRows(place, options.file);
    process.stdout.write(`${rows} rows exported\n`);
  } finally {
    await place.close();
  }
} catch (error) {
  process.stderr.write(renderError(error));
  process.exitCode = exitCodeOfError(error);
}
