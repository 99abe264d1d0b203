// `npm run import -- FILE --data DIR` or `--table NAME`.
import { importRows } from './import-rows.ts';
import { runRowScript } from './row-script.ts';

await runRowScript('import', importRows);
