/** Options that mean the same in every command. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface ProjectOptions {
  readonly projectDir: string;
  readonly target?: string;
  /** YAML text of a mapping. */
  readonly vars?: string;
  readonly color: boolean;
  /** The lake of the last `--limit` run instead of the target's. */
  readonly sample?: boolean;
}

export interface SelectOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
}

/** `--project-dir --target --vars --no-color`. */
export function projectOptions(command: Command): Command {
  return command
    .addOption(new Option('--project-dir <folder>', 'folder of project.yml').default('.', 'this folder'))
    .option('-t, --target <name>', 'output of profiles.yml to use')
    .option('--vars <yaml>', "variables, such as '{h3_resolution: 9}'")
    .option('--no-color', 'no colours')
    .hook('preAction', (_, action) => {
      if (action.opts()['color'] === false) process.env['NO_COLOR'] = '1';
    });
}

/** `--select --exclude`, dbt's grammar; several values, or the option several times, are a union. */
export function selectOptions(command: Command): Command {
  return command
    .option('-s, --select <nodes...>', 'nodes: names, tag:x, path:x, +x, x+, globs')
    .option('--exclude <nodes...>', 'nodes to leave out');
}

/** `lake plan crashes` is `lake plan --select crashes`: `[nodes...]` with `--select --exclude`. */
export function nodeOptions(command: Command): Command {
  return selectOptions(command.argument('[nodes...]', 'what to select, as with --select; both add up'));
}

/** The options with the nodes that were named without `--select`. */
export function withNodes<T extends SelectOptions>(options: T, nodes: readonly string[]): T {
  return nodes.length === 0 ? options : { ...options, select: [...nodes, ...(options.select ?? [])] };
}

/** `--sample`, for commands that look at the lake. */
export function sampleOption(command: Command): Command {
  return command.option('--sample', 'look at what the last --limit run sampled');
}

/** `--output`, for commands that print rows. */
export function outputOption(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'table, json or csv').choices(['table', 'json', 'csv']),
  );
}

/** `--day`, for targets with a local portal. */
export function dayOption(command: Command): Command {
  return command.option('--day <n>', 'day of the local portal (target sample)', positive);
}

/** `--faults --seed`, for targets with a local portal and for the portal itself. */
export interface FaultOptions {
  readonly faults?: string;
  readonly seed?: number;
}

/** Adds `--faults --seed`. */
export function faultOptions(command: Command): Command {
  return command
    .option(
      '--faults <list>',
      "faults of the local portal, such as 'status429=0.1,cut=0.02' (see lake portal --help)",
    )
    .option('--seed <n>', 'what the draws of --faults begin from: the same seed, the same faults', positive);
}

/** 0 or a greater whole number. @throws InvalidArgumentError for anything else. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number from 1 is expected');
  return value;
}

/** The flags that the next command needs again to mean the same project and target; with a blank before, or empty. */
export function carriedFlags({ projectDir, target }: Pick<ProjectOptions, 'projectDir' | 'target'>): string {
  return `${projectDir === '.' ? '' : ` --project-dir ${projectDir}`}${target === undefined ? '' : ` --target ${target}`}`;
}

/** The day of the local portal, likewise. */
export function carriedDay({ day }: { readonly day?: number }): string {
  return day === undefined ? '' : ` --day ${day}`;
}
