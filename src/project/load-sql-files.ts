/** SQL and templates beside the models: macros and singular tests. */
import type { TextReader } from './files/read-text.js';
import type { Findings } from './findings.js';
import { fileStem } from './normalise/model.js';
import type { Macro, SingularTest } from './types.js';

/** `macros/`: Handlebars partials and SQL macros. Reports two partials of one name. */
export async function loadMacros(
  files: readonly string[],
  read: TextReader,
  findings: Findings,
): Promise<readonly Macro[]> {
  const macros = await Promise.all(
    files.map(async (file): Promise<Macro[]> => {
      const text = await read(file);
      const kind = file.toLowerCase().endsWith('.sql') ? 'sql' : 'partial';
      return text === undefined ? [] : [{ name: fileStem(file), kind, path: file, text }];
    }),
  );
  const partials = macros.flat().filter(({ kind }) => kind === 'partial');
  const taken = new Map<string, string>();
  for (const { name, path: file } of partials) {
    const first = taken.get(name);
    if (first) {
      const message = `the name "${name}" is already that of the macro in ${first}`;
      findings.add('LK1012', { file, line: 1, col: 1 }, message, { hint: 'Rename one of the files' });
    }
    taken.set(name, first ?? file);
  }
  return macros.flat();
}

/** `tests/`, of which `tests/generic` apart: queries whose rows are failures. */
export async function loadSingularTests(
  files: readonly string[],
  read: TextReader,
): Promise<readonly SingularTest[]> {
  const tests = await Promise.all(
    files.map(async (file): Promise<SingularTest[]> => {
      const sql = await read(file);
      return sql === undefined ? [] : [{ name: fileStem(file), path: file, sql }];
    }),
  );
  return tests.flat();
}
