/**
 * Compile: a Project becomes a Graph. Reads nothing but its arguments; every mistake of the project is collected.
 * The folders: `template/` renders, `sql/` reads SQL as words, `silver/` writes SQL, `nodes/` and `tests/` make the
 * graph's nodes, `select/` chooses among them.
 */
import type { Diagnostic } from '../errors/diagnostic.js';
import type { SourceTexts } from '../errors/source-texts.js';
import type { Project } from '../project/types.js';
import { type CompiledNodes, compileNodes } from './compile-nodes.js';
import { compileTests } from './compile-tests.js';
import { dormantLanguage } from './dormant.js';
import { INLINE_FILE, renderInline } from './inline.js';
import { exposureNode } from './nodes/exposure.js';
import { runHookNodes } from './nodes/run-hooks.js';
import { compilePublications } from './publications.js';
import type { CompileOptions, Graph, InlineQuery, RenderedSql, TestNode } from './types.js';

export type { CompileOptions } from './types.js';

export interface CompileResult {
  /** Undefined when a diagnostic is an error. */
  readonly graph: Graph | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Without a graph: what could be rendered all the same, so that slips in its SQL are told in one go with the mistakes. */
  readonly rendered?: RenderedSql;
  /** The question of `options.inline`. */
  readonly inline?: InlineQuery;
}

/**
 * Never throws for a mistake of the user. The same project, environment and stamp give an equal graph. `sources` are the texts
 * of the YAML files, to point at the very word that is wrong; without them an entry's first line is named.
 */
export async function compileProject(
  project: Project,
  sources: SourceTexts = {},
  options: CompileOptions = {},
): Promise<CompileResult> {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  // A file is rendered more than once (is_incremental, unit tests with vars of their own), its mistakes are told once.
  const report = (diagnostic: Diagnostic): void => {
    const key = JSON.stringify([diagnostic.code, diagnostic.at, diagnostic.message]);
    if (!seen.has(key)) diagnostics.push(diagnostic);
    seen.add(key);
  };

  const compiled = await compileNodes(project, sources, options, report);
  const { tests, unitTests } = await compileTests(project, compiled, sources, report);
  const runHooks = {
    start: runHookNodes(project.onRunStart ?? [], 'on_run_start', compiled.setting),
    end: runHookNodes(project.onRunEnd ?? [], 'on_run_end', compiled.setting),
  };
  const exposures = project.exposures.map((exposure) => exposureNode(exposure, compiled.names, report));
  const { publications, skipped } = compilePublications(project, compiled.nodes, report, options.root);
  const question = compiled.templates.byPath.get(INLINE_FILE);
  const inline = question && renderInline(question, compiled.setting);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error'))
    return { graph: undefined, diagnostics, rendered: withoutMistakes(compiled, tests, diagnostics) };
  const graph: Graph = {
    project: { name: project.name, version: project.version },
    vars: project.vars,
    portals: project.portals,
    allowedHosts: project.allowedHosts,
    nodes: compiled.nodes,
    tests,
    unitTests,
    sqlMacros: compiled.sqlMacros.all.map((macro) => macro.sql),
    macroFiles: compiled.macroFiles,
    dormant: dormantLanguage(project),
    ...(publications.length > 0 && { publications }),
    ...(skipped.length > 0 && { skippedPublications: skipped }),
    ...(exposures.length > 0 && { exposures }),
    ...(runHooks.start.length + runHooks.end.length > 0 && { runHooks }),
  };
  return { graph, diagnostics, inline };
}

/**
 * A model or test with a mistake has no SQL. A manifest with one has, generated around the gap: what the engine would say of
 * it is no mistake of its own.
 */
function withoutMistakes(
  { nodes, macroFiles }: CompiledNodes,
  tests: readonly TestNode[],
  diagnostics: readonly Diagnostic[],
): RenderedSql {
  const wrong = new Set(
    diagnostics.flatMap(({ severity, at }) => (severity === 'error' && at ? [at.file] : [])),
  );
  const whole = nodes.filter((node) => node.kind !== 'silver' || !node.generated || !wrong.has(node.path));
  return { nodes: whole, tests, unitTests: [], macroFiles };
}
