import { compareText } from '../order.js';
import type { TableId, TestRecord } from '../types.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.tests`: one row a result of a data test, oldest first; a result that was kept from an earlier run stands once.
 * Results come from the sets, and from the states of the newest set's tables where no set has a later one.
 * - `id`, `owner`: the test, and the table it audits (NULL for a singular test of which no table's state tells)
 * - `status`: `pass`, `fail`, `warn`, `error`; `failures`: rows that the test returned
 * - `tested_at`: when it ran; `version`: of its owner in that run's set; `run`: the run that published the result
 */
export const testsColumns = {
  id: 'VARCHAR',
  owner: 'VARCHAR',
  status: 'VARCHAR',
  failures: 'BIGINT',
  tested_at: 'TIMESTAMP WITH TIME ZONE',
  version: 'BIGINT',
  run: 'VARCHAR',
};

type TestRow = Readonly<Record<keyof typeof testsColumns, MetaValue>>;

/** The rows of `meta.tests`. */
export function testRows({ sets, current }: LakeHistory): readonly TestRow[] {
  const audited = current.flatMap((head) => head.state.tests.map((record) => ({ head, record })));
  const owners = new Map(audited.map(({ head, record }) => [record.id, head.table] as const));
  const results = new Map<string, TestRow>();
  const newest = new Map<string, string>();
  for (const { run, tables, views, tests } of sets) {
    for (const record of Object.values(tests)) {
      const owner = owners.get(record.id) ?? tableIn(record.id);
      const version = owner === undefined ? undefined : (tables[owner] ?? views?.[owner]);
      const key = resultKey(record);
      if (!results.has(key)) results.set(key, toRow(record, owner, version, run));
      newest.set(record.id, record.at);
    }
  }
  for (const { head, record } of audited) {
    const { table, version, state } = head;
    const key = resultKey(record);
    const later = (newest.get(record.id) ?? '') > record.at;
    if (!later && !results.has(key)) results.set(key, toRow(record, table, version, state.run));
  }
  return [...results.values()].sort((a, b) => compareText(String(a.tested_at), String(b.tested_at)));
}

function toRow(
  { id, status, failures, at: tested_at }: TestRecord,
  owner: TableId | undefined,
  version: number | undefined,
  run: string,
): TestRow {
  return { id, owner, status, failures, tested_at, version, run };
}

/** Generic tests name their table: `unique(silver.x.id)`, `row_count(silver.x)`. */
const tableIn = (id: string): TableId | undefined => /\((\w+\.\w+)(?:\.[^()]*)?\)$/.exec(id)?.[1];

const resultKey = ({ id, at, hash }: TestRecord): string => JSON.stringify([id, at, hash]);
