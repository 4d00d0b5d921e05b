import { Command } from 'commander';
import { lakeVersion } from '../lakehouse/versions.js';
import { commands } from './commands/index.js';

const EXAMPLES = `
Examples:
  lake build                              fetch, build and test everything that changed
  lake run --select shootings             one dataset, without tests
  lake plan                               what a build would do, why, and what it costs
  lake query "from gold.toronto_incidents_by_cell limit 5"

Exit codes: 0 fine · 1 a node or test failed · 2 a mistake in project or command
            75 only passing failures, safe to retry · 130, 143 stopped by a signal`;

/** The whole command line; parses nothing yet. */
export function createProgram(): Command {
  const program = new Command('lake')
    .description('Declarative open-data projects: YAML manifests in, tested Parquet tables out.')
    .version(lakeVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError(true)
    .addHelpText('after', EXAMPLES)
    // `fail` prints it, with its code.
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .enablePositionalOptions();
  for (const { group, register } of commands) {
    program.commandsGroup(`${group}:`);
    register(program);
  }
  return program;
}
