/** What staged silver must show before it is published; a load that fails is taken back and asked for again. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import type { Built } from './support/city.js';
import type { Row } from './support/portal.js';
import { type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-0${day}T10:00:00Z`;

interface Trees {
  /** Fields beside `tree_id`, in YAML. */
  readonly fields: string;
  readonly more?: string;
  readonly key?: string;
  /** Columns beside TREE_ID, by row number, on day 1 and on day 2; day 3 is as day 1, with one tree more. */
  readonly first: (n: number) => Row;
  readonly second: (n: number) => Row;
  readonly count?: number;
}

/** A CKAN table of forty trees. */
function trees({ fields, more = '', key = '[tree_id]', first, second, count = 40 }: Trees) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: ckan
source: {package: ${name}}
key: ${key}
fields:
  tree_id: integer
${fields}
${more}`,
    },
    days: [first, second, first].map((row, day) => {
      const rows = Array.from({ length: day === 2 ? count + 1 : count }, (_, n) => ({
        TREE_ID: n + 1,
        ...row(n),
      }));
      const columns = Object.fromEntries(Object.keys(rows[0]!).map((column) => [column, 'text']));
      return { ckan: { [name]: { columns, rows, at: at(day + 1) } } };
    }),
  });
}

const SPECIES = ['Oak', 'Elm', 'Birch', 'Maple'];
const plain = (n: number) => ({ SPECIES: SPECIES[n % 4]!, HEIGHT: String(10 + n) });
const FIELDS = '  species: varchar\n  height: double';

const SCENARIOS = {
  emptied: trees({ fields: FIELDS, first: plain, second: (n) => ({ ...plain(n), HEIGHT: null }) }),
  thinned: trees({
    fields: FIELDS,
    more: 'guards: {max_null_rise: {height: 5%}}\n',
    first: plain,
    second: (n) => ({ ...plain(n), HEIGHT: n < 3 ? null : String(10 + n) }),
  }),
  thinned_just_so: trees({
    fields: FIELDS,
    more: 'guards: {max_null_rise: 5%}\n',
    first: plain,
    second: (n) => ({ ...plain(n), HEIGHT: n < 2 ? null : String(10 + n) }),
  }),
  defaulted: trees({
    fields: '  species: varchar\n  height: {type: integer, default: 0}',
    more: 'guards: {max_null_rise: 10%}\n',
    first: () => ({ SPECIES: 'Oak', HEIGHT: '0' }),
    second: () => ({ SPECIES: 'Oak', HEIGHT: null }),
  }),
  flipped: trees({
    fields: '  species: varchar\n  height: {type: integer, on_invalid: nullify}',
    first: plain,
    second: (n) => ({ ...plain(n), HEIGHT: n % 2 === 0 ? 'tall' : '12' }),
  }),
  marked: trees({
    fields: '  species: varchar\n  height: {type: integer, on_invalid: nullify}',
    first: plain,
    second: (n) => ({ ...plain(n), HEIGHT: ['NA', '-', '12'][n % 3]! }),
  }),
  renamed: trees({
    fields: FIELDS,
    first: plain,
    second: (n) => ({ TREE_SPECIES: SPECIES[n % 4]!.toUpperCase(), HEIGHT: String(10 + n) }),
  }),
  changed: trees({
    fields: FIELDS,
    more: 'guards: {max_changed: 20%}\n',
    first: plain,
    // Every height is written otherwise, every fourth species is another one.
    second: (n) => ({ SPECIES: SPECIES[(n % 4) + (n % 4 === 0 ? 1 : 0)]!, HEIGHT: `${10 + n}.000` }),
  }),
  invalid: trees({
    fields: '  species: {values: [Oak, Elm, Birch, Maple]}\n  height: double',
    first: plain,
    second: (n) => ({ ...plain(n), SPECIES: n % 2 === 0 ? 'Palm' : 'Oak' }),
  }),
  not_unique: trees({
    fields: FIELDS,
    first: plain,
    second: (n) => ({ ...plain(n), TREE_ID: Math.max(n, 1) }),
  }),
  failing: trees({
    fields: '  species: varchar\n  height: {type: integer, on_invalid: fail}',
    first: plain,
    second: (n) => ({ ...plain(n), HEIGHT: n === 7 ? '12.5 m' : '12' }),
  }),
  bag: trees({
    key: 'none',
    fields: FIELDS,
    first: plain,
    second: (n) => ({ ...plain(n), SPECIES: null }),
  }),
  small: trees({ count: 5, fields: FIELDS, first: plain, second: (n) => ({ ...plain(n), HEIGHT: null }) }),
  as_ever: trees({ fields: FIELDS, first: plain, second: (n) => ({ ...plain(n), HEIGHT: String(11 + n) }) }),
};

let project: ScenarioCity;
let day2: Built;
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  await project.build();
  project.serveDay(2);
  day2 = await project.build({ exit: 1, accept: ['emptied:changed'] });
});
afterAll(() => project.remove());

/** Of tests that build several times, on a machine that has other work, too. */
const PATIENT = { timeout: 120_000 };

const errorOf = (name: string) => day2.node(`silver.${name}`).error;
/** Data files of a table's folder, whether they count or not. */
const parquetFiles = (table: string) =>
  readdirSync(join(project.root, 'lake', table)).filter((file) => file.endsWith('.parquet'));
async function loadsOf(name: string): Promise<unknown[]> {
  const sql = `select status, rows, reason from meta.loads where dataset = '${name}' order by loaded_at`;
  return JSON.parse((await runLake(project.root, ['query', sql, '--output', 'json'])).stdout);
}
const one = async (sql: string) => (await project.query(sql))[0];

describe('null_rise', () => {
  test('F35: a column that becomes all NULL stops the load without a word in the manifest: how many rows, which, how to accept', async () => {
    expect(errorOf('emptied')).toMatchObject({
      code: 'LK4021',
      message:
        'emptied: height: NULL in 40 of 40 rows (100 %), before in 0 %; a rise of at most 50 % is allowed where the manifest says nothing',
      hint: expect.stringMatching(
        /--accept emptied:null_rise`; the last good version stays published; to see what came: `lake diff emptied --to /,
      ),
      details: {
        guards: ['null_rise'],
        table: 'height: such as 1: 10.0 → NULL; 2: 11.0 → NULL; 3: 12.0 → NULL',
      },
    });
    expect(await one('select count(*)::int, count(height)::int from silver.emptied')).toEqual([40, 40]);
  });

  test('the manifest sets the share, for all fields or for one; the share itself is allowed', async () => {
    expect(errorOf('thinned')?.message).toBe(
      'thinned: height: NULL in 3 of 40 rows (7.5 %), before in 0 %; a rise of at most 5 % is allowed',
    );
    expect(day2.statuses['silver.thinned_just_so']).toBe('success');
  });

  test('a default does not hide that values are gone', () => {
    expect(errorOf('defaulted')).toMatchObject({
      message:
        'defaulted: height: the portal delivered no value in 40 of 40 rows (100 %), before in 0 %; a rise of at most 10 % is allowed',
      details: { table: 'height: such as 1: no value; 2: no value; 3: no value' },
    });
  });

  test('of rows without a key the values that were there are named', () => {
    expect(errorOf('bag')?.details).toMatchObject({
      table: 'species: such as Birch → NULL; Elm → NULL; Maple → NULL',
    });
  });

  test('where the manifest says nothing, tables of a few rows are left alone', () => {
    expect(day2.statuses['silver.small']).toBe('success');
  });
});

describe('type_flip, renamed, changed, quarantine_rise, key, on_invalid: fail', () => {
  test('F34: numbers that became words stop the load, with the words and how often each stands there', () => {
    expect(errorOf('flipped')).toMatchObject({
      code: 'LK4022',
      message:
        'flipped: height: not an integer in 20 of 40 rows (50 %), before in 0 %; a rise of at most 20 % is allowed where the manifest says nothing',
      details: { table: "height: such as 'tall' (20×)" },
    });
  });

  test('F34: where they look like a word for no value, `null_if` with these words is what is proposed', () => {
    expect(errorOf('marked')).toMatchObject({
      code: 'LK4022',
      hint: expect.stringMatching(
        /^NA, - look like a word for no value: write `null_if: \['', 'NA', '-'\]` for height in datasets\/marked\.yml to read it as NULL; else correct `type:` or `format:`/,
      ),
    });
    expect(errorOf('flipped')?.hint).not.toContain('null_if');
  });

  test('F34: a renamed column is recognised by its values, whatever its new name and spelling', async () => {
    expect(errorOf('renamed')).toMatchObject({
      code: 'LK4020',
      message:
        'renamed: the portal has no column "SPECIES" any more, and its values stand in the new column "TREE_SPECIES" (the same in 100 % of the rows): species would be NULL in every row',
      hint: expect.stringContaining(
        'write `from: [species, TREE_SPECIES]` for species in datasets/renamed.yml',
      ),
    });
    expect(day2.node('bronze.renamed').notes).toEqual([
      'the portal\'s columns have changed: renamed "SPECIES" → "TREE_SPECIES"',
    ]);
    expect(await one('select count(species)::int from silver.renamed')).toEqual([40]);
  });

  test('values that became other ones in more rows than `max_changed`; another spelling of a number is no change', () => {
    expect(errorOf('changed')).toMatchObject({
      code: 'LK4024',
      message:
        'changed: species has another value in 10 of 40 rows that were there before (25 %); at most 20 % are allowed',
      details: { guards: ['changed'], table: 'species: such as 1: Oak → Elm; 5: Oak → Elm; 9: Oak → Elm' },
    });
  });

  test('a jump of the rows in quarantine, with the rules that they break', () => {
    expect(errorOf('invalid')).toMatchObject({
      code: 'LK4023',
      message:
        'invalid: 20 of 40 rows (50 %) would be quarantined, before 0 %; a rise of at most 20 % is allowed where the manifest says nothing: species: not an accepted value in 20',
    });
  });

  test('a key that is not unique any more, and a value that may not be invalid, take their load back, too', async () => {
    expect([errorOf('not_unique')?.code, errorOf('failing')?.code]).toEqual(['LK4006', 'LK4007']);
    const { rejected, parts, load } = await project.state('bronze.failing');
    expect([rejected?.guards, load]).toEqual([['values'], undefined]);
    expect(Object.values(parts!)[0]!.loads).not.toContain(day2.run);
  });
});

describe('a load that was taken back', () => {
  test('does not count: bronze has its rows, its parts are as before, and silver is as good as new', async () => {
    const { rejected, parts, dataVersion } = await project.state('bronze.emptied');
    expect(rejected).toMatchObject({ loadIds: [day2.run], guards: ['null_rise'] });
    expect(Object.values(parts!)[0]!.loads).not.toContain(day2.run);
    expect(dataVersion).toBe(0);
    expect(await one('select count(*)::int from bronze.emptied')).toEqual([80]);
    expect(await loadsOf('emptied')).toEqual([
      { status: 'committed', rows: 40, reason: 'first load' },
      { status: 'rejected', rows: 40, reason: expect.stringContaining('height: NULL in 40 of 40 rows') },
    ]);
  });

  test(
    'is asked for again by the next run; --accept publishes it, and the guard is recorded with the content',
    PATIENT,
    async () => {
      const again = await project.build({ exit: 1, select: ['emptied', 'flipped', 'as_ever'] });
      expect(again.statuses).toEqual({
        'bronze.as_ever': 'reused',
        'bronze.emptied': 'success',
        'bronze.flipped': 'success',
        'silver.as_ever': 'reused',
        'silver.emptied': 'error',
        'silver.flipped': 'error',
      });
      // The same content: refused in the same words, and not landed once more.
      const refused = day2.node('silver.emptied').error!;
      const third = await project.build({ exit: 1, select: ['emptied'] });
      for (const built of [again, third]) {
        expect(built.node('bronze.emptied').reason).toBe(`same content as the rejected load ${day2.run}`);
        expect(built.node('silver.emptied').error).toMatchObject({
          message: refused.message,
          hint: refused.hint,
        });
      }
      expect(parquetFiles('bronze/emptied')).toHaveLength(2);
      expect(await one('select count(*)::int from bronze.emptied')).toEqual([80]);
      expect(await loadsOf('emptied')).toEqual([
        { status: 'committed', rows: 40, reason: 'first load' },
        { status: 'rejected', rows: 40, reason: refused.message },
        ...[again, third].map(() => ({
          status: 'rejected',
          rows: 40,
          reason: `same content as the rejected load ${day2.run}: ${refused.message}`,
        })),
      ]);

      const { run } = await project.build({
        select: ['emptied'],
        accept: ['emptied:null_rise'],
      });
      expect(parquetFiles('bronze/emptied')).toHaveLength(2);
      expect((await project.state('bronze.emptied')).load).toMatchObject({ loadId: day2.run, run });
      expect((await loadsOf('emptied')).at(-1)).toEqual({
        status: 'committed',
        rows: 40,
        reason: `same content as the rejected load ${day2.run}; accepted: null_rise`,
      });
      expect(await one('select count(*)::int, count(height)::int from silver.emptied')).toEqual([40, 0]);
      const { accepted } = await project.state('silver.emptied');
      const { parts } = await project.state('bronze.emptied');
      const hash = Object.values(parts!)[0]!.sha256;
      expect(accepted).toEqual([
        { guard: 'null_rise', hash, at: expect.stringMatching(/^2/), by: userInfo().username },
      ]);
      expect((await project.build({ select: ['emptied'] })).statuses).toEqual({
        'bronze.emptied': 'reused',
        'silver.emptied': 'reused',
      });
    },
  );

  test('who accepted which guard, when and of which content stands beside the load that it let through', async () => {
    const hash = Object.values((await project.state('bronze.emptied')).parts!)[0]!.sha256;
    const { run } = (await project.state('bronze.emptied')).load!;
    const history = JSON.parse(
      (await runLake(project.root, ['history', '--select', 'emptied', '--limit', '1', '--output', 'json']))
        .stdout,
    );
    expect(history).toMatchObject([
      {
        dataset: 'emptied',
        status: 'committed',
        reason: expect.stringMatching(/; accepted: null_rise$/),
        accepted: [{ guard: 'null_rise', by: userInfo().username, content_hash: hash }],
      },
    ]);
    const loads = await runLake(project.root, ['show', 'emptied', '--loads', '--output', 'table']);
    expect(loads.stdout).toContain(
      `accepted: null_rise (by ${userInfo().username}, content ${hash.slice(0, 12)})`,
    );
    const kept = await runLake(project.root, ['query', 'from meta.accepted', '--output', 'json']);
    expect(JSON.parse(kept.stdout)).toMatchObject([
      {
        dataset: 'emptied',
        guard: 'null_rise',
        layer: 'silver',
        content_hash: hash,
        load_id: day2.run,
        run,
      },
    ]);
  });

  test('is asked for again by `lake retry`, too, though its bronze had ended well', PATIENT, async () => {
    const first = await runLake(project.root, ['build', '--select', 'flipped']);
    expect(first.stdout).toContain('then `lake build --select flipped+`');
    const again = await runLake(project.root, ['retry']);
    expect(again.stderr).toContain('bronze.flipped taken back, silver.flipped failed');
    expect([again.exitCode, again.stdout + again.stderr]).toEqual([1, expect.stringContaining('LK4022')]);
  });

  test('`lake retry --accept` takes several guards: where they objected, not in another build', async () => {
    const accepted = await runLake(project.root, [
      'retry',
      '--accept',
      'flipped:type_flip',
      'flipped:null_rise',
    ]);
    expect([accepted.exitCode, accepted.stdout]).toEqual([0, expect.stringContaining('✓ silver.flipped')]);
  });

  test(
    'heals by itself when the portal does; what was accepted once is not accepted of other content',
    PATIENT,
    async () => {
      project.serveDay(3);
      await project.build();
      expect(await one('select count(*)::int, count(height)::int from silver.emptied')).toEqual([41, 41]);
      expect(await one('select count(*)::int, count(species)::int from silver.renamed')).toEqual([41, 41]);
      expect(await one('select count(*)::int from silver.not_unique')).toEqual([41]);
      project.serveDay(2);
      const worse = await project.build({ exit: 1, select: ['emptied'] });
      expect(worse.node('silver.emptied').error?.code).toBe('LK4021');
    },
  );

  test('a load that comes together with another manifest is judged by the fields that it leaves as they were', async () => {
    const path = join(project.root, 'datasets/emptied.yml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace('species: varchar', 'species: {type: varchar, values: [Oak, Elm, Birch, Maple]}'),
    );
    const refused = await project.build({ exit: 1, select: ['emptied'] });
    expect(refused.node('silver.emptied').error).toMatchObject({
      code: 'LK4021',
      message: expect.stringContaining('height: NULL in 40 of 40 rows'),
    });
    expect(await one('select count(*)::int, count(height)::int from silver.emptied')).toEqual([41, 41]);
  });

  test('what such a load did to a field that changes with it cannot be told: it is published, and its guards begin anew', async () => {
    const path = join(project.root, 'datasets/emptied.yml');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('height: double', 'height: {type: double, range: [0, 90]}'),
    );
    const built = await project.build({ select: ['emptied'] });
    expect(built.node('silver.emptied')).toMatchObject({
      status: 'success',
      notes: [
        expect.stringContaining(
          'new rows and a new manifest at once: guards on species, height, quarantined rows begin with this version',
        ),
      ],
    });
    expect(await one('select count(*)::int, count(height)::int from silver.emptied')).toEqual([40, 0]);
  });
});
