// A function in a process of its own, as Lambda starts it: loads it, gives it one event, says how long each took.
type Handler = (event: object, context: object) => Promise<unknown>;

const { FUNCTION_FILE = '', EVENT = '{}' } = process.env;

// The function logs to stdout, as Lambda wants it; here stdout is for the result.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const begin = performance.now();
const { handler } = (await import(FUNCTION_FILE)) as { handler: Handler };
const imported = performance.now();
await handler(JSON.parse(EVENT) as object, { getRemainingTimeInMillis: () => 10_000 });
const answered = performance.now();
const result = { importMs: imported - begin, firstMs: answered - imported };
write(`${JSON.stringify(result)}\n`, () => process.exit(0));
