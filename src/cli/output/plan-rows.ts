import type { NodePlan, Plan } from '../../plan/types.js';
import type { Rows } from './print-rows.js';

/** The plan as a table: a row a node. `addresses`: for programs, with every address that is known beforehand. */
export function planRows(plan: Plan, addresses = false): Rows {
  const columns = ['node', 'action', 'reason', 'requests', 'rows', 'bytes'];
  return {
    columns: addresses ? [...columns, 'urls'] : columns,
    sentences: 'reason',
    rows: plan.nodes.map((node) => [
      node.id,
      node.action,
      node.reason,
      node.kind === 'bronze' ? node.requests : null,
      node.kind === 'bronze' ? (node.rows ?? null) : null,
      node.kind === 'bronze' ? (node.bytes ?? null) : null,
      ...(addresses ? [urlsOf(node)] : []),
    ]),
  };
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
