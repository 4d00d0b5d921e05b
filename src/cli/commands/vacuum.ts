import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION } from '../../project/language.js';
import { toDuration } from '../../project/normalise/quantities.js';
import type { Duration } from '../../project/types.js';
import { open, selectedNodes } from '../open.js';
import {
  nodeOptions,
  outputOption,
  type ProjectOptions,
  positive,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import { count, counted } from '../progress/format.js';

interface Options extends ProjectOptions, SelectOptions {
  readonly output?: string;
  readonly retention: Duration;
  readonly keepSets: number;
  readonly dryRun?: boolean;
}

export function registerVacuum(program: Command): void {
  projectOptions(outputOption(nodeOptions(program.command('vacuum'))))
    .summary('delete files that no version needs any more')
    .description(
      'delete files of versions that were replaced long ago, and what killed runs left; the newest version of every table stays',
    )
    .addOption(
      new Option('--retention <time>', 'versions that were current in this time stay')
        .argParser(retention)
        .default(SEVEN_DAYS, '7 days'),
    )
    .option('--keep-sets <n>', 'so do those of the n newest runs', positive, KEPT_SETS)
    .option('--dry-run', 'list every file with its reason, and delete nothing')
    .addHelpText(
      'after',
      `
Examples:
  lake vacuum --dry-run
  lake vacuum --retention '30 days' --keep-sets 50
  lake vacuum shootings --retention '1 day'`,
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const selected = options.select || options.exclude ? await selectedNodes(opened, options) : undefined;
      const [{ openLake }, { vacuum }, { milliseconds }, { tablesOf }] = await Promise.all([
        import('../../lakehouse/open-lake.js'),
        import('../../lakehouse/vacuum/vacuum.js'),
        import('../../quality/freshness.js'),
        import('../../run/pins.js'),
      ]);
      const { store } = await openLake(opened.project.target.lake, opened.root);
      const garbage = await vacuum(store, {
        run: opened.stamp.id,
        folder: opened.root,
        since: Date.now() - milliseconds(options.retention),
        sets: options.keepSets,
        tables: selected && opened.graph.nodes.filter(({ id }) => selected.includes(id)).flatMap(tablesOf),
        dryRun: options.dryRun ?? false,
      });
      const columns = ['table', 'file', 'bytes', 'reason'];
      const rows = garbage.map(({ table, key, bytes, reason }) => [table, key, bytes, reason]);
      await printRows({ columns, rows, sentences: 'reason' }, outputFormat(options.output), true);
      const total = garbage.reduce((sum, { bytes }) => sum + bytes, 0);
      const done = options.dryRun ? 'Would delete' : 'Deleted';
      process.stderr.write(
        garbage.length === 0
          ? 'Nothing to delete: every file is needed.\n'
          : `${done} ${counted(garbage.length, 'file')}, ${count(total)} bytes.\n`,
      );
    });
}

const SEVEN_DAYS: Duration = { count: 7, unit: 'day' };
const KEPT_SETS = 10;

function retention(text: string): Duration {
  const written = text.trim();
  if (!DURATION.test(written)) throw new InvalidArgumentError("Expected a time such as '7 days'.");
  return toDuration(written);
}
