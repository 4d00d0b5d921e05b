/** Where in the user's own file the SQL stands that the engine refused. */
import { locate } from '../compile/locate.js';
import type { Graph, GraphNode, NodeId } from '../compile/types.js';
import type { SourceSpan } from '../errors/diagnostic.js';
import type { ErrorInfo } from '../errors/lake-error.js';
import { declaredAt } from './models/declared-at.js';
import type { Standing } from './tables/standing-sql.js';
import { isStillWritten } from './tables/still-written.js';

/** The error with that place, if it is in a node's SQL: this is always a task's first statement, from its second line. */
export function placed(reading: Placing, node: GraphNode, info: ErrorInfo): ErrorInfo {
  if (info.details?.['at'] !== undefined) return info;
  return inFile(node, placedAt(reading, node, withRef(reading.graph, info)));
}

/** The project, and what was read. */
export interface Placing extends Standing {
  readonly graph: Graph;
}

/** Codes of what is wrong with a node's SQL, its rows or its settings, rather than with the lake or the machine. */
const OF_THE_NODE = /^LK(500[45]|404\d|405\d|406\d|603[2-5])$/;

/** Where nobody knows the line, the file at least: a report without a file is found nowhere. */
function inFile(node: GraphNode, info: ErrorInfo): ErrorInfo {
  if (info.details?.['at'] !== undefined || !OF_THE_NODE.test(info.code)) return info;
  const at = (node.kind === 'model' && node.sql === '' ? declaredAt(node) : undefined) ?? {
    file: node.path,
    line: 1,
    col: 1,
  };
  return { ...info, details: { ...info.details, at } };
}

/** A table that is named without a ref is not there for the SQL, though it may be in the lake. */
function withRef(graph: Graph, info: ErrorInfo): ErrorInfo {
  const [, written] = /Table with name "?([\w.]+)"? does not exist/.exec(info.message) ?? [];
  if (written === undefined) return info;
  const [known] = graph.nodes.filter(({ id, name }) => id === written || name === written).slice(-1);
  if (!known) return { ...info, hint: "SQL reads what it refs, and its own CTEs: {{ref 'name'}}" };
  return { ...info, hint: `Write {{ref '${written}'}}: SQL reads what it refs` };
}

interface InView {
  readonly name: string;
  readonly line: number;
  readonly col: number;
}

/** Of a mistake in a view or ephemeral that SQL reads, where it stands in that one's own file. */
export function placeInView(reading: Placing, { details }: ErrorInfo): SourceSpan | undefined {
  const view = details?.['view'] as InView | undefined;
  if (!view || !isStillWritten(reading, view.name)) return undefined;
  return locate(reading.graph, view.name, view.line, view.col);
}

function placedAt(reading: Placing, node: GraphNode, info: ErrorInfo): ErrorInfo {
  const { graph } = reading;
  const { line, col, statement, view } = (info.details ?? {}) as {
    line?: number;
    col?: number;
    statement?: number;
    view?: InView;
  };
  if (view) {
    if (view.name !== node.id && !isStillWritten(reading, view.name))
      return ofOlder(reading, view.name, info);
    const at = locate(graph, view.name, view.line, view.col);
    return at ? { ...info, details: { ...info.details, at } } : info;
  }
  if (node.kind === 'model' && node.seed && info.code === 'LK5004') {
    // Its SQL is lake's own: what can be wrong in it are the types of YAML.
    return { ...info, details: { ...info.details, at: declaredAt(node) } };
  }
  if (line === undefined || statement !== 0) return info.code === 'LK5005' ? withFile(node, info) : info;
  const at = locate(graph, node.id, line - 1, col ?? 1);
  return at ? { ...info, details: { ...info.details, at } } : info;
}

/** The mistake is in a view as it was published, and its file says something else by now: its lines are not those. */
function ofOlder({ nodes }: Placing, view: NodeId, info: ErrorInfo): ErrorInfo {
  if (!nodes.has(view)) return info;
  return {
    ...info,
    hint: `It is in ${view} as it was published; its SQL has changed since and was not part of this run. Build it again: \`lake build --select ${view}+\``,
  };
}

/** The engine does not tell where: at least in which file. */
function withFile(node: GraphNode, info: ErrorInfo): ErrorInfo {
  return {
    ...info,
    hint: info.hint ?? `it is somewhere in ${node.path}; look for the rows with \`lake query\``,
  };
}
