import type { RunResult } from '../../run/events.js';
import type { Rows } from '../output/print-rows.js';

/** One row a node, for programs. */
export function resultRows(result: RunResult): Rows {
  return {
    columns: [
      'node',
      'status',
      'reason',
      'rows',
      'added',
      'changed',
      'removed',
      'quarantined',
      'nullified',
      'tests',
      'failed_tests',
      'requests',
      'seconds',
      'code',
    ],
    rows: result.nodes.map((node) => [
      node.id,
      node.status,
      node.reason,
      node.rows ?? null,
      node.added ?? null,
      node.changed ?? null,
      node.removed ?? null,
      node.accounting?.quarantined ?? null,
      node.accounting?.nullified ?? null,
      node.tests.length,
      node.tests.filter((t) => t.status === 'fail' || t.status === 'error').length,
      node.requests ?? null,
      Number(node.seconds.toFixed(3)),
      node.error?.code ?? null,
    ]),
  };
}
