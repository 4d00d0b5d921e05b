import { compareText } from '../order.js';
import type { TestRecord } from '../types.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.tests`: one row a result of a data test, oldest first; a result that was kept from an earlier run stands once.
 * - `id`, `owner`: the test, and the table it audits (NULL where the newest set has no table with such a record)
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

export function testRows({ sets, current }: LakeHistory): readonly TestRow[] {
  const owners = new Map(
    current.flatMap(({ table, state }) => state.tests.map((test) => [test.id, table] as const)),
  );
  const results = new Map<string, TestRow>();
  for (const { run, tables, tests } of sets) {
    for (const record of Object.values(tests)) {
      const key = resultKey(record);
      const owner = owners.get(record.id);
      const { id, status, failures, at: tested_at } = record;
      const version = owner === undefined ? null : tables[owner];
      if (!results.has(key)) results.set(key, { id, owner, status, failures, tested_at, version, run });
    }
  }
  return [...results.values()].sort((a, b) => compareText(String(a.tested_at), String(b.tested_at)));
}

const resultKey = ({ id, at, hash }: TestRecord): string => JSON.stringify([id, at, hash]);
