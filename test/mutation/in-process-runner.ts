// A test runner for Stryker that loads the tests once and then tries one mutant after another in the same process. vitest
// starts a worker and loads every module again for each mutant, which takes a hundred times as long.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CollectedTest, collectTests, HERE } from './collected-tests.ts';
import { whyLeftAlone } from './left-alone.ts';
import { createLineReporter } from './line-reporter.ts';

/** What Stryker's instrumented code looks at, under a global name that Stryker chooses. */
type Switches = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
};

/** As @stryker-mutator/api/test-runner has it; copied, because that package is not among the product's. */
type MutantRun = {
  activeMutant: { id: string };
  testFilter?: string[];
  sandboxFileName: string;
  hitLimit?: number;
  mutantActivation: 'runtime' | 'static';
};

const SUCCESS = 0;
const FAILED = 1;
/** A test that hangs under a mutant is given up after fifty times what it takes, but not before this. Milliseconds. */
const SHORTEST_LIMIT = 10_000;

/** What each test took in the first run, for all processes of one sandbox. */
const TIMES = 'mutation-times.json';

/**
 * `tests`: the patterns of the test files that may kill a mutant. `budgetMs`: the quickest covering tests are run, as many as
 * fit into this; without it a survivor in the core costs every test there is.
 */
type Options = { inProcess: { tests: string[]; budgetMs: number } };

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' && context.parentURL !== pathToFileURL(HERE).href
      ? { url: pathToFileURL(HERE).href, shortCircuit: true }
      : next(specifier, context),
});

function createInProcessRunner({ inProcess: { tests: patterns, budgetMs } }: Options, namespace: string) {
  const switches: Switches = {};
  Reflect.set(globalThis, namespace, switches);
  const files = new Map<string, CollectedTest[]>();
  let times = new Map<string, number>();

  async function testsOf(file: string): Promise<CollectedTest[]> {
    const known = files.get(file);
    if (known !== undefined) return known;
    const tests = await collectTests(file);
    files.set(file, tests);
    return tests;
  }

  async function testsIn(list: string[]): Promise<CollectedTest[]> {
    const tests: CollectedTest[] = [];
    for (const file of list) tests.push(...(await testsOf(file)));
    return tests;
  }

  /** Those that were covered, or, for what is evaluated as a file is loaded, those whose file leads to it. */
  async function testsFor({ testFilter, sandboxFileName }: MutantRun): Promise<CollectedTest[]> {
    const isWanted = (file: string) => leadsTo(file, sandboxFileName);
    const ids = testFilter ?? [...times.keys()].filter((id) => isWanted(fileOf(id)));
    const wanted = new Set(quickest(ids, times, budgetMs));
    const tests = await testsIn([...new Set([...wanted].map(fileOf))]);
    return tests.filter(({ id }) => wanted.has(id)).toSorted((one, other) => timeOf(one.id) - timeOf(other.id));
  }

  const timeOf = (id: string) => times.get(id) ?? 0;

  return {
    /** Stryker starts a new process for a mutant that is active while files are loaded. */
    capabilities: () => ({ reloadEnvironment: false }),

    init: async () => {
      process.on('unhandledRejection', () => {
        // Left over by a test that a mutant made fail: nothing waits for it any more.
      });
      await import(pathToFileURL(resolve('test/support/pin-seed.ts')).href);
    },

    dryRun: async ({ files: mutated }: { files?: string[] }) => {
      const tests = [];
      const leading = testFiles(patterns).filter((file) => mutated?.some((one) => leadsTo(file, one)) ?? true);
      for (const test of await testsIn(leading)) {
        switches.currentTestId = test.id;
        // Of the processor, and not of the clock on the wall: what else the machine does must not count.
        const began = process.cpuUsage();
        const failure = await failureOf(test, 120_000);
        switches.currentTestId = undefined;
        const { user, system } = process.cpuUsage(began);
        const timeSpentMs = (user + system) / 1000;
        times.set(test.id, timeSpentMs);
        const shared = { id: test.id, name: test.name, fileName: test.file, timeSpentMs };
        tests.push(
          failure === undefined
            ? { ...shared, status: SUCCESS }
            : { ...shared, status: FAILED, failureMessage: failure },
        );
      }
      writeFileSync(TIMES, JSON.stringify([...times]));
      return { status: 'complete', tests, mutantCoverage: switches.mutantCoverage };
    },

    mutantRun: async (run: MutantRun) => {
      if (times.size === 0) times = new Map(JSON.parse(readFileSync(TIMES, 'utf8')));
      const isStatic = run.mutantActivation === 'static';
      if (isStatic) switches.activeMutant = run.activeMutant.id;
      let tests: CollectedTest[];
      try {
        tests = await testsFor(run);
      } catch (error) {
        if (isStatic) return killed([], String(error), 0);
        throw error;
      }
      Object.assign(switches, { activeMutant: run.activeMutant.id, hitCount: 0, hitLimit: run.hitLimit });
      try {
        for (const [index, test] of tests.entries()) {
          const limit = Math.max(SHORTEST_LIMIT, 50 * timeOf(test.id));
          const failure = await failureOf(test, limit);
          if (switches.hitLimit !== undefined && (switches.hitCount ?? 0) > switches.hitLimit) {
            return { status: 'timeout', reason: `more than ${switches.hitLimit} times through the mutant` };
          }
          if (failure === HUNG) return { status: 'timeout', reason: `${test.name} takes more than ${limit} ms` };
          if (failure !== undefined) return killed([test.id], failure, index + 1);
        }
        return { status: 'survived', nrOfTests: tests.length };
      } finally {
        switches.activeMutant = undefined;
      }
    },
  };
}

const HUNG = 'hung';

const killed = (killedBy: string[], failureMessage: string, nrOfTests: number) => ({
  status: 'killed',
  killedBy,
  failureMessage,
  nrOfTests,
});

async function failureOf(test: CollectedTest, limit: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done(HUNG), limit);
  });
  const ended = test.run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const failure = await Promise.race([ended, late]);
  clearTimeout(timer);
  return failure;
}

const testFiles = (patterns: string[]) =>
  [...new Set(patterns.flatMap((pattern) => globSync(pattern)))].toSorted().map((file) => resolve(file));

const fileOf = (id: string) => id.slice(0, id.indexOf('#'));

function quickest(ids: string[], times: ReadonlyMap<string, number>, budget: number): string[] {
  const timeOf = (id: string) => times.get(id) ?? 0;
  let left = budget;
  return ids
    .toSorted((one, other) => timeOf(one) - timeOf(other))
    .filter((id, index) => {
      left -= timeOf(id);
      return index === 0 || left >= 0;
    });
}

const reached = new Map<string, Set<string>>();

/** Whether a file imports another, directly or by way of others. */
function leadsTo(from: string, target: string): boolean {
  let all = reached.get(from);
  if (all === undefined) {
    all = new Set([from]);
    for (const file of all) for (const next of importsOf(file)) all.add(next);
    reached.set(from, all);
  }
  return all.has(target);
}

const imports = new Map<string, string[]>();

function importsOf(file: string): string[] {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const found = [...readFileSync(file, 'utf8').matchAll(/from\s+["'](\.[^"']+\.ts)["']/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );
  imports.set(file, found);
  return found;
}

createInProcessRunner.inject = ['options', 'globalNamespace'];
createFactory.inject = ['$injector'];

/** Injected by Stryker, whose injector gives the name under which instrumented code finds its switches. */
function createFactory(injector: {
  provideValue: (name: string, value: string) => { injectFunction: (factory: typeof createInProcessRunner) => unknown };
}): unknown {
  return injector.provideValue('globalNamespace', '__stryker__').injectFunction(createInProcessRunner);
}

/** What Stryker looks for in a plugin: the runner, what is not worth a mutant, and who writes down what came of each. */
export const strykerPlugins = [
  { kind: 'TestRunner', name: 'in-process', factory: createFactory },
  { kind: 'Reporter', name: 'lines', factory: Object.assign(() => createLineReporter(), { inject: [] }) },
  { kind: 'Ignore', name: 'left-alone', value: { shouldIgnore: whyLeftAlone } },
];

/** The section of Stryker's configuration that the runner reads. */
export const strykerValidationSchema = {
  properties: { inProcess: { type: 'object', properties: { tests: { type: 'array' }, budgetMs: { type: 'number' } } } },
};
