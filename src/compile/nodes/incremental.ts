/** What an incremental model's configuration says: how new rows are taken in, read once and checked as a whole. */
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import type { Json } from '../../project/types.js';
import type { BatchSize, IncrementalSpec } from '../types.js';

export const STRATEGIES = ['append', 'merge', 'delete+insert', 'insert_overwrite', 'microbatch'] as const;
export const SCHEMA_CHANGES = ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const;
export const BATCH_SIZES: readonly BatchSize[] = ['hour', 'day', 'month', 'year'];

type Config = Readonly<Record<string, Json>>;

/** Merge where there is a key, else append: what dbt does where an adapter can merge. */
export function incrementalSpec(config: Config, partitionBy: readonly string[]): IncrementalSpec {
  const uniqueKey = distinct(textList(config['unique_key']));
  const strategy = (config['incremental_strategy'] ??
    (uniqueKey.length > 0 ? 'merge' : 'append')) as IncrementalSpec['strategy'];
  return {
    strategy,
    uniqueKey,
    predicates: textList(config['incremental_predicates'] ?? config['predicates']),
    mergeUpdateColumns: optionalList(config['merge_update_columns']),
    mergeExcludeColumns: optionalList(config['merge_exclude_columns']),
    onSchemaChange: (config['on_schema_change'] ?? 'ignore') as IncrementalSpec['onSchemaChange'],
    fullRefresh: config['full_refresh'] as boolean | undefined,
    overwrites: strategy === 'insert_overwrite' ? partitionBy : [],
    batches:
      strategy === 'microbatch' && isBatchSize(config['batch_size'])
        ? {
            eventTime: String(config['event_time']),
            begin: String(config['begin']),
            size: config['batch_size'],
            lookback: Number(config['lookback'] ?? 1),
          }
        : undefined,
  };
}

/**
 * What must be written together. `report` gets LK2021 for each that is missing or has no place.
 * @param isWritten Whether a key was written at all: one with a wrong value was told of already.
 */
export function checkIncremental(
  config: Config,
  isWritten: (key: string) => boolean,
  partitionBy: readonly string[],
  { places, at: start }: { readonly places: Readonly<Record<string, SourceSpan>>; readonly at: SourceSpan },
  report: (diagnostic: Diagnostic) => void,
): void {
  const whole = places['incremental_strategy'] ?? places['materialized'] ?? start;
  const fail = (message: string, hint: string, key = '') =>
    report({ code: 'LK2021', severity: 'error', message, at: places[key] ?? whole, hint });
  const spec = incrementalSpec(config, partitionBy);
  const { strategy, uniqueKey, mergeUpdateColumns, mergeExcludeColumns } = spec;
  const expression = uniqueKey.find((key) => /\w\s*\(.*\)|::/s.test(key));
  if (expression !== undefined)
    fail(
      `unique_key names columns, and "${expression}" is an expression`,
      'Make it a column of the SELECT, such as cast(seen_at as date) as day, and name that: unique_key: day',
      'unique_key',
    );
  if (['merge', 'delete+insert'].includes(strategy) && uniqueKey.length === 0)
    fail(
      `the strategy ${strategy} needs a unique_key`,
      'Name the columns that identify a row, or use append',
    );
  if (strategy === 'insert_overwrite' && partitionBy.length === 0)
    fail(
      'the strategy insert_overwrite needs partition_by',
      'Name the columns whose partitions are replaced, or use materialized: table',
    );
  if ((mergeUpdateColumns || mergeExcludeColumns) && strategy !== 'merge')
    fail(
      `${mergeUpdateColumns ? 'merge_update_columns' : 'merge_exclude_columns'} is for the strategy merge, not ${strategy}`,
      'Remove it, or use merge with a unique_key',
      mergeUpdateColumns ? 'merge_update_columns' : 'merge_exclude_columns',
    );
  if (mergeUpdateColumns && mergeExcludeColumns)
    fail(
      'merge_update_columns and merge_exclude_columns are both given',
      'Keep one of them',
      'merge_exclude_columns',
    );
  if (spec.predicates.length > 0 && !['merge', 'delete+insert'].includes(strategy))
    fail(
      `incremental_predicates have no meaning for the strategy ${strategy}`,
      'Remove them',
      'incremental_predicates',
    );
  if (strategy === 'microbatch') checkBatches(config, isWritten, fail);
}

function checkBatches(
  config: Config,
  isWritten: (key: string) => boolean,
  fail: (message: string, hint: string, key?: string) => void,
): void {
  for (const key of ['event_time', 'begin', 'batch_size'])
    if (!isWritten(key))
      fail(
        `the strategy microbatch needs ${key}`,
        "Write event_time='column' begin='2024-01-01' batch_size='day'",
      );
  const begin = config['begin'];
  if (begin !== undefined && Number.isNaN(beginMoment(String(begin))))
    fail(`begin is ${JSON.stringify(begin)}, expected a date or a time`, "Write begin='2024-01-01'", 'begin');
}

/** Milliseconds since 1970; a time without a zone is UTC. NaN when it is none. */
export function beginMoment(begin: string): number {
  const [, day, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(begin.trim()) ?? [];
  return day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
}

function isBatchSize(value: Json | undefined): value is BatchSize {
  return BATCH_SIZES.includes(value as BatchSize);
}

/** One text or a list; empty texts count as none, as in dbt. */
function textList(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return [value]
    .flat()
    .map(String)
    .filter((text) => text !== '');
}

function optionalList(value: Json | undefined): readonly string[] | undefined {
  const list = textList(value);
  return list.length === 0 ? undefined : list;
}

/** Names of columns, each once, whatever their case. */
function distinct(names: readonly string[]): readonly string[] {
  return names.filter(
    (name, i) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === i,
  );
}
