import type { NodePlan, Plan } from '../../plan/types.js';
import type { Rows } from './print-rows.js';

export interface PlanRowsOptions {
  /** Every address that is known beforehand. */
  readonly addresses?: boolean;
  /** A person reads them; programs get the same columns of every project. */
  readonly forPerson: boolean;
}

/** The plan as a table: a row a node. */
export function planRows(plan: Plan, { addresses = false, forPerson }: PlanRowsOptions): Rows {
  // What is made of SQL alone has no price: for a person, columns of blanks are none.
  const priced = !forPerson || plan.nodes.some(({ kind }) => kind === 'bronze');
  return {
    columns: [
      'node',
      'action',
      'reason',
      ...(priced ? ['requests', 'rows', 'bytes'] : []),
      ...(addresses ? ['urls'] : []),
    ],
    sentences: 'reason',
    rows: plan.nodes.map((node) => [
      node.id,
      node.action,
      node.reason,
      ...(priced ? priceOf(node) : []),
      ...(addresses ? [urlsOf(node)] : []),
    ]),
  };
}

function priceOf(node: NodePlan): readonly (number | null)[] {
  return node.kind === 'bronze' ? [node.requests, node.rows ?? null, node.bytes ?? null] : [null, null, null];
}

/** What `--verbose` adds for a person: the addresses of each dataset, and where more follow that only an answer can name. */
export function addressLines(plan: Plan): string {
  const lines = plan.nodes.flatMap((node) => {
    const urls = urlsOf(node);
    if (urls.length === 0 || node.kind !== 'bronze') return [];
    const more = node.fetch?.parts.some((part) => part.expander !== undefined);
    return [
      `\n${node.id}`,
      ...urls.map((url) => `  ${url}`),
      ...(more ? ['  … and the pages that follow'] : []),
    ];
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function urlsOf(node: NodePlan): readonly string[] {
  if (node.kind !== 'bronze') return [];
  return (node.fetch?.parts ?? []).flatMap((part) =>
    part.requests.map(({ method, url }) => (method === 'GET' ? url : `${method} ${url}`)),
  );
}
