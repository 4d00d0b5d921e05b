/**
 * `lake test` asks nothing of a table that another table's test could change. So the scans of many small tables are asked in
 * one statement, before their nodes' turns: of a small table the statement costs more than its rows.
 */
import type { NodeId } from '../../compile/types.js';
import type { RunContext } from '../context.js';
import { dataVersion } from '../tables/inputs.js';
import { nodeRelations } from '../tables/relations.js';
import { lookUpTests } from './due-tests.js';
import { type Question, together } from './together.js';

/** Nodes whose tests are asked together: the more, the longer nothing is told. */
const AT_ONCE = 32;
/** Bytes of what a test reads: the engine asks no more of many at once. */
const LITTLE = 256 * 1024;

/** Tests that are certain to have no failing row, by their ids, and what each took. */
type Passed = ReadonlyMap<string, { readonly seconds: number }>;

const NONE: Passed = new Map();

/** @param selected In the order of their turns. */
export function askAhead(
  context: RunContext,
  selected: readonly NodeId[],
): NonNullable<RunContext['askAhead']> {
  const asked = new Map<NodeId, Promise<Passed>>();
  let next = 0;
  const nextNodes = (first: NodeId): readonly NodeId[] => {
    const nodes = [first];
    for (; nodes.length < AT_ONCE && next < selected.length; next += 1) {
      const node = selected[next]!;
      if (node !== first && !asked.has(node)) nodes.push(node);
    }
    return nodes;
  };
  return (node) => {
    if (!asked.has(node)) {
      const nodes = nextNodes(node);
      const answers = ask(context, nodes).catch(() => NONE);
      for (const one of nodes) asked.set(one, answers);
    }
    return asked.get(node)!;
  };
}

interface Scan {
  readonly reads: readonly NodeId[];
  readonly tests: Question['tests'];
}

async function ask(context: RunContext, nodes: readonly NodeId[]): Promise<Passed> {
  const scans = nodes.flatMap((node) => scansOf(context, node));
  if (scans.length < 2) return NONE;
  const started = performance.now();
  const rows = await context.engine.scan({
    label: `tests of ${nodes.length} tables`,
    macros: context.graph.sqlMacros,
    scans: scans.map(({ reads, tests }) => ({
      relations: nodeRelations(context, reads),
      from: tests[0]!.scan!.from,
      failing: tests.map(({ scan }) => scan!.failing),
    })),
  });
  const seconds = (performance.now() - started) / 1000 / scans.length;
  const passed = new Map<string, { readonly seconds: number }>();
  for (const [n, { tests }] of scans.entries()) {
    for (const [i, test] of tests.entries()) {
      if (rows[n] && !((rows[n][i] ?? 0) > 0)) passed.set(test.id, { seconds });
    }
  }
  return passed;
}

function scansOf(context: RunContext, node: NodeId): readonly Scan[] {
  const version = dataVersion(context, node);
  if (version === undefined) return [];
  const due = lookUpTests(context, node, version).flatMap(({ test, known, missing }) =>
    known || missing ? [] : [test],
  );
  return together(due)
    .filter(({ reads }) => reads.every((id) => isLittle(context, id)))
    .flatMap(({ reads, questions }) =>
      questions.flatMap(({ kind, tests }) => (kind === 'scan' ? [{ reads, tests }] : [])),
    );
}

function isLittle({ pins }: RunContext, id: NodeId): boolean {
  const head = pins.view(id) ? undefined : pins.head(id);
  return head !== undefined && head.state.bytes <= LITTLE;
}
