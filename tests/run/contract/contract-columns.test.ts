import { expect, test } from 'vitest';
import type { ContractSpec, ModelNode } from '../../../src/compile/types.js';
import { contractColumns } from '../../../src/run/contract/contract-columns.js';

test('a column that is not as the contract says is told at its own line', () => {
  const at = (line: number) => ({ file: 'models/gold/x.yml', line, col: 9 });
  const contract: ContractSpec = {
    columns: [
      { name: 'id', type: 'bigint', at: at(5) },
      { name: 'day', type: 'date', at: at(7) },
    ],
    constraints: [],
  };
  const node = { id: 'gold.x', path: 'models/gold/x.sql' } as ModelNode;
  const yielded = [
    { name: 'id', type: 'BIGINT' },
    { name: 'day', type: 'VARCHAR' },
  ];
  const declared = {
    columns: [],
    rows: [
      ['id', 'BIGINT'],
      ['day', 'DATE'],
    ],
  } as never;
  expect(() => contractColumns(node, contract, yielded, declared)).toThrow(
    expect.objectContaining({ code: 'LK4061', details: expect.objectContaining({ at: at(7) }) }),
  );
});
