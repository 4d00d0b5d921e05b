/** What a plain DuckDB would need to have a view: the project's macros that it calls, and nothing that only lake's engine has. */
import { macroName } from '../../compile/sql/macros.js';
import { type Token, tokenize } from '../../compile/sql/tokens.js';
import type { ModelNode } from '../../compile/types.js';
import { columnsMark } from '../../lakehouse/readers/plain-views.js';
import type { PlainNeeds } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { ephemeralsBeneath } from './standing-sql.js';

/** Functions of lake's own macros, and those of DuckDB's H3 extension, which lake brings along. */
const OF_LAKE = /^(lake|h3)_/;

/** Of a view that is about to be published. */
export function plainNeeds(
  { graph, nodes, pins }: Pick<RunContext, 'graph' | 'nodes' | 'pins'>,
  node: ModelNode,
): PlainNeeds {
  const ephemerals = ephemeralsBeneath({ nodes }, node.dependsOn);
  const texts = [node.sql, ...Object.values(ephemerals).map(({ sql }) => sql)];
  const called = new Set(texts.flatMap((sql) => calls(tokenize(sql).tokens)));
  const known = graph.sqlMacros.map((sql) => {
    const { tokens } = tokenize(sql);
    return { sql, name: macroName(tokens), calls: calls(tokens) };
  });
  const macros: string[] = [];
  // Each stands behind those that it calls: from the last one on, its callers are known before it.
  for (const macro of [...known].reverse()) {
    if (macro.name === undefined || !called.has(macro.name)) continue;
    macros.unshift(asReplacement(macro.sql));
    for (const name of macro.calls) called.add(name);
  }
  const own = new Set(known.map(({ name }) => name));
  const beyond = [...called].filter((name) => OF_LAKE.test(name) && !own.has(name)).sort();
  const reads = [...node.dependsOn, ...Object.values(ephemerals).flatMap((one) => one.reads)];
  const columns = [...new Set(reads)].flatMap((id) => {
    const there = pins.view(id)?.state.columns ?? pins.head(id)?.state.columns;
    return there && !Object.hasOwn(ephemerals, id) ? [[id, columnsMark(there)] as const] : [];
  });
  const hooked = node.hooks !== undefined && node.hooks.pre.length > 0;
  return {
    macros,
    beyond: [...(hooked ? ['what its pre_hook makes'] : []), ...beyond],
    columns: Object.fromEntries(columns),
  };
}

function calls(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token, i) => {
    if (tokens[i + 1]?.text !== '(' || (token.kind !== 'word' && token.kind !== 'quoted')) return [];
    return [(token.kind === 'word' ? token.text : token.text.slice(1, -1)).toLowerCase()];
  });
}

function asReplacement(macro: string): string {
  return macro.replace(
    /^create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:macro|function)\s+(?:if\s+not\s+exists\s+)?/i,
    'create or replace macro ',
  );
}
