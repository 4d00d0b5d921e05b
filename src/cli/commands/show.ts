import { type Command, InvalidArgumentError } from 'commander';
import type { GraphNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { open } from '../open.js';
import {
  outputOption,
  type ProjectOptions,
  projectOptions,
  type SelectOptions,
  sampleOption,
  selectOptions,
} from '../options.js';
import { useColor } from '../output/color.js';
import { outputFormat, printRows } from '../output/print-rows.js';

type Options = ProjectOptions &
  SelectOptions & {
    readonly output?: string;
    readonly loads?: boolean;
    readonly inline?: string;
    readonly limit?: number;
  };

/** dbt's words for all rows are 0 and -1. @throws InvalidArgumentError */
function rowLimit(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < -1)
    throw new InvalidArgumentError('a whole number is expected, or -1 for all rows');
  return value;
}

export function registerShow(program: Command): void {
  sampleOption(projectOptions(outputOption(selectOptions(program.command('show')))))
    .summary('what a table is, how it stands, its rows')
    .description(
      'show what a dataset or model is and how it stands in the lake; with --select or --inline rows, as a build would make them now',
    )
    .argument('[name]', 'dataset or model: shootings, silver.shootings, gold.x')
    .option('--loads', 'the loads of the dataset, newest first')
    .option('--inline <sql>', 'rows of this question: "select * from {{ref \'x\'}}"')
    .option('--limit <n>', 'rows to show, 5 by default; 0 or -1: all of them, up to 100,000', rowLimit)
    .addHelpText(
      'after',
      `
A dataset's bare name shows its bronze and its silver. Rows are made of what is published, by the SQL as it is in the
project: a change is seen before it is built. What is published itself is asked with lake query.

Examples:
  lake show shootings
  lake show shootings --loads
  lake show gold.toronto_incidents_by_cell --output json
  lake show --select toronto_incidents_by_cell --limit 10
  lake show --inline "select count(*) as n from {{ref 'shootings'}}"`,
    )
    .action(async (name: string | undefined, options: Options) => {
      const rows = options.select ?? options.exclude ?? options.inline;
      if ((name === undefined) === (rows === undefined)) {
        throw new LakeError(
          'LK7011',
          name === undefined
            ? 'nothing to show is named'
            : 'a name and --select or --inline exclude each other',
          {
            hint: 'lake show shootings says what it is, lake show --select shootings shows its rows',
          },
        );
      }
      const opened = await open(options);
      if (name === undefined) {
        const { showRows } = await import('../show/show-rows.js');
        return showRows(opened, outputFormat(options.output), options);
      }
      const { graph, root, project } = opened;
      const named = graph.nodes.filter((node) => isMeant(node, name));
      if (named.length === 0) {
        const { didYouMean } = await import('../../errors/nearest.js');
        throw new LakeError('LK2001', `no dataset or model "${name}"`, {
          hint:
            didYouMean(
              name,
              graph.nodes.flatMap((node) => [node.id, node.name]),
            ) ?? 'see what there is with `lake ls`',
        });
      }
      const { openLake } = await import('../../lakehouse/open-lake.js');
      const lake = await openLake(project.target.lake, root);
      const format = outputFormat(options.output);
      if (options.loads) {
        const datasets = new Set(named.flatMap((node) => (node.kind === 'model' ? [] : [node.name])));
        const { timeline } = await import('../../lakehouse/meta/timeline.js');
        const { timelineRows } = await import('../output/timeline-rows.js');
        const rows = await timeline(lake, datasets);
        await printRows(timelineRows(rows, format), format, true);
        if (datasets.size === 0)
          process.stderr.write(`${name} is a model: it is built of tables and has no loads.\n`);
        else if (rows.length === 0)
          process.stderr.write(`${name} was never loaded in target ${project.target.name}.\n`);
        return;
      }
      const published = async (node: GraphNode) => {
        const materialized = node.kind === 'model' ? node.materialized : 'table';
        if (materialized === 'ephemeral') return undefined;
        return materialized === 'view' ? lake.view(node.id) : lake.head(node.id);
      };
      const { describeNode } = await import('../show/describe-node.js');
      const described = await Promise.all(
        named.map(async (node) =>
          describeNode(graph, node, await published(node), lake.store.place(node.id.replace('.', '/'))),
        ),
      );
      if (format !== 'table') {
        const [first] = described;
        const columns = Object.keys(first!) as (keyof typeof first & string)[];
        return printRows({ columns, rows: described.map((one) => Object.values(one)) }, format);
      }
      const { renderDescribed } = await import('../show/render-described.js');
      const texts = await Promise.all(
        described.map((one) => renderDescribed(one, useColor(process.stdout), process.stdout.columns)),
      );
      process.stdout.write(texts.join('\n'));
    });
}

/** By id, by name, or by the name of all versions of a model, which means the latest, as in `ref`. */
function isMeant(node: GraphNode, name: string): boolean {
  if (node.id === name || node.name === name) return true;
  const { of, stage } = (node.kind === 'model' && node.version) || {};
  return stage === 'latest' && of === name.replace(/^gold\./, '');
}
