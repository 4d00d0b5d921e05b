/** Rows that a query makes: groups with their aggregates, and functions of columns. In memory, as canonical lines. */
import { CanonicalWriter } from '../rows/canonical.js';
import { pageRuns, type RowSet, sizeOf, type Value } from '../rows/row-set.js';
import { memoryRows, type RowStore, visitRows } from '../rows/row-store.js';
import { CanonicalScanner } from '../rows/scanner.js';
import { comparableOf, type Field } from './fields.js';
import type { Aggregate, SodaQuery } from './request.js';

type Read = (values: readonly Value[], row: number) => Value;

/** The fields of the made rows, in order: what is selected, under its alias. */
export function madeFields({ outputs, aggregates }: SodaQuery): Field[] {
  return [
    ...outputs.map(({ field, alias }) => ({ name: alias, type: field.type })),
    ...aggregates.map(({ alias, field, function: name }) => ({
      name: alias,
      type: name === 'min' || name === 'max' ? (field?.type ?? 'number') : 'number',
    })),
  ];
}

/** Stores rows that are already made. */
export function storeOf(fields: readonly Field[], rows: readonly (readonly Value[])[]): RowStore {
  const names = fields.map((field) => field.name);
  const writer = new CanonicalWriter();
  writer.add(names);
  for (const row of rows) writer.add(row);
  const bytes = writer.finish();
  const scanner = new CanonicalScanner();
  scanner.push(bytes);
  return memoryRows(names, scanner.finish() ?? new Float64Array(1), bytes);
}

/**
 * One row for each row of `set`, or for each group of them; without `groups` all rows are one group.
 * @param readerOf reads a field of the table.
 */
export async function makeRows(
  query: SodaQuery,
  store: RowStore,
  set: RowSet,
  readerOf: (field: Field) => Read,
): Promise<Value[][]> {
  const outputs = query.outputs.map(({ field }) => readerOf(field));
  const runs = pageRuns(set, 0, sizeOf(set));
  if (query.groups === undefined && query.aggregates.length === 0) {
    const rows: Value[][] = [];
    await visitRows(store, runs, (values, row) => rows.push(outputs.map((read) => read(values, row))));
    return rows;
  }
  const keys = (query.groups ?? []).map(readerOf);
  const inputs = query.aggregates.map(({ field }) => (field === undefined ? undefined : readerOf(field)));
  const groups = new Map<string, { readonly first: Value[]; readonly tallies: Tally[] }>();
  const groupOf = (key: string, first: () => Value[]) => {
    let group = groups.get(key);
    if (group === undefined) {
      group = { first: first(), tallies: query.aggregates.map((aggregate) => new Tally(aggregate)) };
      groups.set(key, group);
    }
    return group;
  };
  if (query.groups === undefined) groupOf('[]', () => []);
  await visitRows(store, runs, (values, row) => {
    const key = JSON.stringify(keys.map((read) => read(values, row)));
    const { tallies } = groupOf(key, () => outputs.map((read) => read(values, row)));
    tallies.forEach((tally, i) => {
      const read = inputs[i];
      tally.add(read === undefined ? '' : read(values, row));
    });
  });
  return [...groups.values()].map(({ first, tallies }) => [
    ...first,
    ...tallies.map((tally) => tally.value()),
  ]);
}

/** One aggregate of one group. */
class Tally {
  private count = 0;
  private sum = 0;
  private best: string | null = null;

  constructor(private readonly aggregate: Aggregate) {}

  add(value: Value): void {
    if (value === null) return;
    this.count++;
    const { function: name, field } = this.aggregate;
    if (name === 'sum' || name === 'avg') this.sum += Number(value);
    if (name !== 'min' && name !== 'max') return;
    const comparable = comparableOf(field?.type ?? 'text');
    if (this.best === null) this.best = value;
    else if (
      name === 'max' ? comparable(value) > comparable(this.best) : comparable(value) < comparable(this.best)
    )
      this.best = value;
  }

  value(): Value {
    const { function: name } = this.aggregate;
    if (name === 'count') return String(this.count);
    if (name === 'min' || name === 'max') return this.best;
    if (this.count === 0) return null;
    return String(name === 'sum' ? this.sum : this.sum / this.count);
  }
}
