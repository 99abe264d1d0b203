// vmotion.yaml: from text to settings, or to a list of everything that is wrong with it.
import { isMap, isPair, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { configPath } from '../domain/config-path.ts';
import type { Settings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import { judgeConfig } from './config-rules.ts';
import { type ConfigPlace, type ConfigProblem, toProblems } from './config-problem.ts';
import { type ConfigFile, configSchema } from './config-schema.ts';
import { toSettings } from './config-settings.ts';

/** Far above any real file; a guard against the wrong one. */
const CONFIG_BYTES_MAX = 1_000_000;
const PROBLEMS_SHOWN_MAX = 20;

/** Answers the content of a file that vmotion.yaml names, relative to it; throws when it can't be read. */
export type ReadFile = (path: string) => string;

/** The settings in `text`. `origin`: the file's name, for messages. Throws `config-invalid`, naming every problem with
 * its path and line. Without `readFile` no CA file can be used. */
export function parseConfigFile(text: string, origin: string, readFile?: ReadFile): Settings {
  const lines = new LineCounter();
  if (text.length > CONFIG_BYTES_MAX) throw invalid(origin, ['The file is too large to be a configuration.']);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      origin,
      document.errors.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${sentence(message)}`),
    );
  }
  const result = readContent(toContent(document, origin), readFile);
  if (result.kind === 'settings') return result.settings;
  const placed = result.problems.map((problem) => ({
    problem,
    line: lines.linePos(findOffset(document, problem.at)).line,
  }));
  const sorted = placed.toSorted((left, right) => left.line - right.line);
  throw invalid(
    origin,
    sorted.map(({ problem, line }) => problemText(problem, line)),
  );
}

type Result = { kind: 'settings'; settings: Settings } | { kind: 'problems'; problems: ConfigProblem[] };

function readContent(content: unknown, readFile: ReadFile | undefined): Result {
  const parsed = configSchema.safeParse(content);
  if (!parsed.success) return { kind: 'problems', problems: toProblems(parsed.error, configSchema, content) };
  const problems = judgeConfig(parsed.data);
  const authorities = readAuthorities(parsed.data, readFile);
  if (problems.length + authorities.problems.length > 0) {
    return { kind: 'problems', problems: [...problems, ...authorities.problems] };
  }
  return { kind: 'settings', settings: toSettings(parsed.data, authorities.pems) };
}

/** The content of every CA file, by the vCenter's name. */
function readAuthorities(
  file: ConfigFile,
  readFile: ReadFile | undefined,
): { pems: Map<string, string>; problems: ConfigProblem[] } {
  const pems = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [name, { trust }] of Object.entries(file.vcenters)) {
    if (trust.ca === undefined) continue;
    const pem = tryRead(trust.ca, readFile);
    if (pem?.includes('-----BEGIN CERTIFICATE-----') === true) pems.set(name, pem);
    else {
      const message = pem === undefined ? `can't be read: ${trust.ca}` : `holds no certificate: ${trust.ca}`;
      const remedy = 'Give the path of a PEM file with the authority that signed the certificate of vCenter.';
      problems.push({ at: ['vcenters', name, 'trust', 'ca'], message, remedy });
    }
  }
  return { pems, problems };
}

function tryRead(path: string, readFile: ReadFile | undefined): string | undefined {
  try {
    return readFile?.(path);
  } catch {
    // Why it can't be read changes nothing for the reader of the message: the path is what must be mended.
    return undefined;
  }
}

function toContent(document: Document, origin: string): unknown {
  try {
    // Aliases are for sharing a profile; a few hundred are more than any file needs.
    return document.toJS({ maxAliasCount: 200 });
  } catch (cause) {
    throw invalid(origin, [sentence(cause instanceof Error ? cause.message : String(cause))]);
  }
}

/** Where the deepest part of the place begins that the text has. */
function findOffset(document: Document, at: ConfigPlace): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of at) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(part));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0];
}

function problemText({ at, message, remedy }: ConfigProblem, line: number): string {
  const where = at.length === 0 ? 'the file' : configPath(at);
  const said = `${where} (line ${line}) ${message}${message.endsWith('?') ? '' : '.'}`;
  return remedy === undefined ? said : `${said} ${remedy}`;
}

function sentence(message: string): string {
  return `${message.split('\n')[0]?.replace(/[.:]$/, '') ?? ''}.`;
}

function invalid(origin: string, problems: string[]): OpsError {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  - ${problem}`);
  if (problems.length > shown.length) shown.push(`  - and ${problems.length - shown.length} more`);
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new OpsError('config-invalid', `${origin} has ${count}:\n${shown.join('\n')}`, {
    retry: 'never',
    remedy: 'Correct the lines named; docs/configuration.md explains every key.',
  });
}
