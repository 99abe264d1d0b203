// `node infra/aws/costs.ts`: the tables of docs/operations.md, from infra/aws/unit-prices.ts and what was counted.
import { renderCosts } from './render-costs.ts';

process.stdout.write(`${renderCosts()}\n`);
