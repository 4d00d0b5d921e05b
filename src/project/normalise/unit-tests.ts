/** `unit_tests:` of properties files, with the rows that they give and expect: lists, CSV, SQL, files of tests/fixtures/. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import { writtenRef } from '../../sql/written-ref.js';
import type { TextReader } from '../files/read-text.js';
import type { Findings } from '../findings.js';
import type { ModelsFile } from '../schema/models.js';
import type { Json, ModelUnitTest, UnitRows } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { asList, textAsWritten } from './as-written.js';
import { csvRows } from './csv-rows.js';
import { defined } from './defined.js';
import { fileStem } from './model.js';

type WrittenTest = NonNullable<ModelsFile['unit_tests']>[number];
type WrittenRows = Omit<WrittenTest['given'][number], 'input'>;
type Rows = NonNullable<UnitRows['rows']>;

interface Reading {
  readonly doc: YamlFile;
  readonly fixtures: readonly string[];
  readonly read: TextReader;
  readonly findings: Findings;
}

/**
 * The enabled unit tests of all properties files. Reports rows that do not fit their format, and fixtures that are not there.
 * @param fixtures Files below tests/fixtures/.
 */
export async function toUnitTests(
  files: readonly { readonly file: ModelsFile; readonly doc: YamlFile }[],
  fixtures: readonly string[],
  read: TextReader,
  findings: Findings,
): Promise<readonly ModelUnitTest[]> {
  const lists = files.map(({ file, doc }) =>
    (file.unit_tests ?? []).flatMap((test, i) =>
      test.config?.enabled === false
        ? []
        : [toUnitTest(test, ['unit_tests', i], { doc, fixtures, read, findings })],
    ),
  );
  return (await Promise.all(lists.flat())).flatMap((test) => test ?? []);
}

async function toUnitTest(
  test: WrittenTest,
  path: Path,
  reading: Reading,
): Promise<ModelUnitTest | undefined> {
  const { doc } = reading;
  const given = await Promise.all(
    test.given.map(async ({ input, ...written }, j) => {
      const at = doc.at([...path, 'given', j, 'input']);
      const own = written.rows === undefined && written.fixture === undefined && written.format === undefined;
      const rows = own ? undefined : await toRows(written, [...path, 'given', j], reading);
      return rows === 'wrong' ? undefined : defined({ input: writtenRef(input), at, rows });
    }),
  );
  const expected: WrittenRows = Array.isArray(test.expect)
    ? { rows: test.expect }
    : (test.expect as WrittenRows);
  const expect = await toRows(expected, [...path, 'expect'], reading, Array.isArray(test.expect));
  if (expect === 'wrong' || given.includes(undefined)) return undefined;
  const { vars, env_vars: env, macros } = test.overrides ?? {};
  return defined({
    name: test.name,
    model: writtenRef(test.model),
    versions: toVersions(test, path, doc),
    description: test.description,
    given: given as ModelUnitTest['given'],
    expect,
    vars: (vars ?? {}) as Record<string, Json>,
    envVars: Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)])),
    macros: (macros ?? {}) as Record<string, Json>,
    tags: [...new Set([...(asList(test.tags) ?? []), ...(asList(test.config?.tags) ?? [])])],
    meta: (test.config?.meta ?? test.meta) as Record<string, Json> | undefined,
    at: doc.at([...path, 'name']),
  });
}

/** @param bare The rows stand at `path` itself, and not below `rows`. */
function toVersions({ versions }: WrittenTest, path: Path, doc: YamlFile): ModelUnitTest['versions'] {
  if (!versions) return undefined;
  const texts = (key: 'include' | 'exclude') =>
    versions[key]?.map((one, i) => textAsWritten(one, [...path, 'versions', key, i], doc));
  return defined({
    include: texts('include'),
    exclude: texts('exclude'),
    at: doc.atKey([...path, 'versions']),
  });
}

async function toRows(
  written: WrittenRows,
  path: Path,
  reading: Reading,
  bare = false,
): Promise<UnitRows | 'wrong'> {
  const { doc, findings } = reading;
  const { format = 'dict', rows, fixture } = written;
  const place: Path = bare ? path : [...path, fixture === undefined ? 'rows' : 'fixture'];
  const at = doc.at(place);
  const wrong = (message: string, hint: string, where = at): 'wrong' => {
    findings.add('LK1004', where, message, { hint });
    return 'wrong';
  };
  if (rows !== undefined && fixture !== undefined) {
    findings.add('LK1030', at, 'rows and fixture exclude each other', { hint: 'Keep one of them' });
    return 'wrong';
  }
  if (format === 'dict') {
    if (fixture !== undefined)
      return wrong('a fixture is a file of CSV or SQL', 'Write "format: csv" or "format: sql" beside it');
    if (typeof rows === 'string')
      return wrong(
        'rows of the format dict are a list',
        'Write "format: csv" or "format: sql" beside a text',
      );
    const list = (rows ?? []) as Rows;
    const rowsAt = list.map((_, i) => doc.at([...place, i]));
    return { rows: list, columns: columnsOf(list, (i, name) => doc.atKey([...place, i, name])), rowsAt, at };
  }
  if (Array.isArray(rows))
    return wrong(`rows of the format ${format} are a text`, 'Leave the format out for a list of rows');
  const text =
    fixture === undefined ? (rows as string | undefined) : await fixtureText(fixture, format, at, reading);
  if (text === undefined)
    return fixture === undefined ? wrong('the rows are missing', 'Write rows or fixture') : 'wrong';
  if (format === 'sql') return { sql: text.trim().replace(/;$/, ''), columns: {}, at };
  const read = csvRows(text);
  if ('problem' in read)
    return wrong(`this CSV cannot be read: ${read.problem}`, 'Correct it, or write a list of rows');
  return { rows: read.rows, columns: columnsOf(read.rows, () => at), at };
}

function columnsOf(rows: Rows, place: (row: number, name: string) => SourceSpan): Record<string, SourceSpan> {
  const columns: Record<string, SourceSpan> = {};
  for (const [i, row] of rows.entries())
    for (const name of Object.keys(row)) if (!Object.hasOwn(columns, name)) columns[name] = place(i, name);
  return columns;
}

/** The text of `tests/fixtures/**\/<name>.<format>`; undefined after it was reported missing or to be two files. */
async function fixtureText(
  name: string,
  format: 'csv' | 'sql',
  at: SourceSpan,
  { fixtures, read, findings }: Reading,
): Promise<string | undefined> {
  const ofFormat = fixtures.filter((file) => file.endsWith(`.${format}`));
  const [file, second] = ofFormat.filter((one) => fileStem(one) === name);
  if (file === undefined) {
    findings.add('LK1008', at, `there is no fixture "${name}"`, {
      hint: didYouMean(name, ofFormat.map(fileStem)) ?? `Write tests/fixtures/${name}.${format}`,
    });
    return undefined;
  }
  if (second === undefined) return read(file);
  findings.add('LK1012', at, `two fixtures are named "${name}": ${file} and ${second}`, {
    hint: 'Rename one of them',
  });
  return undefined;
}
