// Pictures as the built notifier draws them: alone in a folder, with what lies beside its bundle.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCode } from '../../infra/aws/bundle.ts';
import { copyPackageFiles, PICTURE_FILES } from '../../infra/aws/package-files.ts';
import { renderHeatMap } from '../../shared/slack/heat-map.ts';
import { aHeatMapInput, LOST, numberOf, someEnds, someMatrix } from '../slack/a-matrix.ts';
import { readPng } from '../support/read-png.ts';

const run = promisify(execFile);

const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
import { renderHeatMap } from './index.mjs';
const { png } = await renderHeatMap(JSON.parse(readFileSync('input.json', 'utf8')));
writeFileSync('picture.png', png);
`;

const input = aHeatMapInput(someMatrix(someEnds(5), 'routed', (from) => (numberOf(from) === 2 ? LOST : undefined)));
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'picture-'));
  await bundleCode("export { renderHeatMap } from './shared/slack/heat-map.ts';", join(folder, 'index.mjs'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  writeFileSync(join(folder, 'input.json'), JSON.stringify(input));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const draw = () => run(process.execPath, ['program.mjs'], { cwd: folder, env: {} });

describe('a bundle that draws pictures', () => {
  it('says what it lacks when the files of the packages are not beside it', async () => {
    await expect(draw()).rejects.toThrow(/Cannot find module '@resvg\/resvg-wasm\/index_bg\.wasm'/);
  });

  it('draws what the sources draw when they are, with nothing of the project in reach', async () => {
    copyPackageFiles(PICTURE_FILES, folder);
    await draw();
    const png = readFileSync(join(folder, 'picture.png'));
    const { png: wanted, width, height } = await renderHeatMap(input);
    expect(readPng(png)).toMatchObject({ width, height });
    expect(Buffer.compare(png, wanted)).toBe(0);
  });
});
