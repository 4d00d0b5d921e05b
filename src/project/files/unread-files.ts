/** Files in the folders of a project that lake does not read: what somebody wrote for another tool must not be missing in silence. */
import type { Findings } from '../findings.js';

/** Notes, pictures and files without an ending are nobody's mistake. */
const BESIDE = /(?:^|\/)[^./]+$|\.(?:md|txt|rst|png|jpe?g|gif|svg|webp|pdf)$/i;

/** `tests/` of a repository may hold the tests of its programs as well, in folders of their own. */
const OF_DATA_TESTS = /^tests\/(?:generic\/|fixtures\/)?[^/]+\.(?:ya?ml|csv|tsv|sql|jinja2?)$/i;

interface Unread {
  readonly severity: 'error' | 'warning';
  readonly what?: string;
  readonly hint: string;
}

const PYTHON: Unread = {
  severity: 'error',
  what: 'a model is SQL, and this is another language',
  hint: 'Write the model as SELECT in a .sql file; what only a program can do runs before lake and leaves a file for a dataset',
};

/** What is missing without a file, and what to write instead; of all others only that they are not read. */
function judge(folder: string, file: string): Unread {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  if (folder === 'snapshots' && /\.sql$/i.test(file)) {
    return {
      severity: 'error',
      what: 'a snapshot is written as YAML',
      hint: `Write snapshots: [{name: ${name}, relation: ref('…'), config: {unique_key: …, strategy: …}}] in snapshots/${name}.yml; its SELECT goes into a model, which may be ephemeral`,
    };
  }
  if (folder === 'models' && /\.(py|ipynb|r|js)$/i.test(file)) return PYTHON;
  const put = /\.(csv|tsv)$/i.test(file)
    ? 'Put a table of your own into seeds/, and rows for unit tests into tests/fixtures/'
    : WANTED[folder]!;
  return { severity: 'warning', hint: put };
}

const WANTED: Readonly<Record<string, string>> = {
  datasets: 'Files of datasets/ are manifests in YAML; a SELECT goes into models/',
  models: 'Files of models/ are .sql, .yml and .md; a macro goes into macros/',
  macros: 'Files of macros/ are .hbs and .sql; a sentence about a macro is a comment in its file',
  tests:
    'Files of tests/ are .sql, and .csv in tests/fixtures/; what is to be said of a test stands in {{config}} in its file',
  seeds: 'Files of seeds/ are .csv, .tsv and .yml',
  snapshots: 'Files of snapshots/ are .yml',
};

/** LK1032 for each. @param files Of this folder, those that lake reads left out. */
export function tellUnread(folder: string, files: readonly string[], findings: Findings): void {
  for (const file of files) {
    if (BESIDE.test(file) || (folder === 'tests' && !OF_DATA_TESTS.test(file))) continue;
    const { severity, what, hint } = judge(folder, file);
    findings.add('LK1032', { file, line: 1, col: 1 }, `${file} is not read${what ? `: ${what}` : ''}`, {
      severity,
      hint,
    });
  }
}
