/** Anything that ends a command early, as text on stderr and an exit code. */
import { CommanderError } from 'commander';
import { errorInfo, LakeError, ProjectError } from '../errors/lake-error.js';
import { sortDiagnostics } from '../errors/render-diagnostics.js';
import { renderError } from '../errors/render-error.js';
import type { SourceTexts } from '../errors/source-texts.js';
import { hintOfDbt } from './of-dbt.js';
import { useColor } from './output/color.js';

/** Prints the error; returns 0 for help, 2 for usage and project mistakes, 75 for what may pass, else 1. */
export async function fail(error: unknown): Promise<number> {
  // `--help` and `--version` come this way too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : fail(usageError(error));
  const sources = (error as { sources?: SourceTexts }).sources;
  process.stderr.write(`${renderError(error, { color: useColor(process.stderr), sources })}\n`);
  const { code } = errorInfo(error);
  // Mistakes in a command are said in full by their hint; what is met in files, portals and lakes has more to it.
  if (!code.startsWith('LK7')) {
    const shown = error instanceof ProjectError ? firstCode(error) : code;
    process.stderr.write(`  more: \`lake explain ${shown}\`\n`);
  }
  if (process.env['LAKE_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (error instanceof ProjectError) return 2;
  if (!(error instanceof LakeError)) return 1;
  if (/^LK[127]/.test(error.code)) return 2;
  return error.transient ? 75 : 1;
}

/** What commander says of a command line: `error: unknown option '--selct'`, and on the next line what may be meant. */
function usageError({ message }: CommanderError): LakeError {
  const [what = '', near] = message.split('\n');
  const told = what.replace(/^error: /, '');
  return new LakeError('LK7011', told, {
    hint:
      hintOfDbt(told) ?? near?.replace(/^\((.*)\)$/, '$1') ?? 'Run it with --help to see what is possible',
  });
}

/** The code of the mistake that is printed first among the errors, for the one line that points to its page. */
function firstCode({ diagnostics, code }: ProjectError): string {
  return sortDiagnostics(diagnostics).find((d) => d.severity === 'error')?.code ?? code;
}
