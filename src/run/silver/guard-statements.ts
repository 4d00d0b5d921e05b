/** What the guards on silver must know beside what every build counts: statements of the same task. Pure. */
import { deliveredField } from '../../compile/silver/index.js';
import type { SilverNode } from '../../compile/types.js';
import type { ResultSet, Statement } from '../../engine/types.js';
import type { StagedFile, TableProfile } from '../../lakehouse/types.js';
import type { ChangedValues } from '../../quality/guards/silver-guards.js';
import { quoteIdent } from '../../sql/quote.js';
import { fieldDefinitions } from './field-definitions.js';
import type { Columns, SilverFindings } from './silver-statements.js';

export interface GuardFindings {
  readonly profile: TableProfile;
  /** Undefined where the manifest does not ask, or there is nothing to compare with by key. */
  readonly changed?: ChangedValues;
}

/** All that is judged before a silver table is published. */
export interface StagedSilver {
  readonly columns: Columns;
  readonly files: readonly StagedFile[];
  readonly found: SilverFindings;
  readonly guards: GuardFindings;
}

/** They run after those of the build, whose `final` they read; `guardFindings` reads their results. */
export function guardStatements(node: SilverNode, columns: Columns, previous: boolean): readonly Statement[] {
  return [defaultedSql(node), changedSql(node, columns, previous)].map((sql) => ({ sql, collect: 'rows' }));
}

/**
 * @param results Of `guardStatements`.
 * @param files Silver's staged files: what their statistics say need not be counted again.
 */
export function guardFindings(
  node: SilverNode,
  columns: Columns,
  files: readonly StagedFile[],
  results: readonly ResultSet[],
): GuardFindings {
  const [defaulted, changed] = results.map((result) => result.rows[0] ?? []);
  const fields = defaultFields(node).map(({ name }) => name);
  const compared = comparedFields(node, columns);
  return {
    profile: {
      ...fileProfile(columns, files),
      defaulted: Object.fromEntries(fields.map((name, i) => [name, Number(defaulted![i] ?? 0)])),
      definitions: fieldDefinitions(node),
    },
    ...(changed![0] === null || changed![0] === undefined
      ? {}
      : {
          changed: {
            compared: Number(changed![0]),
            fields: Object.fromEntries(compared.map(({ name }, i) => [name, Number(changed![i + 1])])),
          },
        }),
  };
}

function defaultFields({ dataset, generated }: SilverNode) {
  if (!generated) return [];
  const isFilled = (value: unknown) => value !== undefined && value !== null;
  return (dataset.fields ?? []).filter((field) => isFilled(field.default) && field.from.length > 0);
}

function defaultedSql(node: SilverNode): string {
  const counts = defaultFields(node).map((field) => {
    const { text } = deliveredField(node.dataset, field);
    return `count(*) filter ((${text}) is null)`;
  });
  if (counts.length === 0) return 'select null';
  return `select ${counts.join(', ')} from "bronze".${quoteIdent(node.name)}`;
}

/** Fields that the manifest wants judged by `max_changed`. */
function comparedFields({ dataset, key, volatile }: SilverNode, columns: Columns): Columns {
  const { maxChanged, maxChangedOf } = dataset.guards;
  return columns.filter(
    ({ name }) =>
      name !== '_load_id' &&
      !key?.includes(name) &&
      !volatile.includes(name) &&
      (maxChanged !== undefined || maxChangedOf?.[name] !== undefined),
  );
}

/** A value that became another one. NULL on either side is a value that came or went, which `max_null_rise` judges. */
function changedSql(node: SilverNode, columns: Columns, previous: boolean): string {
  const fields = comparedFields(node, columns);
  if (!previous || !node.key || fields.length === 0) return 'select null';
  const counts = fields.map(({ name, type }) => {
    const [now, was] = [`a.${quoteIdent(name)}`, `b.${quoteIdent(name)}`];
    // Nine digits: a coordinate with two decimals more is the same place.
    const differs =
      type === 'DOUBLE'
        ? `abs(${now} - ${was}) > 1e-9 * greatest(abs(${now}), abs(${was}))`
        : `${now} <> ${was}`;
    return `count(*) filter (${differs})`;
  });
  return `select count(*), ${counts.join(', ')}
    from final a join "previous"."table" b using (${node.key.map(quoteIdent).join(', ')})`;
}

const MEASURED = /^(?:DATE|TIMESTAMP.*|INTEGER|BIGINT|DOUBLE|DECIMAL.*)$/;

/** NULLs and maxima, as the statistics of written files have them; partition columns stand in the folders' names. */
function fileProfile(
  columns: Columns,
  files: readonly StagedFile[],
): Omit<TableProfile, 'defaulted' | 'definitions'> {
  const nulls: Record<string, number> = {};
  const maxima: Record<string, string> = {};
  for (const { name, type } of columns) {
    if (name === '_load_id' || type.endsWith('[]')) continue;
    let count = 0;
    const greatest: string[] = [];
    for (const { rows, partition, columnStats } of files) {
      const stats = columnStats[quoteIdent(name)];
      const value = partition?.[name];
      if (value !== undefined) {
        count += value === null ? rows : 0;
        if (value !== null) greatest.push(value);
      } else {
        count += Number(stats?.['null_count'] ?? 0);
        if (stats?.['max'] !== undefined) greatest.push(stats['max']);
      }
    }
    nulls[name] = count;
    if (MEASURED.test(type) && greatest.length > 0) maxima[name] = greatest.reduce(greaterText);
  }
  return { rows: files.reduce((sum, file) => sum + file.rows, 0), nulls, maxima };
}

/** Numbers by value; dates and timestamps, which begin with the year, as texts. */
function greaterText(a: string, b: string): string {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return a > b ? a : b;
  return x >= y ? a : b;
}
