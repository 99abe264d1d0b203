// `npm run import -- FILE --data DIR` or `--table NAME`.
import { exitCodeOfError, renderError } from './exit-error.ts';
import { importRows } from './import-rows.ts';
import { openRowPlace, parseRowOptions } from './row-place.ts';

try {
  const options = parseRowOptions(process.argv.slice(2), 'import');
  const place = await openRowPlace(options);
  try {
    const { rows } = await importRows(place, options.file);
    process.stdout.write(`${rows} rows imported\n`);
  } finally {
    await place.close();
  }
} catch (error) {
  process.stderr.write(renderError(error));
  process.exitCode = exitCodeOfError(error);
}
