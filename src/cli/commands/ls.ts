import { type Command, Option } from 'commander';
import { open, selectedForList } from '../open.js';
import {
  nodeOptions,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  withNodes,
} from '../options.js';
import { LISTED_TYPES, type ListedType, listRows } from '../output/list-rows.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions &
  SelectOptions & {
    readonly output?: string;
    readonly resourceType?: readonly ListedType[];
    readonly excludeResourceType?: readonly ListedType[];
  };

export function registerLs(program: Command): void {
  projectOptions(nodeOptions(program.command('ls')))
    .summary('list the nodes of the project')
    .description('list the nodes of the project, and with --resource-type its tests')
    .addOption(
      new Option('-o, --output <format>', 'table, json, csv, or name: one a line, for xargs').choices([
        'table',
        'json',
        'csv',
        'name',
      ]),
    )
    .addOption(
      new Option(
        '--resource-type <types...>',
        'what to list: nodes and exposures unless said otherwise; all has the tests, too',
      ).choices(LISTED_TYPES),
    )
    .addOption(
      new Option('--exclude-resource-type <types...>', 'what to leave out of the list').choices(LISTED_TYPES),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  lake ls --select +gold.*\n  lake ls --select tag:police --output json\n  lake ls orders --resource-type test unit_test\n  lake ls --select tag:police --output name | xargs lake run',
    )
    .action(async (nodes: readonly string[], given: Options) => {
      const options = withNodes(given, nodes);
      const opened = await open(options);
      const chosen = await selectedForList(opened, options);
      if (options.output === 'name') {
        const { rows } = listRows(opened.graph, chosen, options, true);
        process.stdout.write(rows.map(([node]) => `${node}\n`).join(''));
        return;
      }
      const format = outputFormat(options.output);
      await printRows(listRows(opened.graph, chosen, options, format === 'json'), format);
    });
}
