import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { CompiledProject } from '../../api/load-and-compile.js';
import type { WithCtes } from '../../compile/ephemeral-ctes.js';
import type { Engine } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { selectedNodes } from '../open.js';
import { openToRun } from '../open-to-run.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { type PrintedSql, printSql } from '../output/print-sql.js';
import { counted } from '../progress/format.js';

type Options = ProjectOptions &
  SelectOptions & { readonly output?: string; readonly inline?: string; readonly watch?: boolean };

export function registerCompile(program: Command): void {
  projectOptions(outputOption(nodeOptions(program.command('compile'))))
    .summary('check the project, write or print its SQL')
    .description(
      'check the project and write its SQL to target/compiled; print that of selected nodes, or of a question',
    )
    .addOption(
      new Option(
        '--inline <sql>',
        'print what this question compiles to: "select * from {{ref \'x\'}}"',
      ).conflicts(['select', 'exclude']),
    )
    .option('--watch', 'again after each change of a file, until Ctrl-C')
    .addHelpText(
      'after',
      `
Needs neither network nor lake. With nodes or --inline the SQL goes to standard output, as text unless --output
says otherwise.

Examples:
  lake compile
  lake compile toronto_incidents
  lake compile --inline "select {{star (ref 'shootings') except='division'}} from {{ref 'shootings'}}"`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      if (options.inline !== undefined && nodes.length > 0) {
        throw new LakeError('LK7011', `--inline asks one question, and "${nodes[0]}" names a node`, {
          hint: 'leave out one of them; the question stands in quotes',
        });
      }
      if (!options.watch) return compileOnce(options);
      const [{ watchProject }, { fail }] = await Promise.all([import('../watch.js'), import('../fail.js')]);
      process.exitCode = await watchProject(resolve(options.projectDir), async (changed) => {
        if (changed.length > 0) process.stderr.write(`\n${changed.join(', ')} changed\n`);
        // A mistake is told, and the next change is waited for.
        await compileOnce(options).catch(fail);
        process.stderr.write('Watching for changes; Ctrl-C ends it.\n');
      });
    });
}

async function compileOnce(options: Options): Promise<void> {
  const opened = await openToRun(options);
  const { engineOf } = await import('../../run/engine-of.js');
  const engine = engineOf(opened.root, opened.project.target);
  try {
    const printed = opened.inline
      ? await inlineSql(opened, engine)
      : await projectSql(opened, engine, options);
    if (printed) await printSql(printed, options.output);
  } finally {
    await engine.close();
  }
}

/** The question alone: nothing is written. */
async function inlineSql(opened: CompiledProject, engine: Engine): Promise<readonly PrintedSql[]> {
  const { parseInline } = await import('../parse-inline.js');
  const { sql, dependsOn } = await parseInline(opened, engine);
  const withCtes = await standing(opened);
  return [{ node: 'inline', dependsOn, sql: withCtes(sql, dependsOn) }];
}

/** What is printed can be asked anywhere: ephemerals are relations nowhere. */
async function standing({ graph }: CompiledProject): Promise<WithCtes> {
  return (await import('../../compile/ephemeral-ctes.js')).ephemeralCtes(graph);
}

/** Writes all and gives the SQL of selected nodes; without a selection says what was written. */
async function projectSql(
  opened: CompiledProject,
  engine: Engine,
  options: Options,
): Promise<readonly PrintedSql[] | undefined> {
  const asked = options.select !== undefined || options.exclude !== undefined;
  const selected = new Set(asked ? await selectedNodes(opened, options) : []);
  const { compileToTarget } = await import('../../api/compile-to-target.js');
  const { written, parsed } = await compileToTarget(opened, engine);
  if (asked) {
    const withCtes = await standing(opened);
    const printed = opened.graph.nodes.flatMap((node): readonly PrintedSql[] =>
      selected.has(node.id) && node.kind !== 'bronze' && node.sql !== ''
        ? [
            {
              node: node.id,
              dependsOn: node.dependsOn,
              sql: withCtes(node.sql, node.dependsOn),
              incremental:
                node.kind === 'model' && node.incremental
                  ? withCtes(node.incremental.sql, node.dependsOn)
                  : undefined,
            },
          ]
        : [],
    );
    if (printed.length > 0) return printed;
    throw new LakeError('LK7006', 'no selected node has SQL', {
      hint: 'select silver tables or models: `lake ls --select silver.* gold.*`',
    });
  }
  const { nodes, tests, unitTests, dormant } = opened.graph;
  if (dormant.length > 0) {
    const what =
      dormant.length === 1 ? 'One kind of setting has' : `${dormant.length} kinds of settings have`;
    process.stderr.write(`${what} no effect yet; \`lake plan\` tells which.\n`);
  }
  process.stderr.write(
    `Compiled ${counted(nodes.length, 'node')}, ${counted(tests.length, 'data test')} and ${counted(unitTests.length, 'unit test')} to target/compiled/: ` +
      `${written === 0 && parsed === 0 ? 'no SQL changed since the last time' : `${counted(written, 'file')} written, ${counted(parsed, 'statement')} checked by the engine`}.\n`,
  );
  return undefined;
}
