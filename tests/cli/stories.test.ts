/**
 * One snapshot a story: what stands in the project, the command, everything it prints, its exit code. Reviewers read the
 * product in the diff of `__stories__/*.md`.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { runLake, steady } from '../support/run-lake.js';
import { type Files, SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

const projects: TempProject[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

interface Story {
  /** What differs from the small city. */
  readonly files?: Files;
  /** Files as they are changed before the last command. */
  readonly later?: Files;
  readonly commands: readonly (readonly string[])[];
}

async function tell({ files = {}, later = {}, commands }: Story): Promise<string> {
  const project = smallCity(files);
  projects.push(project);
  const parts: string[] = Object.entries(files).map(
    ([path, text]) => `\`${path}\`\n\`\`\`\n${text.trimEnd()}\n\`\`\``,
  );
  for (const [i, args] of commands.entries()) {
    if (i === commands.length - 1 && Object.keys(later).length > 0) {
      project.write(later);
      parts.push(
        ...Object.entries(later).map(([path, text]) => `then \`${path}\`\n\`\`\`\n${text.trimEnd()}\n\`\`\``),
      );
    }
    const { exitCode, stdout, stderr } = await runLake(project.root, args);
    const clean = (text: string) => inOrder(steady(text, project.root));
    parts.push(`\`\`\`console\n$ lake ${args.join(' ')}\n\`\`\``);
    if (stdout) parts.push(`stdout\n\`\`\`\n${clean(stdout)}\n\`\`\``);
    if (stderr) parts.push(`stderr\n\`\`\`\n${clean(stderr)}\n\`\`\``);
    parts.push(`exit code ${exitCode}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Nodes end in any order: the lines of each are kept together and told waits first, then by layer and name. */
function inOrder(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => NODE_LINE.test(line));
  if (first < 0) return text;
  const end = lines.findIndex((line, i) => i > first && line === '');
  const blocks: string[][] = [];
  for (const line of lines.slice(first, end)) {
    if (NODE_LINE.test(line)) blocks.push([line]);
    else blocks.at(-1)!.push(line);
  }
  const rank = ([line]: string[]) => {
    const [, mark, id = ''] = NODE_LINE.exec(line!)!;
    return mark === '…' ? ` ${line}` : `${['bronze', 'silver', 'gold'].indexOf(id.split('.')[0]!)} ${id}`;
  };
  blocks.sort((x, y) => (rank(x) < rank(y) ? -1 : 1));
  return [...lines.slice(0, first), ...blocks.flat(), ...lines.slice(end)].join('\n');
}

const NODE_LINE = /^([✓=✗…-]) (\S+)/;

const portal = (text: string) => ({ 'portal/portal.yml': `${SMALL_CITY['portal/portal.yml']}${text}` });

const stories: Record<string, Story> = {
  'a-first-build': { commands: [['build', '--output', 'table']] },
  'a-second-build': { commands: [['build', '-q'], ['build']] },
  'a-wrong-manifest': {
    files: {
      'datasets/trees.yml': `dataset: trees
portal: tree
source: {id: tree-0001}
keys: [tree_id]
fields:
  tree_id: intger
  height: {type: double, rnage: [0, 100]}
`,
    },
    commands: [['build']],
  },
  'bad-yaml': {
    files: { 'datasets/parks.yml': 'dataset: parks\nportal: parks\n  source: {package: city-parks}\n' },
    commands: [['compile']],
  },
  'a-wrong-ref': {
    files: {
      'models/gold/trees_by_park.sql': "select park, count(*) as trees\nfrom {{ref 'tres'}}\ngroup by park\n",
    },
    commands: [['compile']],
  },
  'a-cycle': {
    files: {
      'models/gold/trees_by_park.sql': "select * from {{ref 'tall_trees'}}\n",
      'models/gold/tall_trees.sql': "select * from {{ref 'trees_by_park'}}\n",
    },
    commands: [['build']],
  },
  'a-sql-syntax-error': {
    files: {
      'models/gold/trees_by_park.sql': "select park, count(* as trees\nfrom {{ref 'trees'}}\ngroup by park\n",
    },
    commands: [['compile']],
  },
  'sql-that-reads-a-file': {
    files: {
      'models/gold/trees_by_park.sql':
        "select *\nfrom {{ref 'trees'}}\njoin read_csv('wards.csv') using (park)\n",
    },
    commands: [['build']],
  },
  'braces-that-are-not-closed': {
    files: {
      'models/gold/trees_by_park.sql': "select park\nfrom {{ref 'trees'}\ngroup by park\n",
      'models/gold/tall_trees.sql':
        "select * from {{ref 'trees_by_park'}}\n{{#if (is_incremental)}}\nwhere height > 10\n",
    },
    commands: [['build']],
  },
  'mistakes-in-partials': {
    files: {
      'macros/source.hbs': "{{ref 'tres'}}\n",
      'models/gold/trees_by_park.sql':
        'select park, count(*) as trees\nfrom {{> source}}\nwhere {{> sorce x=1}}\ngroup by park\n',
    },
    commands: [['compile']],
  },
  'slips-in-sql-beside-other-mistakes': {
    files: {
      'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}  area: {type: double, sql: "hectares || 'ha"}\n`,
      'macros/tallest.hbs': 'max({{of}} as)\n',
      'macros/around.hbs': 'select 1,\n  {{> tallest of="height"}}\n',
      'models/gold/a_wrong_ref.sql': "select park, count(* as trees from {{ref 'tres'}}\n",
      'models/gold/of_a_macro.sql': "{{> around}}\nfrom {{ref 'trees'}}\n",
      'models/gold/trees_by_park.sql': "select park, count(* as trees\nfrom {{ref 'trees'}}\ngroup by park\n",
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns:
      - {name: park, tests: [not_nul, unique]}
  - {name: of_a_macro, descripton: none}
`,
      'tests/tall.sql': "select * from {{ref 'trees'}} where height >\n",
    },
    commands: [['build']],
  },
  'mistakes-beside-seeds-snapshots-and-tests': {
    files: {
      'seeds/wards.csv': 'ward,name\n1,Old Town\n',
      'seeds/seeds.yml':
        'version: 2\nseeds:\n  - name: wards\n    config: {column_typs: {ward: integer}}\n    colums: [{name: ward}]\n',
      'snapshots/trees_over_time.yml':
        "snapshots:\n  - name: trees_over_time\n    relation: ref('tres')\n    config: {strategy: chek, unique_ky: tree_id}\n",
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_prk
  - name: trees_by_park
    columns:
      - {name: park, test: [not_null]}
unit_tests:
  - name: counts
    model: trees_by_prk
    givn: [{input: ref('trees'), rows: []}]
    expect: {row: [{trees: 1}]}
`,
    },
    commands: [['compile']],
  },
  'mistakes-in-tests-of-ones-own': {
    files: {
      'tests/generic/at_most.sql':
        "{{arguments most=(var 'most')}}\nselect * from {{model}} where {{column_name}} > {{most}}\n",
      'tests/generic/at_least.sql':
        "{{arguments 'least'}\nselect * from {{model}} where {{column_name}} < {{least}}\n",
      'tests/no_tall_trees.sql': "select * from {{ref 'trees_by_prk'}} where tallest > 100\n",
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns:
      - {name: trees, tests: [at_most, {at_least: {least: 1}}, not_nul]}
`,
    },
    commands: [['compile']],
  },
  'columns-that-are-not-there': {
    files: {
      'models/gold/gold.yml': '',
      'macros/tallest.hbs': 'max({{of}}) + max(widht)\n',
      'models/gold/trees_by_park.sql':
        "select park, {{> tallest of='height'}} as tallest\nfrom {{ref 'trees'}}\ngroup by park\n",
      'models/gold/a_view.sql':
        "{{config materialized='view'}}\nselect tree_id,\n    trees.spices\nfrom {{ref 'trees'}} as trees\n",
      'models/gold/an_ephemeral.sql':
        "{{config materialized='ephemeral'}}\nselect tree_id,\n    hight\nfrom {{ref 'trees'}}\n",
      'models/gold/of_the_ephemeral.sql': "select * from {{ref 'an_ephemeral'}}\n",
      'models/gold/of_the_view.sql': "select * from {{ref 'a_view'}}\n",
      'models/gold/of_both.sql': "select * from {{ref 'of_the_view'}}, {{ref 'of_the_ephemeral'}}\n",
    },
    commands: [['build']],
  },
  'a-column-of-later-runs-that-is-not-there': {
    files: {
      'models/gold/gold.yml': '',
      'models/gold/trees_by_park.sql':
        "{{config materialized='incremental' unique_key='tree_id'}}\nselect tree_id, height from {{ref 'trees'}}\n{{#if (is_incremental)}}\nwhere tree_ids >= (select max(tree_id) from {{self}})\n{{/if}}\n",
    },
    commands: [['build', '--select', '+trees_by_park']],
  },
  'tests-that-cannot-run': {
    files: {
      'tests/no_tall_trees.sql': "select * from {{ref 'trees_by_park'}}\nwhere talest > 100\n",
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns:
      - {name: treees, tests: [not_null]}
`,
    },
    commands: [['build']],
  },
  'a-seed-whose-types-are-not-there': {
    files: {
      'seeds/wards.csv': 'ward,name\n1,Old Town\n',
      'seeds/streets.csv': 'street,name\n1,Main Street\n',
      'seeds/seeds.yml':
        'version: 2\nseeds:\n  - name: wards\n    config: {column_types: {wrd: integer}}\n  - name: streets\n    config: {column_types: {street: intger}}\n',
    },
    commands: [['seed']],
  },
  'a-contract-that-is-not-kept': {
    files: {
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    config: {contract: {enforced: true}}
    columns:
      - {name: park, data_type: varchar}
      - {name: treees, data_type: bigint}
      - {name: tallest, data_type: integer}
`,
    },
    commands: [['build']],
  },
  'a-snapshot-of-a-column-that-is-not-there': {
    files: {
      'snapshots/trees_over_time.yml':
        "snapshots:\n  - name: trees_over_time\n    relation: ref('trees')\n    config: {strategy: check, unique_key: tre_id, check_cols: all}\n",
    },
    commands: [['build', '-q', '--select', '+trees_over_time']],
  },
  'a-macro-that-cannot-be-parsed': {
    files: {
      'macros/heights.sql': 'create macro metres(feet) as feet * 0.3048;\n\ncreate macro tall(x) as x >;\n',
    },
    commands: [['compile']],
  },
  'a-column-that-is-not-there': {
    files: {
      'models/gold/trees_by_park.sql':
        "select park,\n    max(hight) as tallest\nfrom {{ref 'trees'}}\ngroup by park\n",
    },
    commands: [['build']],
  },
  'a-portal-that-is-down': {
    files: {
      'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replace(
        'type: socrata',
        'type: socrata\n    down: true',
      ),
    },
    commands: [['build']],
  },
  'a-truncated-page': {
    files: portal("faults: [{at: '/resource/*.csv*', kind: rows, by: -2}]\n"),
    commands: [['build']],
  },
  'a-changed-count': {
    files: portal("faults: [{at: '*datastore_search*', kind: count, by: 3}]\n"),
    commands: [['build']],
  },
  'a-failing-test': {
    files: {
      'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    columns:
      - {name: tallest, tests: [{accepted_values: {values: [21.5]}}]}
`,
    },
    commands: [['build']],
  },
  'a-key-that-is-not-unique': {
    files: { 'portal/parks.csv': 'PARK,HECTARES\nHigh Park,161\nHigh Park,162\nRiverdale,18\n' },
    commands: [['build']],
  },
  'a-row-drop': {
    files: {},
    commands: [['build', '-q'], ['build']],
    later: {
      'portal/parks.csv': 'PARK,HECTARES\nHigh Park,161\n',
      'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01', '2026-10-02'),
      'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}guards: {max_row_drop: 10%}\n`,
    },
  },
  'a-column-that-turned-empty': {
    files: { 'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}guards: {max_null_rise: 10%}\n` },
    commands: [
      ['build', '-q'],
      ['build', '--select', 'parks'],
    ],
    later: {
      'portal/parks.csv': 'PARK,HECTARES\nHigh Park,\nRiverdale,18.5\n',
      'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01', '2026-10-02'),
    },
  },
  'frozen-columns': {
    files: { 'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}contract: {columns: freeze}\n` },
    commands: [
      ['build', '-q'],
      ['build', '--select', 'parks'],
    ],
    later: {
      'portal/parks.csv': 'PARK,AREA_HA,WARD\nHigh Park,161,4\nRiverdale,18.5,14\n',
      'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01', '2026-10-02').replace(
        'HECTARES: float8',
        'AREA_HA: float8, WARD: text',
      ),
    },
  },
  'a-plan-with-a-portal-that-is-down': {
    files: {
      'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replace(
        'type: socrata',
        'type: socrata\n    down: true',
      ),
    },
    commands: [['plan', '--output', 'table']],
  },
  'a-plan': { commands: [['plan', '--output', 'table']] },
  'an-unknown-node': { commands: [['build', '--select', 'tress']] },
  'an-unknown-option': { commands: [['build', '--selct', 'trees']] },
  'no-project': { files: { 'project.yml': '' }, commands: [['build']] },
  'a-table-that-the-project-no-longer-has': {
    files: { 'models/gold/old.sql': 'select 1 as n\n' },
    later: { 'models/gold/old.sql': '{{config enabled=false}}select 1 as n\n' },
    commands: [['build', '-q'], ['build']],
  },
  'run-then-test': { commands: [['run', '-q'], ['test'], ['test']] },
  'a-dry-run-and-a-fetch': {
    commands: [
      ['fetch', '--select', 'parks', '--dry-run', '--verbose', '--output', 'table'],
      ['fetch', '--select', 'parks'],
    ],
  },
  'a-sample': {
    commands: [
      ['fetch', '--select', 'trees', '--limit', '2'],
      ['query', 'select tree_id, species from bronze.trees order by 1', '--sample', '--output', 'table'],
    ],
  },
  'questions-to-the-lake': {
    commands: [
      ['build', '-q'],
      ['query', 'from gold.trees_by_park order by park', '--output', 'table'],
      ['query', 'from gold.trees_by_park order by park', '--output', 'csv'],
      ['query', 'delete from gold.trees_by_park'],
      ['query', 'select hight from silver.trees'],
    ],
  },
  'what-is-there': {
    commands: [
      ['build', '-q'],
      ['history', '--output', 'table'],
      ['show', 'silver.trees', '--output', 'table'],
      ['show', 'trees', '--loads', '--output', 'table'],
    ],
  },
  'a-retry': {
    files: portal("faults: [{at: '/resource/*.csv*', kind: rows, by: -2}]\n"),
    commands: [['build', '-q'], ['retry']],
    later: { 'portal/portal.yml': SMALL_CITY['portal/portal.yml']! },
  },
  'an-error-explained': {
    commands: [
      ['explain', 'LK4001'],
      ['explain', '4444'],
    ],
  },
  'schemas-for-editors': { commands: [['schema', '--dir', 'schemas']] },
  'compiled-sql': {
    files: {
      'models/gold/tall_trees.sql':
        "{{config materialized='incremental' unique_key='tree_id'}}\nselect tree_id, height from {{ref 'trees'}}\n{{#if (is_incremental)}}\nwhere tree_id > (select max(tree_id) from {{self}})\n{{/if}}\n",
    },
    commands: [
      ['compile', 'trees_by_park'],
      ['compile', 'tall_trees'],
      [
        'compile',
        '--inline',
        "select {{star (ref 'trees') except='height'}} from {{ref 'trees'}}",
        '-o',
        'json',
      ],
      ['compile', '--inline', "select *\nfrom {{ref 'tres'}}\nwhere {{safe_divide 'a'}} > 1"],
      ['compile', '--inline', "select *\nfro {{ref 'trees'}}"],
      ['compile', '--select', 'bronze.*'],
    ],
  },
  list: { commands: [['ls', '--output', 'table']] },
  'a-failing-unit-test': {
    files: {
      'datasets/trees.yml': `${SMALL_CITY['datasets/trees.yml']}unit_tests:
  - name: heights_are_metres
    given: [{TREE_ID: '1', SPECIES: Oak, HEIGHT: '2100'}, {TREE_ID: '2', SPECIES: Elm, HEIGHT: '3.50'}]
    expect: [{tree_id: 1, height: 21.0}, {tree_id: 2, height: 3.5}]
`,
    },
    commands: [['build', '--select', 'trees']],
  },
};

describe('stories of the command line', () => {
  test.each(Object.entries(stories))('%s', async (name, story) => {
    await expect(await tell(story)).toMatchFileSnapshot(`__stories__/${name}.md`);
  });
});
