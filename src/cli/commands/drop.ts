import type { Command } from 'commander';
import type { Lake, RunSet, TableId } from '../../lakehouse/types.js';
import { open } from '../open.js';
import { carriedFlags, outputOption, type ProjectOptions, projectOptions } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';
import { counted } from '../progress/format.js';

interface Options extends ProjectOptions {
  readonly output?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

export function registerDrop(program: Command): void {
  projectOptions(outputOption(program.command('drop').argument('[tables...]', 'tables or views of the lake')))
    .summary('take tables out of the lake that the project has no longer')
    .description('list the tables of the lake that the project has no longer, and drop those that are named')
    .option('--all', 'drop all of them')
    .option('--dry-run', 'list them, and drop nothing')
    .addHelpText(
      'after',
      `
What is dropped is in no later set and no views.sql. Its files stay until lake vacuum finds them older than its
retention: until then lake query --at reads them, and a model or dataset of that name goes on from them.

Examples:
  lake drop                               what could be dropped
  lake drop gold.old_report
  lake drop --all`,
    )
    .action(async (named: readonly string[], options: Options) => {
      const opened = await open(options);
      const [{ openLake }, { droppable }, { checkReaders, dropTables }, { newRunStamp }] = await Promise.all([
        import('../../lakehouse/open-lake.js'),
        import('../../run/left-over.js'),
        import('../../lakehouse/sets/drop-tables.js'),
        import('../../compile/run-stamp.js'),
      ]);
      const lake = await openLake(opened.project.target.lake, opened.root);
      const set = await lake.newestSet();
      const names = droppable(opened.graph, set, named);
      const drops = (named.length > 0 || options.all === true) && options.dryRun !== true;
      if (drops && names.length > 0) {
        await dropTables(lake, { names, run: newRunStamp(new Date()).id, folder: opened.root });
      } else if (names.length > 0) await checkReaders(lake, names);
      const rows = await Promise.all(names.map((name) => rowOf(lake, set!, name)));
      const columns = ['table', 'kind', 'rows', 'bytes', 'published'];
      await printRows({ columns, rows, names: 'table' }, outputFormat(options.output), true);
      process.stderr.write(
        names.length === 0
          ? 'Nothing to drop: the project has every table of the lake.\n'
          : drops
            ? `Dropped ${counted(names.length, 'table')}. \`lake vacuum\` deletes the files once its retention is over.\n`
            : `Nothing was dropped. Next: lake drop ${named.length > 0 ? named.join(' ') : '--all'}${carriedFlags(options)}\n`,
      );
    });
}

async function rowOf(lake: Lake, { tables, views }: RunSet, name: TableId): Promise<readonly unknown[]> {
  const version = tables[name];
  if (version === undefined) {
    const { state } = await lake.viewAt(name, views![name]!);
    return [name, 'view', null, null, state.at];
  }
  const { state } = await lake.at(name, version);
  return [name, 'table', state.rows, state.bytes, state.at];
}
