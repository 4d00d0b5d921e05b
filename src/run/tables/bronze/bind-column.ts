/** What a declared name is in one file: the first of its sources that the file has, else NULL. */
import type { BoundColumn, BronzeNode, ColumnSource } from '../../../compile/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import { looseName } from '../../../sql/loose-name.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';

/** A declared name by its sources; any other by itself, for two files may spell one column in two ways. */
export function bound(
  node: BronzeNode,
  bind: Pick<BoundColumn, 'name'> & Partial<BoundColumn>,
  columns: readonly string[],
): string {
  if (bind.sources) return bindColumn(node, { ...bind, sources: bind.sources }, columns);
  const same = columns.find((column) => column.toLowerCase() === bind.name.toLowerCase());
  return same === undefined ? 'null::varchar' : quoteIdent(same);
}

export function bindColumn(node: BronzeNode, bind: BoundColumn, columns: readonly string[]): string {
  for (const source of bind.sources) {
    const whole = findColumn(node, source.written, source.exact, columns);
    if (whole !== undefined) return quoteIdent(whole);
    if (source.path.length === 0) continue;
    const root = findColumn(node, source.column, source.exact, columns);
    if (root !== undefined) return extract(quoteIdent(root), source);
  }
  return ABSENT;
}

/** What a name is bound to where the file has no column for it. */
export const ABSENT = 'null::varchar';

/** Exact first; then without case, blanks, `_` and punctuation, where one column alone may fit. */
function findColumn(
  node: BronzeNode,
  name: string,
  exact: boolean,
  columns: readonly string[],
): string | undefined {
  if (columns.includes(name)) return name;
  if (exact) return undefined;
  const wanted = looseName(name);
  const fits = columns.filter((column) => !/^[:_]/.test(column) && looseName(column) === wanted);
  if (fits.length > 1) {
    throw new LakeError(
      'LK4005',
      `${node.name}: "${name}" may be any of the portal's columns ${fits.map((f) => `"${f}"`).join(', ')}`,
      {
        hint: `write the one that is meant in \`from:\`, exactly as the portal spells it (${node.path})`,
      },
    );
  }
  return fits[0];
}

/** A value out of JSON text. `x` and `y` also read points that are written as WKT, `(lat, lon)` or a location object. */
function extract(column: string, { path }: ColumnSource): string {
  const steps = path.map((step) =>
    typeof step === 'number' ? `[${step}]` : `."${step.replaceAll('"', '\\"')}"`,
  );
  const json = `try(json_extract_string(${column}, ${quoteText(`$${steps.join('')}`)}))`;
  const axis = path.length === 1 && (path[0] === 'x' || path[0] === 'y') ? path[0] : undefined;
  return axis ? `coalesce(lake_point_${axis}(${column})::varchar, ${json})` : json;
}
