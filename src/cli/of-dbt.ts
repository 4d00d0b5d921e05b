/** Commands and options of dbt's that lake has not: what to type instead, as the hint of the mistake. */

/** https://docs.getdbt.com/reference/dbt-commands */
const COMMANDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    source: '`lake freshness` says how old data is, and may be',
    docs: '`lake show <name>` says what a catalogue says: columns, descriptions, what it reads, who reads it; `lake ls` has the names',
    debug: '`lake plan` reads the whole project, asks every portal and says what does not answer',
    deps: 'There is nothing to install: the macros and tests of dbt-utils and the tests of dbt-expectations are part of lake',
    init: 'Write project.yml with a name, and profiles.yml: the README shows a whole project under "Your own project"',
    parse: '`lake compile` reads every file, and has all SQL parsed as well',
    'run-operation':
      '`lake query "…"` asks the lake; statements of a run stand in on_run_start and on_run_end of project.yml',
    clean:
      'target/ can be deleted at any time; `lake vacuum` removes files of the lake that no version needs',
    clone: 'Give the target of profiles.yml another place for its lake, and build there',
    list: '`lake ls` lists the nodes',
  }),
);

const LEAVE_OUT = 'Leave it out: there is nothing like it to turn on or off';
const NO_STATE =
  'Leave it out: every table knows what it was built from, and `lake build` builds what is new or changed';

/** https://docs.getdbt.com/reference/global-configs/about-global-configs */
const OPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '-m': 'Write --select, or -s',
    '--model': 'Write --select, or -s',
    '--models': 'Write --select, or -s',
    '--selector': 'Write the words of the selection themselves: --select tag:nightly',
    '--state': NO_STATE,
    '--defer': NO_STATE,
    '--no-defer': NO_STATE,
    '--favor-state': NO_STATE,
    '--defer-state': NO_STATE,
    '--profiles-dir': 'profiles.yml lies beside project.yml: leave it out',
    '--profile': 'Write profile: in project.yml, and choose one of its targets with --target',
    '--event-time-start': 'Write --since',
    '--event-time-end': 'Write --until',
    '--indirect-selection':
      'Leave it out: a test runs with the node that it belongs to; choose tests with test_name: and test_type:',
    '--store-failures':
      'Leave it out: failing rows are kept, `lake query "from failures.<test>"` asks for them',
    '--partial-parse': LEAVE_OUT,
    '--no-partial-parse': LEAVE_OUT,
    '--version-check': LEAVE_OUT,
    '--no-version-check': LEAVE_OUT,
    '--use-colors': 'Colours are for terminals; --no-color goes without',
    '--no-use-colors': 'Write --no-color',
    '--target-path': 'Leave it out: what is compiled lies in target/',
  }),
);

/** The hint for what commander says of a command or an option that is dbt's; undefined for any other. */
export function hintOfDbt(message: string): string | undefined {
  const [, kind, word = ''] = /^unknown (command|option) '([^'=]+)/.exec(message) ?? [];
  return kind === 'command' ? COMMANDS.get(word) : OPTIONS.get(word);
}
