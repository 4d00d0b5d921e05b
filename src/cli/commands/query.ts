import { type Command, Option } from 'commander';
import { open } from '../open.js';
import { outputOption, type ProjectOptions, positive, projectOptions, sampleOption } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions & {
  readonly output?: string;
  readonly limit?: number;
  readonly at?: string;
  readonly heads?: boolean;
};

/** More rows than a person or a JSON array holds. */
const ALL = 100_000_000;

export function registerQuery(program: Command): void {
  sampleOption(projectOptions(outputOption(program.command('query'))))
    .summary('one SELECT on the lake')
    .description(
      'run SQL on the published tables and views and on meta.{loads, parts, pages, columns, runs, tests}',
    )
    .argument('<sql>', "one SELECT, or DuckDB's FROM … short form")
    .option('--limit <n>', 'rows to show; by default 100 in a table, all in json and csv', positive)
    .option('--at <when>', 'the lake as it was: a time, the number of a set, or silver.trees=7')
    .addOption(
      new Option(
        '--heads',
        'every table at its newest commit, whoever wrote it, instead of at the versions that belong together',
      ).conflicts('at'),
    )
    .addHelpText(
      'after',
      `
Examples:
  lake query "from gold.la_requests_by_type_and_month limit 10"
  lake query "select dataset, rows, reason from meta.loads order by loaded_at desc" --output csv
  lake query "select count(*) from silver.shootings" --at 2026-01-31
  lake query "from silver.shootings" --at silver.shootings=7
  lake query "select count(*) from silver.shootings" --heads`,
    )
    .action(async (sql: string, options: Options) => {
      const opened = await open(options);
      const format = outputFormat(options.output);
      const limit = options.limit ?? (format === 'table' ? 100 : ALL);
      const { queryLake } = await import('../../run/query.js');
      const result = await queryLake({
        root: opened.root,
        graph: opened.graph,
        target: opened.project.target,
        sql,
        limit,
        at: options.at,
        heads: options.heads ?? false,
      });
      await printRows({ columns: result.columns.map((c) => c.name), rows: result.rows, nulls: true }, format);
      if (result.truncated) process.stderr.write(`… more rows; show them with --limit ${limit * 10}\n`);
    });
}
