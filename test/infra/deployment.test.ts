import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/aws/bundle.ts';
import { parseDeployment, readDeployment } from '../../infra/aws/deployment.ts';
import { CONFIG_FILE, prepareAssets } from '../../infra/aws/function-assets.ts';
import { parseBuiltSettings } from '../../shared/contracts/built-settings.ts';
import { OpsError } from '../../shared/errors.ts';

const STAGE = `
stages:
  prod:
    region: eu-central-1
    network: { cidr: 10.80.0.0/24 }
`;

describe('deployment.yaml', () => {
  it('needs no more than a region and a network', () => {
    expect(parseDeployment(STAGE, 'deployment.yaml')).toMatchObject([
      { name: 'prod', region: 'eu-central-1', config: 'vmotion.yaml', workersMax: 8, logRetentionDays: 365 },
    ]);
  });

  it.each([
    { what: 'a region that is none', text: STAGE.replace('eu-central-1', 'Frankfurt'), names: 'stages.prod.region' },
    { what: 'no network', text: STAGE.replace(/ {4}network.*\n/, ''), names: 'stages.prod.network' },
    { what: 'half a network', text: STAGE.replace('cidr: 10.80.0.0/24', 'vpc: vpc-0a'), names: 'stages.prod.network' },
    { what: 'a key that is unknown', text: `${STAGE}    colour: red\n`, names: 'colour' },
    { what: 'a name that AWS would refuse', text: STAGE.replace('prod:', 'Prod_1:'), names: 'Prod_1' },
    {
      what: 'one worker, which AWS does not allow',
      text: `${STAGE}    workersMax: 1\n`,
      names: 'stages.prod.workersMax',
    },
    { what: 'what is not YAML', text: 'stages: [', names: 'deployment.yaml' },
  ])('with $what is refused by name', ({ text, names }) => {
    const failure = failureOf(() => parseDeployment(text, 'deployment.yaml'));
    expect(failure.code).toBe('config-invalid');
    expect(failure.message).toContain(names);
    expect(failure.remedy).toContain('deployment.example.yaml');
  });

  it('that is missing says which file to copy', () => {
    const failure = failureOf(() => readDeployment('/nowhere/deployment.yaml'));
    expect(failure.code).toBe('config-missing');
    expect(failure.remedy).toContain('infra/aws/deployment.example.yaml');
  });
});

describe('the folders for Lambda', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assets-'));
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(folder, 'bundles', name), { recursive: true });
      writeFileSync(join(folder, 'bundles', name, 'index.mjs'), `// ${name}`);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const prepare = (config: string) =>
    prepareAssets({ config: join(folder, config), bundles: join(folder, 'bundles'), out: join(folder, 'out') });

  function writeConfig(trust: string): void {
    const lab = readFileSync(fileURLToPath(new URL('../../infra/lab/vmotion.yaml', import.meta.url)), 'utf8');
    writeFileSync(join(folder, 'vmotion.yaml'), lab.replace(/sha256: "[0:]+"/, trust));
  }

  it('hold the bundle and the settings, with the authorities that they name', () => {
    mkdirSync(join(folder, 'ca'));
    writeFileSync(join(folder, 'ca/root.pem'), '-----BEGIN CERTIFICATE-----');
    writeConfig('ca: ca/root.pem');
    const { folders, settings } = prepare('vmotion.yaml');
    expect(settings.vcenters['lab']?.trust).toEqual({ kind: 'ca', pem: '-----BEGIN CERTIFICATE-----' });
    for (const name of FUNCTION_NAMES) {
      const files = readdirSync(folders[name], { recursive: true, encoding: 'utf8' });
      expect(new Set(files)).toEqual(new Set(['index.mjs', CONFIG_FILE]));
      expect(parseBuiltSettings(readFileSync(join(folders[name], CONFIG_FILE), 'utf8'), CONFIG_FILE)).toEqual(settings);
    }
  });

  it('are not made of a configuration that is wrong', () => {
    writeConfig('ca: nowhere.pem');
    const failure = failureOf(() => prepare('vmotion.yaml'));
    expect(failure.code).toBe('config-invalid');
    expect(failure.message).toContain('vcenters.lab.trust.ca');
  });

  it('take an authority from wherever it lies', () => {
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'root.pem'), '-----BEGIN CERTIFICATE-----');
    writeConfig('ca: ../root.pem');
    writeFileSync(join(folder, 'inner/vmotion.yaml'), readFileSync(join(folder, 'vmotion.yaml')));
    expect(prepare('inner/vmotion.yaml').settings.vcenters['lab']?.trust).toMatchObject({ kind: 'ca' });
  });

  it('are not made where the configuration is missing', () => {
    expect(failureOf(() => prepare('nowhere.yaml')).code).toBe('config-missing');
  });
});

function failureOf(work: () => unknown): OpsError {
  try {
    work();
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
