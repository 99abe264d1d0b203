// `npm run export -- FILE --data DIR` or `--table NAME`.
import { exportRows } from './export-rows.ts';
import { runRowScript } from './row-script.ts';

await runRowScript('export', exportRows);
