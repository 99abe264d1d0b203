// `npm run schema`: prints the JSON Schema of vmotion.yaml, for editors; with --alarm that of POST /alarm/json.
import { alarmJsonSchema } from '../../shared/contracts/alarm-json.ts';
import { configJsonSchema } from '../../shared/contracts/config-json-schema.ts';

const schema = process.argv.includes('--alarm') ? alarmJsonSchema() : configJsonSchema();
process.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
