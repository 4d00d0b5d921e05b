/** `seeds/*.csv`: a small table of the project's own. Types come from all values unless they are declared. */
import { join } from 'node:path';
import type { ModelNode, SeedSpec } from '../../../compile/types.js';
import { none, rows } from '../../../engine/statement.js';
import type { ResultSet } from '../../../engine/types.js';
import type { SourceSpan } from '../../../errors/diagnostic.js';
import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import type { RunContext } from '../../context.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import {
  castSelect,
  keptSelect,
  lostStatements,
  markLost,
  publishedColumn,
} from '../../tables/table-types.js';
import { settingAt } from '../declared-at.js';
import type { ModelResult } from '../model-result.js';
import { inSteps } from '../model-task.js';
import { newOutput, publishResult, storeStatements } from '../publish-result.js';
import { type FirstLine, readFirstLine } from './header.js';
import { refuseLines } from './refused-line.js';
import { declaredSql, misfitsSql, refusedSql, textSql, typesSql } from './seed-sql.js';

/**
 * @throws LakeError LK4040 when the file has no header, one that names no columns, or a line that does not fit it; LK4041
 * when values are not of the declared types; LK5004 where a declared type does not exist.
 */
export async function buildSeed(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
): Promise<ModelResult> {
  const spec = node.seed!;
  const file = join(context.root, spec.path);
  const names = headerNames(spec, await readFirstLine(file, spec));
  const written = [...writtenTypes(spec, names, settingAt(node, 'column_types'))];
  const stored = await inSteps(context, node, [], async (run) => {
    const text = none(textSql(spec, file, names));
    const [called] = written.length > 0 ? await run([rows(declaredSql(written), MOST_COLUMNS)]) : [];
    const declared = written.map(([name], i) => [name, String(called!.rows[i]![1])] as const);
    const [refused, found, misfits] = await run([
      text,
      rows(refusedSql()),
      rows(typesSql(names)),
      rows(misfitsSql(declared)),
    ]).catch((error: unknown) => {
      throw unreadable(spec, error);
    });
    await refuseLines(spec, file, names, refused!);
    refuseMisfits(spec, new Map(written), misfits!);
    const types = new Map(declared);
    const columns = names.map((name, i) =>
      publishedColumn(name, types.get(name) ?? String(found!.rows[0]![i])),
    );
    const [content, copied, lost] = await run([
      text,
      none(`create temp table made as select ${castSelect(columns)} from text`),
      none(`create temp view result as select ${keptSelect(columns, [])} from made`),
      ...storeStatements(node, columns, await newOutput(context, node)),
      ...lostStatements(columns, [], 'made'),
    ]);
    return { columns: markLost(columns, [], lost), content: content!, copied: copied! };
  });
  const result = await publishResult(context, node, planned, stored);
  const notes = [...doubts(spec, names, result.rows), ...(result.notes ?? [])];
  return notes.length > 0 ? { ...result, notes } : result;
}

/** Other delimiters that files have, with what YAML writes for them. */
const DELIMITERS = [
  [',', '","'],
  [';', '";"'],
  ['\t', '"\\t"'],
  ['|', '"|"'],
] as const;

/** What can be meant, and most likely is not. */
function doubts({ path }: SeedSpec, names: readonly string[], count: number | undefined): readonly string[] {
  const [only = ''] = names;
  const other = names.length === 1 ? DELIMITERS.find(([delimiter]) => only.includes(delimiter)) : undefined;
  return [
    ...(other
      ? [
          `${path} has one column, "${only.replaceAll('\t', '\\t')}": if its values are separated by ${other[1]}, write {config: {delimiter: ${other[1]}}} into its YAML`,
        ]
      : []),
    ...(count === 0 ? [`${path} has a header and no rows below it: the table is empty`] : []),
  ];
}

const MOST_COLUMNS = 100_000;

/** Names as the first line has them, blanks around them taken off. */
function headerNames({ path }: SeedSpec, first: FirstLine): readonly string[] {
  const refuse = (message: string, hint: string): never => {
    throw new LakeError('LK4040', `${path}${message}`, {
      hint,
      details: { at: { file: path, line: 1, col: 1 } },
    });
  };
  if ('problem' in first)
    return refuse(` ${first.problem}`, 'Write the names of its columns into the first line, in UTF-8');
  const names = first.cells.map((name) => name.trim());
  if (names.length === 0) refuse(' is empty', 'Write the names of its columns into the first line');
  const blank = names.indexOf('');
  if (blank >= 0) refuse(`: column ${blank + 1} has no name`, 'Name every column in the first line');
  const lower = names.map((name) => name.toLowerCase());
  const twice = names.find((_, i) => lower.indexOf(lower[i]!) < i);
  if (twice !== undefined)
    refuse(`: two columns are named "${twice}"`, 'Rename one of them in the first line');
  return names;
}

/** What stops the engine before it can say which line it is. */
function unreadable({ path }: SeedSpec, error: unknown): unknown {
  if (!(error instanceof LakeError) || error.code !== 'LK5005') return error;
  if (/state machine/.test(error.message)) {
    return new LakeError('LK4040', `${path}: its lines do not all end alike`, {
      hint: 'Save the file with one kind of line end, most often \\n',
      details: { at: { file: path, line: 1, col: 1 } },
      cause: error,
    });
  }
  return error;
}

/** The declared types as they are written, by the names of the first line. */
function writtenTypes(
  spec: SeedSpec,
  names: readonly string[],
  at: SourceSpan | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(spec.columnTypes).map(([written, type]) => {
      const name = names.find((one) => one.toLowerCase() === written.toLowerCase());
      if (name !== undefined) return [name, type];
      throw new LakeError('LK4040', `${spec.path} has no column "${written}", which column_types names`, {
        hint: didYouMean(written, names) ?? `Its columns are ${names.join(', ')}`,
        details: { at },
      });
    }),
  );
}

function refuseMisfits(spec: SeedSpec, declared: ReadonlyMap<string, string>, misfits: ResultSet): void {
  const [first, ...more] = misfits.rows;
  if (!first) return;
  const [name, count, example, row] = first;
  const others = Number(count) > 1 ? ` and ${Number(count) - 1} more of "${name}"` : '';
  const columns = more.length > 0 ? `; so are values of ${more.map((one) => `"${one[0]}"`).join(', ')}` : '';
  throw new LakeError(
    'LK4041',
    `${spec.path}: "${example}" in row ${row}${others} is no ${declared.get(String(name))}${columns}`,
    { hint: `Correct the file, or the type of "${name}" in column_types` },
  );
}
