/** Constraints of an enforced contract, checked on the rows that are about to be published. */

import { relationSql } from '../../compile/names.js';
import type { ContractSpec, ModelNode } from '../../compile/types.js';
import type { Relation, ResultSet } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { printable } from '../../errors/printable.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { mergeRelations, nodeRelations } from '../tables/relations.js';

/** Rows that are shown of each broken constraint. */
const SHOWN = 5;

type Rule = ContractSpec['constraints'][number];

/** One thing that must hold: a primary key is two. */
interface Check {
  readonly what: string;
  readonly rule: Rule;
  /** Condition that is true for a row that breaks it. */
  readonly breaks: string;
  /** Conditions on a row alone are judged in one scan. */
  readonly alone: boolean;
}

/**
 * @param rows The rows under the node's own name.
 * @throws LakeError LK4062 with every broken constraint and the first rows that break it.
 */
export async function checkConstraints(
  context: RunContext,
  node: ModelNode,
  rows: readonly Relation[],
): Promise<void> {
  const checks = (node.contract?.constraints ?? []).flatMap((rule) => checksOf(node, rule));
  if (checks.length === 0) return;
  const relations = mergeRelations(nodeRelations(context, node.dependsOn), rows);
  const ask = (statements: readonly string[]): Promise<readonly ResultSet[]> =>
    context.engine.sql({
      label: node.id,
      macros: context.graph.sqlMacros,
      relations,
      statements: statements.map((sql) => ({ sql, collect: 'rows' as const })),
    });
  const from = `from ${relationSql(node.id)} as model_rows`;
  const alone = checks.filter((check) => check.alone);
  const others = checks.filter((check) => !check.alone);
  const counts = await ask([
    ...(alone.length > 0
      ? [`select ${alone.map(({ breaks }) => `count(*) filter (where ${breaks})`).join(', ')} ${from}`]
      : []),
    ...others.map(({ breaks }) => `select count(*) ${from} where ${breaks}`),
  ]).catch((error: unknown) => {
    throw wrongExpression(error, node);
  });
  const [ofAlone, ofOthers] = alone.length > 0 ? [counts[0], counts.slice(1)] : [undefined, counts];
  const broken = [
    ...alone.map((check, i) => ({ check, count: Number(ofAlone!.rows[0]![i]) })),
    ...others.map((check, i) => ({ check, count: Number(ofOthers[i]!.rows[0]![0]) })),
  ].filter(({ count }) => count > 0);
  if (broken.length === 0) return;
  const examples = await ask(
    broken.map(({ check }) => `select * ${from} where ${check.breaks} order by all limit ${SHOWN}`),
  );
  const told = broken.map(({ check, count }, i) => {
    const number = count === 1 ? '1 row breaks' : `${count} rows break`;
    return `${number} ${printable(check.what)}\n${shown(examples[i]!)}`;
  });
  const what = broken.length === 1 ? 'a constraint' : `${broken.length} constraints`;
  throw new LakeError(
    'LK4062',
    `${node.id}: ${what} of the contract ${broken.length === 1 ? 'does' : 'do'} not hold`,
    {
      hint: 'Nothing was published; the version before, if there is one, stays',
      details: {
        at: broken[0]!.check.rule.at,
        table: told.join('\n'),
        constraints: broken.map(({ check, count }, i) => ({
          constraint: check.what,
          rows: count,
          sample: { columns: examples[i]!.columns.map(({ name }) => name), rows: examples[i]!.rows },
        })),
      },
    },
  );
}

function checksOf(node: ModelNode, rule: Rule): readonly Check[] {
  const names = rule.columns.map(quoteIdent);
  const called = (type: string): string =>
    `${rule.name === undefined ? '' : `${rule.name}: `}${type}(${rule.columns.join(', ')})`;
  const isNull: Check = {
    what: called('not_null'),
    rule,
    breaks: names.map((name) => `${name} is null`).join(' or '),
    alone: true,
  };
  // NULLs are no twins, as in SQL.
  const isTwin: Check = {
    what: called('unique'),
    rule,
    breaks: `(${names.join(', ')}) in (select (${names.join(', ')}) from ${relationSql(node.id)} where ${names
      .map((name) => `${name} is not null`)
      .join(' and ')} group by ${names.join(', ')} having count(*) > 1)`,
    alone: false,
  };
  switch (rule.type) {
    case 'not_null':
      return [isNull];
    case 'unique':
      return [isTwin];
    case 'primary_key':
      return [isNull, isTwin].map((check, i) => ({
        ...check,
        what: `${called('primary_key')}: ${i === 0 ? 'NULL' : 'not unique'}`,
      }));
    case 'check':
      return [
        {
          what: `${rule.name === undefined ? '' : `${rule.name}: `}check (${rule.expression})`,
          rule,
          breaks: `not (${rule.expression}\n)`,
          alone: true,
        },
      ];
    case 'foreign_key': {
      const pairs = rule.toColumns!.map((name, i) => `there.${quoteIdent(name)} = model_rows.${names[i]}`);
      const given = names.map((name) => `${name} is not null`);
      return [
        {
          what: `${called('foreign_key')} to ${rule.to}(${rule.toColumns!.join(', ')})`,
          rule,
          breaks: `${given.join(' and ')} and not exists (select 1 from ${relationSql(rule.to!)} as there where ${pairs.join(' and ')})`,
          alone: false,
        },
      ];
    }
  }
}

function shown({ columns, rows }: ResultSet): string {
  const cells = [
    columns.map(({ name }) => name),
    ...rows.map((row) => row.map((value) => (value === null ? 'NULL' : printable(String(value))))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells
    .map(
      (row) =>
        `  ${row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join(' | ')
          .trimEnd()}`,
    )
    .join('\n');
}

/** A check that names a column that is not there, or a foreign key to one. */
function wrongExpression(error: unknown, node: ModelNode): unknown {
  if (!(error instanceof LakeError)) return error;
  return new LakeError('LK4062', `${node.id}: a constraint cannot be checked: ${error.message}`, {
    hint: error.hint ?? 'Look at the expressions and columns of the constraints',
    transient: error.transient,
    details: { at: node.contract?.constraints[0]?.at },
  });
}
