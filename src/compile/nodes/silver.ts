/** The silver node of a dataset: the SELECT that lake writes from the manifest, or the one of `models/silver/<dataset>.sql`. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { SourceTexts } from '../../errors/source-texts.js';
import type { Dataset, Model } from '../../project/types.js';
import { DELETED_AT } from '../../sql/own-columns.js';
import { hashOf, SEMANTICS_VERSION } from '../hash.js';
import { pointAt } from '../point-at.js';
import type { GeneratedSilver } from '../silver/index.js';
import { clockToken } from '../sql/clock.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkExpression } from '../sql/statement.js';
import { essence, type Token, tokenize } from '../sql/tokens.js';
import type { SilverNode, SqlOrigin } from '../types.js';
import { generatedOrigins } from './generated-origins.js';

/** A rendered and checked `models/silver/<dataset>.sql`. */
export interface SilverRewrite {
  readonly model: Model;
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly origins: readonly SqlOrigin[];
  readonly tags: readonly string[];
  readonly partitionBy: readonly string[];
  readonly dependsOn: readonly string[];
  /** Of its dataset, for silver alone. */
  readonly says: Partial<Pick<Dataset, 'meta' | 'owner' | 'license' | 'eventTime'>>;
}

/** The node of a dataset's typed rows, `silver.<name>`: its generated SELECT, or the user's `rewrite` of it. */
export function silverNode(
  dataset: Dataset,
  generated: GeneratedSilver,
  rewrite: SilverRewrite | undefined,
  macros: SqlMacros,
): SilverNode {
  const sql = rewrite?.sql ?? generated.sql;
  // Generated SQL is long and lake's own text: it is hashed as it stands, and only the fields' expressions are read.
  const tokens =
    rewrite?.tokens ?? (dataset.fields ?? []).flatMap((field) => tokenize(field.sql ?? '').tokens);
  const partitionBy = rewrite && rewrite.partitionBy.length > 0 ? rewrite.partitionBy : dataset.partitionBy;
  const yielded = rewrite
    ? rewrite.model.columns.map(({ name, description }) => ({ name, type: '', description }))
    : generated.columns;
  const columns =
    dataset.load.deletes === 'soft' && yielded.length > 0 ? [...yielded, SINCE_WHEN_GONE] : yielded;
  return {
    id: `silver.${dataset.name}`,
    kind: 'silver',
    name: dataset.name,
    layer: 'silver',
    path: rewrite?.model.path ?? dataset.path,
    description: rewrite?.model.description ?? dataset.description,
    tags: [...new Set([...dataset.tags, ...(rewrite?.tags ?? [])])],
    dependsOn: rewrite?.dependsOn ?? [`bronze.${dataset.name}`],
    dataset: rewrite ? { ...dataset, ...rewrite.says } : dataset,
    generated: rewrite === undefined,
    sql,
    origins: rewrite?.origins ?? generatedOrigins(sql, dataset),
    columns,
    key: dataset.key,
    volatile: dataset.volatile,
    partitionBy,
    definitionHash: hashOf({
      semantics: SEMANTICS_VERSION,
      sql: rewrite ? essence(tokens) : sql,
      macros: macros.usedBy(tokens),
      // The manifest's places in its file are no part of what the binds mean.
      binds: generated.binds?.map(({ name, sources }) => ({ name, sources: sources.map((s) => s.written) })),
      columns: columns.map(({ name, type }) => [name, type]),
      key: dataset.key,
      load: { mode: dataset.load.mode, cursor: dataset.load.cursor, deletes: dataset.load.deletes },
      volatile: dataset.volatile,
      accounting: dataset.accounting,
      partitionBy,
    }),
  };
}

/** The build adds it to what the SQL yields. */
const SINCE_WHEN_GONE = {
  ...DELETED_AT,
  description: 'When the row was found to be gone at the portal; NULL while it is there.',
};

/** Reports what is wrong with the fields' own SQL before it is woven into the generated SELECT. */
export function checkFieldSql(
  dataset: Dataset,
  macros: SqlMacros,
  sources: SourceTexts,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const field of dataset.fields ?? []) {
    if (field.sql === undefined) continue;
    const checked = checkExpression(field.sql);
    const clock = checked.ok ? clockToken(checked.tokens, macros.clocks) : undefined;
    if (checked.ok && !clock) continue;
    const at = pointAt(field.sql, field.at, sources);
    const what = `sql of the field "${field.name}"`;
    if (clock) report(clockProblem(what, clock, at));
    if (checked.ok) continue;
    const { code, message, hint } = checked.problem;
    report({ code, severity: 'error', message: `${what} ${message}`, at, hint });
  }
}

/** Silver is a function of bronze and the manifest alone; the day of a row's load is `_loaded_at`. */
export function clockProblem(what: string, clock: Token, at: Diagnostic['at']): Diagnostic {
  return {
    code: 'LK2025',
    severity: 'error',
    message: `${what} reads the clock or chance: ${clock.text}`,
    at,
    hint: 'Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
  };
}
