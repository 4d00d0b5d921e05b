import { basename, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import { open } from '../open.js';
import { type ProjectOptions, positive, projectOptions, sampleOption } from '../options.js';

type Options = ProjectOptions & {
  readonly to?: string;
  readonly format?: string;
  readonly query?: string;
  readonly columns?: string;
  readonly where?: string;
  readonly limit?: number;
  readonly at?: string;
  readonly geometry?: string;
  readonly datapackage?: boolean;
};

export function registerExport(program: Command): void {
  sampleOption(projectOptions(program.command('export')))
    .summary('rows as a file: Parquet, CSV, JSON, GeoJSON, XLSX, Arrow')
    .description(
      'write a table or view, or what a SELECT says, into one file, whole or not at all; the ending says in which format',
    )
    .argument('[table]', 'such as gold.hot_spots, or hot_spots')
    .option('--to <file>', 'where to; by default the name of the table, in this folder')
    .option(
      '--format <format>',
      'parquet (without --to), csv, json, ndjson, geojson, xlsx or arrow; by default as the file ends',
    )
    .option('--query <sql>', 'one SELECT instead of a table')
    .option('--columns <names>', 'some of its columns: --columns id,name')
    .option('--where <condition>', 'some of its rows, as SQL says')
    .option('--limit <n>', 'so many of its rows', positive)
    .option('--at <when>', 'the lake as it was: a time, the number of a set, or silver.trees=7')
    .option(
      '--geometry <columns>',
      'GeoJSON: the column with WKT, GeoJSON or WKB, or those with degrees: lng,lat',
    )
    .option('--datapackage', 'write datapackage.json beside the file: its columns, sources, licences')
    .addHelpText(
      'after',
      `
Examples:
  lake export silver.crashes --to crashes.geojson
  lake export shootings --to shootings.csv.gz --datapackage
  lake export shootings --format xlsx --columns occurred_on,neighbourhood --where "occurred_on >= '2024-01-01'"
  lake export --query "select borough, count(*) as n from silver.nyc_collisions group by all" --to n.json
  lake export silver.shootings --at 2026-01-31 --to january.parquet

CSV leaves NULL empty and quotes an empty text; instants are ISO 8601. A sheet of Excel has 1,048,576 rows and 32,767 characters in a cell.`,
    )
    .action(async (table: string | undefined, options: Options) => {
      const opened = await open(options);
      const [{ exportTable }, { formatOf }, { stopOnSignals }] = await Promise.all([
        import('../../run/export/export-table.js'),
        import('../../formats/format.js'),
        import('../build/stop-on-signals.js'),
      ]);
      const { query, columns, where, limit, at, geometry, datapackage = false } = options;
      checkRows(table, options);
      const format = formatOf(
        options.to,
        options.format ?? (options.to === undefined ? 'parquet' : undefined),
      );
      const name = (table ?? 'rows').replace(/^.*\./, '');
      const file = resolve(options.to ?? `${name}.${format.format}`);
      const stopping = stopOnSignals(() => undefined);
      try {
        const written = await exportTable({
          root: opened.root,
          graph: opened.graph,
          target: opened.project.target,
          rows:
            query === undefined
              ? { table: table!, columns: columns?.split(',').map((one) => one.trim()), where, limit }
              : { query },
          file,
          format,
          geometry,
          describe: datapackage,
          at,
          signal: stopping.signal,
        });
        const beside =
          written.description === undefined ? '' : `, and ${basename(written.description)} beside it`;
        process.stderr.write(
          `Wrote ${relative('.', written.file)}, ${written.bytes.toLocaleString('en')} bytes${beside}\n`,
        );
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
        process.stderr.write('Stopped: no file was written.\n');
        process.exitCode = stopping.signal.reason === 'SIGTERM' ? 143 : 130;
      } finally {
        stopping.release();
      }
    });
}

/** @throws LakeError LK7040 for a table and a question at once, or neither. */
function checkRows(table: string | undefined, { query, columns, where, limit }: Options): void {
  const parts = [columns, where, limit].some((one) => one !== undefined);
  if (table === undefined && query === undefined)
    throw new LakeError('LK7040', 'nothing says what is to be exported', {
      hint: 'name a table, lake export gold.hot_spots, or ask with --query "select …"',
    });
  if (query !== undefined && (table !== undefined || parts))
    throw new LakeError('LK7040', '--query says all of what is exported', {
      hint: 'leave out the table, --columns, --where and --limit, and say it in the SELECT',
    });
}
