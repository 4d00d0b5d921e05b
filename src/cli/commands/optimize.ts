import type { Command } from 'commander';
import { open, selectedNodes } from '../open.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import { bytes as inUnits } from '../progress/format.js';

interface Options extends ProjectOptions, SelectOptions {
  readonly output?: string;
  readonly dryRun?: boolean;
}

export function registerOptimize(program: Command): void {
  projectOptions(outputOption(nodeOptions(program.command('optimize'))))
    .summary('write small files into larger ones')
    .description(
      "write the rows of a table's small files (below 64 MiB) into files of up to 128 MiB, as Delta's OPTIMIZE does: no row changes, nothing below is built, and old versions stay until lake vacuum",
    )
    .option('--dry-run', 'list what would be written anew, and write nothing')
    .addHelpText(
      'after',
      `
Examples:
  lake optimize --dry-run
  lake optimize
  lake optimize bronze.shootings gold.events

A build does it by itself for tables that it wrote and that have 50 small files: \`auto_compact\` of the output in profiles.yml.`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const { optimize } = await import('../../run/compact/optimize.js');
      const tables = await optimize({
        root: opened.root,
        graph: opened.graph,
        target: opened.project.target,
        selected: await selectedNodes(opened, options),
        dryRun: options.dryRun ?? false,
      });
      const format = outputFormat(options.output);
      const columns = ['table', 'files', 'files after', 'merged', 'bytes', 'version'];
      const rows = tables.map(({ table, files, filesAfter, merged, bytes, version }) => [
        table,
        files,
        filesAfter,
        merged,
        format === 'table' ? inUnits(bytes) : bytes,
        version ?? null,
      ]);
      await printRows({ columns, rows }, format, true);
      const gaveWay = options.dryRun ? [] : tables.filter(({ version }) => version === undefined);
      if (tables.length === 0)
        process.stderr.write('Nothing to merge: no table has small files beside each other.\n');
      for (const { table } of gaveWay)
        process.stderr.write(`${table} was published by somebody else meanwhile: it is as that left it.\n`);
    });
}
