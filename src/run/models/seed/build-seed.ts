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
import { publishedSelect, publishedType } from '../../tables/table-types.js';
import { declaredAt } from '../declared-at.js';
import type { ModelResult } from '../model-result.js';
import { inSteps } from '../model-task.js';
import { newOutput, publishResult, storeStatements } from '../publish-result.js';
import { headerSql, misfitsSql, textSql, typesSql } from './seed-sql.js';

/**
 * @throws LakeError LK4040 when the file has no header, or one that names no columns; LK4041 when values are not of the
 * declared types; LK5004, LK5005 with the engine's words when it is no CSV.
 */
export async function buildSeed(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
): Promise<ModelResult> {
  const spec = node.seed!;
  const file = join(context.root, spec.path);
  const stored = await inSteps(context, node, [], async (run) => {
    const [header] = await run([rows(headerSql(spec, file))]);
    const names = headerNames(spec, header!);
    const declared = declaredTypes(spec, names, declaredAt(node));
    const text = none(textSql(spec, file, names));
    const [found, misfits] = await run([text, rows(typesSql(names)), rows(misfitsSql([...declared]))]);
    refuseMisfits(spec, declared, misfits!);
    const columns = names.map((name, i) => ({
      name,
      type: publishedType(declared.get(name) ?? String(found!.rows[0]![i])),
    }));
    const [content, copied] = await run([
      text,
      none(`create temp table result as select ${publishedSelect(columns, [])} from text`),
      ...storeStatements(node, columns, await newOutput(context, node)),
    ]);
    return { columns, content: content!, copied: copied! };
  });
  return publishResult(context, node, planned, stored);
}

/** Names as the header has them, blanks around them taken off. */
function headerNames({ path }: SeedSpec, header: ResultSet): readonly string[] {
  const refuse = (message: string, hint: string): never => {
    throw new LakeError('LK4040', `${path}:1 ${message}`, { hint });
  };
  const names = (header.rows[0] ?? []).map((name) => String(name ?? '').trim());
  if (names.length === 0) refuse('the file is empty', 'Write the names of its columns into the first line');
  const blank = names.indexOf('');
  if (blank >= 0) refuse(`column ${blank + 1} has no name`, 'Name every column in the first line');
  const lower = names.map((name) => name.toLowerCase());
  const twice = names.find((_, i) => lower.indexOf(lower[i]!) < i);
  if (twice !== undefined) refuse(`two columns are named "${twice}"`, 'Rename one of them in the first line');
  return names;
}

function declaredTypes(
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
