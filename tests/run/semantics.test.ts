/**
 * A silver table is built again when its fingerprint changes, and what lake itself does with its rows stands in that as a
 * number alone: `SEMANTICS_VERSION`. Whoever changes the SQL behind it has to say whether rows come out otherwise.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { SEMANTICS_VERSION } from '../../src/compile/hash.js';
import type { SilverNode } from '../../src/compile/types.js';
import { engineMacros } from '../../src/engine/macros/index.js';
import type { Dataset } from '../../src/project/types.js';
import { writeStatements } from '../../src/run/silver/at-once.js';
import { judgeStatements } from '../../src/run/silver/silver-statements.js';
import { dataset, graphOf } from '../compile/build-project.js';

/** Of every load mode, with a key and without. */
const LOADS: readonly Dataset['load'][] = [
  { mode: 'replace', deletes: 'hard' },
  { mode: 'append', cursor: 'at', deletes: 'hard' },
  { mode: 'upsert', cursor: 'at', deletes: 'hard' },
  { mode: 'upsert', cursor: 'at', deletes: 'soft' },
];

async function decidingSql(): Promise<string> {
  const datasets = LOADS.flatMap((load, i) =>
    [['id'], undefined].flatMap((key) =>
      load.mode === 'upsert' && !key ? [] : [dataset(`d${i}${key ? 'k' : ''}`, ['id', 'at'], { load, key })],
    ),
  );
  const { nodes } = await graphOf({ datasets });
  const silver = nodes.filter((node): node is SilverNode => node.kind === 'silver');
  const statements = silver.flatMap((node) => [
    ...judgeStatements(node, node.columns),
    ...writeStatements(node, node.columns, { valid: '/out/part-0.parquet' }, []),
  ]);
  return [engineMacros, ...statements.map(({ sql }) => sql)].join('\n').replace(/\s+/g, ' ');
}

test('SQL that decides which rows silver has, and what is in them, changes with SEMANTICS_VERSION alone', async () => {
  const sql = createHash('sha256')
    .update(await decidingSql())
    .digest('hex')
    .slice(0, 16);
  expect(
    { SEMANTICS_VERSION, sql },
    'do rows come out otherwise? raise SEMANTICS_VERSION in src/compile/hash.ts; are they the same ones? then put the new hash here',
  ).toEqual({ SEMANTICS_VERSION: 2, sql: '9eecd5bd23c018a7' });
});
