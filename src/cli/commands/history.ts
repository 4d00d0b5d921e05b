import type { Command } from 'commander';
import type { CompiledProject } from '../../api/load-and-compile.js';
import { open, selectedNodes } from '../open.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  positive,
  projectOptions,
  type SelectOptions,
  sampleOption,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions &
  SelectOptions & { readonly output?: string; readonly limit: number; readonly versions?: boolean };

const DEFAULT_LIMIT = 20;

export function registerHistory(program: Command): void {
  sampleOption(projectOptions(outputOption(nodeOptions(program.command('history')))))
    .summary('loads and runs, newest first')
    .description('list loads and runs of the lake, newest first')
    .option('--limit <n>', 'most lines', positive, DEFAULT_LIMIT)
    .option('--versions', 'the versions of the selected tables instead, whoever wrote them')
    .addHelpText(
      'after',
      `
Examples:
  lake history
  lake history --select shootings --limit 5
  lake history silver.shootings --versions
  lake history --output json | jq '.[] | select(.status == "rejected")'

All columns, and the requests of each load: lake query "from meta.loads", "from meta.pages", "from meta.runs"`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const ids = options.select || options.exclude ? await selectedNodes(opened, options) : undefined;
      if (options.versions) return printVersions(opened, ids, options);
      const datasets =
        ids &&
        new Set(ids.filter((id) => /^(bronze|silver)\./.test(id)).map((id) => id.replace(/^\w+\./, '')));
      const [{ openLake }, { timeline }, { timelineRows }] = await Promise.all([
        import('../../lakehouse/open-lake.js'),
        import('../../lakehouse/meta/timeline.js'),
        import('../output/timeline-rows.js'),
      ]);
      const all = await timeline(await openLake(opened.project.target.lake, opened.root), datasets);
      const format = outputFormat(options.output);
      await printRows(timelineRows(all.slice(0, options.limit), format), format, true);
      if (all.length === 0)
        process.stderr.write(`Nothing was loaded in target ${opened.project.target.name} yet.\n`);
      if (all.length > options.limit) {
        process.stderr.write(
          `… ${all.length - options.limit} older ones; show more with --limit ${options.limit * 10}\n`,
        );
      }
    });
}

/** Of a silver table those of its quarantine are its own to ask for. */
async function printVersions(
  { graph, project, root }: CompiledProject,
  ids: readonly string[] = graph.nodes.map(({ id }) => id),
  options: Options,
): Promise<void> {
  const [{ openLake }, { versionRows }, { versionTable }] = await Promise.all([
    import('../../lakehouse/open-lake.js'),
    import('../../lakehouse/meta/versions.js'),
    import('../output/version-rows.js'),
  ]);
  const lake = await openLake(project.target.lake, root);
  const format = outputFormat(options.output);
  const all = await Promise.all(ids.map((id) => versionRows(lake, id, options.limit)));
  await printRows(
    versionTable(
      all.flatMap(({ rows }) => rows),
      format,
    ),
    format,
    true,
  );
  const more = all.reduce((sum, one) => sum + one.more, 0);
  if (all.every(({ rows }) => rows.length === 0))
    process.stderr.write(`Nothing of this was published in target ${project.target.name} yet.\n`);
  if (more > 0) process.stderr.write(`… ${more} older ones; show more with --limit ${options.limit * 10}\n`);
}
