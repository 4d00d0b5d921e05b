/** Templates through real builds: what the library prints is published, and SQL that prints its run is built in each. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let project: TempProject;
const lake = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await runLake(project.root, args);
  expect(stderr === '' ? '' : `${exitCode} ${stderr}`).toMatch(/^(0 .*)?$/s);
  return stdout;
};
const rows = async (sql: string) => JSON.parse(await lake('query', sql, '--output', 'json')) as unknown[];

beforeAll(async () => {
  project = smallCity({
    'macros/around.hbs': 'select *, {{string_literal by}} as maker from (\n  {{> @partial-block}}\n)\n',
    'macros/heights.sql':
      'create macro tall(h) as feet(h) > 30;\ncreate macro feet(h, factor := 3.28084) as h * factor;\n',
    'models/gold/days.sql': "{{date_spine 'day' \"'2024-02-27'\" \"'2024-03-02'\"}}\n",
    'models/gold/long.sql':
      "{{unpivot (ref 'trees') exclude=(list 'tree_id') remove=(list '_load_id' 'park') field_name='what'}}\n",
    'models/gold/keyed.sql': `{{#> around by=target.name}}
  select {{surrogate_key 'tree_id' 'species'}} as key, {{star (ref 'trees') except=(list '_load_id')}}, tall(height) as tall
  from {{ref 'trees'}}
{{/around}}
`,
    'models/gold/stamped.sql':
      "select '{{invocation_id}}' as run, timestamptz '{{run_started_at}}' as started, count(*) as trees from {{ref 'trees'}}\n",
  });
  await lake('build', '-q');
}, 120_000);
afterAll(() => project.remove());

it("publishes what the library's macros make", async () => {
  expect(await rows('from gold.days order by all')).toEqual([
    { date_day: '2024-02-27' },
    { date_day: '2024-02-28' },
    { date_day: '2024-02-29' },
    { date_day: '2024-03-01' },
  ]);
  const [{ n, keys, whats, maker }] = (await rows(
    `select (select count(*) from silver.trees)::integer as n, count(distinct key)::integer as keys, max(maker) as maker,
      (select string_agg(distinct what, ' ' order by what) from gold.long) as whats from gold.keyed`,
  )) as [{ n: number; keys: number; whats: string; maker: string }];
  expect({ keys, whats, maker }).toEqual({ keys: n, whats: 'height species', maker: 'dev' });
});

it('builds a model that prints its run in every run, under the id that meta.runs has, and nothing else', async () => {
  const stamp = async () => (await rows('select run, started::varchar as started from gold.stamped'))[0];
  const first = (await stamp()) as { run: string; started: string };
  const result = JSON.parse(await lake('build', '--output', 'json')) as { node: string; status: string }[];
  const statusOf = (id: string) => result.find(({ node }) => node === id)?.status;
  const second = (await stamp()) as { run: string; started: string };
  expect(second.run > first.run && second.started > first.started).toBe(true);
  expect([statusOf('gold.stamped'), statusOf('gold.keyed')]).toEqual(['success', 'reused']);
  const runs = (await rows('select run from meta.runs order by run')) as { run: string }[];
  expect(runs.map(({ run }) => run)).toEqual([first.run, second.run]);
});
