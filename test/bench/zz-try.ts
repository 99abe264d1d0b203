import { rollout } from './rollout.ts';
const t = performance.now();
console.log(await rollout.measure(console.error), performance.now() - t);
