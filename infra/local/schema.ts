// `npm run schema`: prints the JSON Schema of vmotion.yaml, for editors.
import { configJsonSchema } from '../../shared/contracts/config-json-schema.ts';

process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
