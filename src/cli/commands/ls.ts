import type { Command } from 'commander';
import { open, selectedForList } from '../open.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & SelectOptions & { readonly output?: string };

export function registerLs(program: Command): void {
  projectOptions(outputOption(nodeOptions(program.command('ls'))))
    .summary('list the nodes of the project')
    .description('list the nodes of the project')
    .addHelpText(
      'after',
      '\nExamples:\n  lake ls --select +gold.*\n  lake ls --select tag:police --output json',
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const ids = await selectedForList(opened, options);
      const format = outputFormat(options.output);
      const list = (names: readonly string[]) => (format === 'json' ? names : names.join(' '));
      const tests = new Map<string, number>();
      for (const test of opened.graph.tests) tests.set(test.owner, (tests.get(test.owner) ?? 0) + 1);
      const rows = opened.graph.nodes
        .filter((node) => ids.has(node.id))
        .map((node) => [
          node.id,
          node.kind,
          node.kind === 'model' ? node.materialized : 'table',
          list(node.dependsOn),
          tests.get(node.id) ?? 0,
          list(node.tags),
          node.path,
        ]);
      const exposures = (opened.graph.exposures ?? [])
        .filter(({ id }) => ids.has(id))
        .map(({ id, type, dependsOn, tags, path }) => [
          id,
          'exposure',
          type,
          list(dependsOn),
          0,
          list(tags),
          path,
        ]);
      await printRows(
        {
          columns: ['node', 'kind', 'materialized', 'depends_on', 'tests', 'tags', 'file'],
          rows: [...rows, ...exposures],
        },
        format,
      );
    });
}
