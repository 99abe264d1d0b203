import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from '../../shared/domain/nearest.ts';

/** One sentence on what is wrong with a command line that `parseArgs` of node:util has refused with `error`: for an option
 * that there is not, the one that was meant. */
export function explainOptions(
  error: unknown,
  args: string[],
  options: NonNullable<ParseArgsConfig['options']>,
): string {
  const isUnknown = error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
  if (!isUnknown) return error instanceof Error ? error.message : String(error);
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const unknown = tokens.flatMap((token) =>
    token.kind === 'option' && !Object.hasOwn(options, token.name) ? [token] : [],
  )[0];
  if (unknown === undefined) return error.message;
  const meant = nearest(unknown.name, Object.keys(options));
  return `There is no option ${unknown.rawName}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`;
}
