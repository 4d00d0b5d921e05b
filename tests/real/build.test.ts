/** The same manifests over files that the portals really served, with figures that were counted on these files. */
import { afterEach, describe, expect, test } from 'vitest';
import { type RealProject, realProject } from './real-project.js';

let project: RealProject;
afterEach(() => project.remove());

/** What lake adds to rows of bronze. */
const OWN = ['_load_id', '_loaded_at', '_source_part', '_row'];

/** Rows that equal another one in all other columns. */
async function duplicates(table: string, ...without: readonly string[]): Promise<number> {
  const [row] = await project.query(`select (count(*) - count(distinct h))::int as duplicates
    from (select hash(v) as h from (select * exclude (${without.join(', ')}) from ${table}) v)`);
  return row!['duplicates'] as number;
}

async function columnsOf(table: string): Promise<readonly string[]> {
  return (await project.query(`describe ${table}`)).map((row) => String(row['column_name']));
}

describe('Toronto', () => {
  test('shootings of September 2024: 6,295 events, each once', async () => {
    project = realProject();
    await project.build(['--select', 'shootings']);
    expect(
      await project.query(`select count(*) as rows, count(distinct event_unique_id) as events, count(*) filter (occurred_on is null) as undated,
        sum(deaths)::int as deaths, count(*) filter (lat is null) as unplaced, min(occurred_on) as first, max(occurred_on) as last from silver.shootings`),
    ).toEqual([
      {
        rows: 6295,
        events: 6295,
        undated: 0,
        deaths: 752,
        unplaced: 62,
        first: '2004-01-01',
        last: '2024-06-30',
      },
    ]);
    expect(
      await project.query(
        `select count(*) filter ("NEIGHBOURHOOD_158" <> trim("NEIGHBOURHOOD_158")) as padded from bronze.shootings`,
      ),
    ).toEqual([{ padded: 43 }]);
    expect(
      await project.query(
        `select count(*) as padded from silver.shootings where neighbourhood_158 <> trim(neighbourhood_158)`,
      ),
    ).toEqual([{ padded: 0 }]);
    expect(await project.query('select count(*) as rows from silver.shootings__quarantine')).toEqual([
      { rows: 0 },
    ]);
    expect(
      await project.query(
        'select count(distinct neighbourhood_158) as hoods from silver.shootings where hood_158 is not null',
      ),
    ).toEqual([{ hoods: 157 }]);
  });

  test('F35: the dates of January 2024, 968 misread and all others blank, are stopped after a good load', async () => {
    project = realProject();
    const years = `select count(*) as rows, count(*) filter (year(occurred_on) <> occurred_year) as wrong, count(occurred_on) as dated from silver.shootings`;
    await project.build(['--select', 'shootings', '--day', '1']);
    expect(await project.query(years)).toEqual([{ rows: 5535, wrong: 0, dated: 5535 }]);
    expect(
      await project.query(
        'select count(*) filter (lat is null) as unplaced, count(*) filter (occurred_hour is null) as hourless from silver.shootings',
      ),
    ).toEqual([{ unplaced: 62, hourless: 1 }]);
    const run = await project.build(['--select', 'shootings', '--day', '2'], 1);
    expect(run.stdout).toContain(
      'LK4021 shootings: occurred_on: NULL in 6,051 of 6,051 rows (100 %), before in 0 %; a rise of at most 5 % is allowed',
    );
    expect(run.stdout).toContain('--accept shootings:null_rise shootings:changed');
    expect(run.stdout).toContain('occurred_on: such as GO-20041036512: 2004-10-15 → NULL;');
    expect(await project.query(years)).toEqual([{ rows: 5535, wrong: 0, dated: 5535 }]);
    expect(
      await project.query(
        `select rows, status from meta.loads where dataset = 'shootings' order by loaded_at`,
      ),
    ).toEqual([
      { rows: 5535, status: 'committed' },
      { rows: 6051, status: 'rejected' },
    ]);
  });

  test('shootings in the three dialects of 2023-04, 2024-01 and 2024-09, each accepted, and what changed between them', async () => {
    project = realProject();
    const build = (day: number) =>
      project.build(['--select', 'shootings', '--day', String(day), '--accept', 'shootings']);
    const diff = async (...args: string[]) => {
      const { stdout, stderr } = await project.lake(
        'diff',
        'shootings',
        ...args,
        '--target',
        'real',
        '--output',
        'json',
      );
      if (stdout === '') throw new Error(stderr);
      const rows = JSON.parse(stdout) as Record<string, string | number | null>[];
      const { added, removed, changed } = Object.fromEntries(
        rows
          .filter(({ layer, column }) => layer === 'bronze' && column === null)
          .map((row) => [row['change'], row['rows']]),
      );
      const causes = rows
        .filter(({ layer, change }) => layer === 'bronze' && change !== 'edit')
        .filter(({ column }) => column !== null)
        .map(({ column, change, rows: count }) => [column, change, count]);
      const edits = rows.filter(({ layer, change }) => layer === 'bronze' && change === 'edit');
      return { added, removed, changed, causes, edits };
    };
    await build(1);
    await build(2);
    const first = await diff();
    expect(first).toMatchObject({ added: 518, removed: 2 });
    const { stdout } = await project.lake('diff', 'shootings', '--target', 'real', '--output', 'table');
    expect(stdout).toContain('Removed: GO-20214289, GO-2022143259');

    // September: 0 has become nothing, deaths and injuries among it, though their default hides it in silver.
    const run = await project.build(['--select', 'shootings', '--day', '3'], 1);
    expect(run.stdout).toContain(
      'LK4021 shootings: deaths: the portal delivered no value in 5,588 of 6,295 rows (88.8 %), before in 0 %; a rise of at most 5 % is allowed',
    );
    expect(run.stdout).toContain(
      'LK4021 shootings: injuries: the portal delivered no value in 3,850 of 6,295 rows (61.2 %)',
    );
    expect(run.stdout).toContain('--accept shootings:null_rise');
    await build(3);
    const second = await diff('--limit', '1000');
    expect(second).toMatchObject({ added: 244, removed: 0, changed: 6051 });
    expect(second.causes).toEqual(
      expect.arrayContaining([
        ['OCC_DATE', 'everywhere', 6051],
        ['DEATH', 'mapping', 5364],
        ['INJURIES', 'mapping', 3656],
        ['OCC_HOUR', 'mapping', 703],
        ['HOOD_158', 'leading zeros', 3390],
        ['HOOD_140', 'leading zeros', 4126],
        ['NEIGHBOURHOOD_158', 'suffix', 5869],
        ['geometry', 'notation', 6050],
      ]),
    );
    expect(second.edits.filter(({ column }) => column === 'geometry')).toHaveLength(1);
    // Beside that one place, the neighbourhoods of 75 events were really others.
    expect(new Set(second.edits.map(({ column }) => column))).toEqual(
      new Set(['HOOD_158', 'NEIGHBOURHOOD_158', 'HOOD_140', 'NEIGHBOURHOOD_140', 'geometry']),
    );
    expect(second.edits.filter(({ column }) => column === 'HOOD_158')).toHaveLength(75);
    expect(
      await project.query(`select count(*) as rows, count(*) filter (year(occurred_on) <> occurred_year) as wrong,
        count(occurred_on) as dated from silver.shootings`),
    ).toEqual([{ rows: 6295, wrong: 0, dated: 6295 }]);
  });

  test('F34: what drifted between January and September 2024, in words', async () => {
    project = realProject();
    await project.build(['--select', 'shootings', '--day', '2']);
    await project.build(['--select', 'shootings', '--day', '3', '--accept', 'shootings']);
    const { stdout } = await project.lake('drift', 'shootings', '--target', 'real', '--output', 'json');
    const rows = JSON.parse(stdout) as Record<string, string>[];
    const drift = Object.fromEntries(
      rows.map(({ column, kind, drift: words }) => [`${column} ${kind}`, words]),
    );
    expect(drift).toMatchObject({
      'DEATH nulls': 'no value in 88.8 % of the rows, before in 0 %',
      'OCC_DATE nulls': 'no value in 0 % of the rows, before in 84 %',
      'HOOD_158 format': expect.stringContaining("leading zeros, such as '001'"),
      'NEIGHBOURHOOD_158 format': expect.stringContaining('a number in brackets at the end'),
      'geometry type': expect.stringContaining('before mostly JSON'),
    });
  });

  test('homicides: 1,396 victims, all 80 that equal another kept', async () => {
    project = realProject();
    await project.build(['--select', 'homicides']);
    expect(
      await project.query(
        'select count(*) as rows, count(distinct event_unique_id) as events from silver.homicides',
      ),
    ).toEqual([{ rows: 1396, events: 1306 }]);
    expect(
      await project.query(
        `select count(*) filter (event_unique_id = 'GO-2018725711') as victims, count(lat) as placed from silver.homicides`,
      ),
    ).toEqual([{ victims: 11, placed: 1396 }]);
    expect(await duplicates('silver.homicides', '_load_id')).toBe(80);
    expect(
      await project.query(
        'select homicide_type as type, count(*) as rows from silver.homicides group by 1 order by 2 desc',
      ),
    ).toEqual([
      { type: 'Shooting', rows: 727 },
      { type: 'Other', rows: 352 },
      { type: 'Stabbing', rows: 317 },
    ]);
    expect(
      await project.query(
        'select count(*) as rows from silver.homicides where occurred_on is null or year(occurred_on) <> occurred_year',
      ),
    ).toEqual([{ rows: 0 }]);
    expect(
      await project.query(
        'select count(*) filter (hood_158 is null) as no_158, count(*) filter (hood_140 is null) as no_140 from silver.homicides',
      ),
    ).toEqual([{ no_158: 2, no_140: 3 }]);
  });

  test('major crimes of 2014: 32,483 rows out of 17 pages, exact duplicates kept', async () => {
    project = realProject();
    await project.build(['--select', 'major_crime_indicators']);
    expect(
      await project.query(`select count(*) as rows, count(distinct event_unique_id) as events, count(*) filter (division is null) as no_division,
        count(*) filter (hood_158 is null) as no_hood, count(*) filter (occurred_dow like '% ') as padded,
        count(*) filter (lng is null) as unplaced from silver.major_crime_indicators`),
    ).toEqual([{ rows: 32483, events: 28558, no_division: 195, no_hood: 509, padded: 0, unplaced: 491 }]);
    expect(
      await project.query(`select max(rows) as most from (select count(*) as rows from silver.major_crime_indicators
        group by event_unique_id)`),
    ).toEqual([{ most: 10 }]);
    expect(
      await project.query('select count(*) as rows from silver.major_crime_indicators__quarantine'),
    ).toEqual([{ rows: 0 }]);
    // As they came: every day of the week is padded, and what the pages were not asked for is not there.
    expect(
      await project.query(
        `select count(*) filter ("OCC_DOW" like '% ') as padded from bronze.major_crime_indicators`,
      ),
    ).toEqual([{ padded: 32483 }]);
    expect(await duplicates('bronze.major_crime_indicators', ...OWN, '_id')).toBe(2260);
    const columns = await columnsOf('bronze.major_crime_indicators');
    expect(
      columns.filter((name) => /^(REPORT_(?!DATE)|HOOD_140|NEIGHBOURHOOD_140|OBJECTID)/.test(name)),
    ).toEqual([]);
  });

  test('the 32,000 rows of reported crimes are a cap: nothing is published until it is accepted', async () => {
    project = realProject();
    const run = await project.build(['--select', 'reported_crimes'], 1);
    expect(run.stdout).toContain(
      'LK4003 reported_crimes (Reported Crimes): exactly 32,000 rows came, which is the most rows that CKAN’s datastore gives in one answer',
    );
    expect(run.stdout).toContain('--accept reported_crimes:cap');
    await project.build(['--select', 'reported_crimes', '--accept', 'reported_crimes:cap']);
    expect(await project.query('select count(*) as rows from silver.reported_crimes')).toEqual([
      { rows: 32000 },
    ]);
    expect(await duplicates('bronze.reported_crimes', ...OWN, '_id')).toBe(3327);
    expect(
      await project.query(`select max(rows) as most from (select count(*) as rows from bronze.reported_crimes
        group by "REPORT_YEAR", "DIVISION", "CATEGORY", "SUBTYPE")`),
    ).toEqual([{ most: 23 }]);
  });

  test('reported crimes of 2021, in the older dialect', async () => {
    project = realProject();
    await project.build(['--select', 'reported_crimes', '--day', '1']);
    expect(
      await project.query(
        `select count(*) as rows, min(report_year) as first, count(*) filter (division is null) as no_division,
          count(*) filter (category like '% ') as padded, bool_or(division = 'D54/D55') as joined,
          count(distinct (report_year, division, category, subtype)) as keys from silver.reported_crimes`,
      ),
    ).toEqual([{ rows: 2031, first: 2014, no_division: 116, padded: 0, joined: true, keys: 2031 }]);
    expect(
      await project.query(
        `select count(*) as padded from bronze.reported_crimes where "Category" = 'Criminal Code Traffic '`,
      ),
    ).toEqual([{ padded: 102 }]);
  });

  test('shooting occurrences and the wellbeing workbook with its two periods', async () => {
    project = realProject();
    await project.build(['--select', 'shooting_occurrences', 'wellbeing_safety']);
    expect(
      await project.query(
        `select count(*) as rows, min(occurred_year) as first, max(occurred_year) as last, bool_or(division = 'D54/D55') as joined from silver.shooting_occurrences`,
      ),
    ).toEqual([{ rows: 96, first: 2014, last: 2019, joined: true }]);
    expect(
      await project.query(
        `select period, count(*) as rows, count(ambulance_calls) as calls, count(ambulance_referrals) as referrals,
          count(firearms_incidents) as firearms, count(tchc_safety_incidents) as tchc,
          count(fire_medical_calls) as medical, count(total_major_crime_incidents) as total
          from silver.wellbeing_safety group by 1 order by 1`,
      ),
    ).toEqual([
      { period: 2008, rows: 140, calls: 140, referrals: 140, firearms: 140, tchc: 140, medical: 0, total: 0 },
      { period: 2011, rows: 140, calls: 0, referrals: 0, firearms: 0, tchc: 0, medical: 140, total: 140 },
    ]);
  });
});

describe('New York, Los Angeles, StatsBomb', () => {
  test('crashes in three extracts: points or pairs, padded streets, 0,0 is no place', async () => {
    const figures = `select count(*) as rows, count(distinct collision_id) as ids, sum(persons_injured)::int as injured,
      count(*) filter (latitude is null) as unplaced, count(*) filter (latitude = 0) as zero,
      count(*) filter (on_street_name like '% ' or vehicle_type_1 like '% ') as padded from silver.crashes`;
    const accounts = `select (select count(*) from bronze.crashes) - (select count(*) from silver.crashes)
      - (select count(*) from silver.crashes__quarantine) as lost`;
    const asTheyCame = `select count(*) filter (on_street_name like '% ' or cross_street_name like '% ' or off_street_name like '% ') as padded,
      count(*) filter (coalesce(latitude, '') = '') as blank, count(*) filter (try_cast(latitude as double) = 0) as zero,
      count(*) filter (location like 'POINT (%') as points, count(*) filter (location like '(%') as pairs from bronze.crashes`;
    const expected = [
      { rows: 49, ids: 49, injured: 10, unplaced: 6 },
      { rows: 15753, ids: 15753, injured: 4747, unplaced: 390 },
      { rows: 239, ids: 239, injured: 100, unplaced: 21 },
    ];
    const came = [
      { padded: 49, blank: 6, zero: 0, points: 43, pairs: 0 },
      { padded: 15086, blank: 371, zero: 19, points: 0, pairs: 15382 },
      { padded: 0, blank: 16, zero: 5, points: 0, pairs: 223 },
    ];
    for (const [i, day] of expected.entries()) {
      project = realProject();
      await project.build(['--select', 'crashes', '--day', String(i + 1)]);
      expect(await project.query(figures)).toEqual([{ ...day, zero: 0, padded: 0 }]);
      expect(await project.query(asTheyCame)).toEqual([came[i]]);
      expect(await project.query(accounts)).toEqual([{ lost: 0 }]);
      if (day !== expected.at(-1)) project.remove();
    }
  });

  test('requests of 2017 and 2018: 19,999 by number; the file of 10,000 looks like a cap', async () => {
    project = realProject();
    project.edit('datasets/la/requests_311.yml', (text) =>
      text.replace(/year: \{[^}]*\}/s, 'year: {2017: d4vt-q4t5, 2018: h65r-yf5i}'),
    );
    const run = await project.build(['--select', 'requests_311'], 1);
    expect(run.stdout).toContain('LK4003');
    await project.build(['--select', 'requests_311', '--accept', 'requests_311:cap']);
    expect(
      await project.query('select year, count(*) as rows from silver.requests_311 group by 1 order by 1'),
    ).toEqual([
      { year: 2017, rows: 9999 },
      { year: 2018, rows: 10000 },
    ]);
    expect(
      await project.query(`select year, min(length(srnumber)) as digits, count(*) filter (closed_at < created_at) as backwards,
        count(*) filter (latitude is null) as unplaced from silver.requests_311 group by 1 order by 1`),
    ).toEqual([
      { year: 2017, digits: 11, backwards: 12, unplaced: 1753 },
      { year: 2018, digits: 12, backwards: 23, unplaced: 5 },
    ]);
  });

  test('matches of one season, and the lineup of one of them', async () => {
    project = realProject();
    project.edit('datasets/statsbomb/lineups.yml', (text) =>
      text.replace(/where: "[^"]*"/, 'where: "match_id = 7457"'),
    );
    await project.build([
      '--select',
      'competitions',
      'matches',
      'lineups',
      '--vars',
      '{competition_id: 49, season_id: 3}',
    ]);
    // Files of 2019: no gender, no week, no metadata.
    expect(
      await project.query('select count(*) as rows, count(gender) as genders from silver.competitions'),
    ).toEqual([{ rows: 3, genders: 0 }]);
    expect(
      await project.query(
        'select count(*) as rows, count(distinct match_id) as ids, count(match_week) as weeks from silver.matches',
      ),
    ).toEqual([{ rows: 12, ids: 12, weeks: 0 }]);
    expect(await columnsOf('bronze.matches')).not.toContain('metadata');
    expect(
      await project.query(
        'select count(distinct team_id) as teams, min(match_id) as match from silver.lineups',
      ),
    ).toEqual([{ teams: 2, match: 7457 }]);
  });

  test('events and lineups of four matches, of 2019 and of later years', async () => {
    project = realProject();
    const matches = { events: [15986, 3788741, 8656], lineups: [15986, 3788741, 7457] };
    for (const [name, ids] of Object.entries(matches)) {
      const family = `  family: {match_id: {${ids.map((id) => `${id}: '${id}'`).join(', ')}}}\n`;
      project.edit(`datasets/statsbomb/${name}.yml`, (text) =>
        text.replace(/ {2}for_each: .*\n/, family).replace(', references: matches', ''),
      );
    }
    await project.build(['--select', 'events', 'lineups']);
    expect(
      await project.query(`select match_id, count(*) as events, count(distinct event_id) as ids, count(distinct "type") as kinds,
        count(*) filter ("type" = 'Pass') as passes, count(*) filter ("type" = 'Shot' and shot_z_end is not null) as high,
        count(*) filter ("type" = 'Shot' and shot_z_end is null) as flat, round(sum(shot_xg), 4) as xg
        from silver.events group by 1 order by 1`),
    ).toEqual([
      { match_id: 8656, events: 16, ids: 16, kinds: 8, passes: 4, high: 3, flat: 0, xg: 0.1342 },
      { match_id: 15986, events: 4027, ids: 4027, kinds: 25, passes: 1148, high: 19, flat: 8, xg: 2.2063 },
      { match_id: 3788741, events: 3803, ids: 3803, kinds: 27, passes: 1059, high: 18, flat: 9, xg: 1.9593 },
    ]);
    // The two older ones know neither cards nor positions, the oldest no nicknames.
    expect(
      await project.query(`select match_id, count(*) as players, count(cards) as cards, count(positions) as positions,
        count(*) filter (cards <> '[]') as booked, count(nickname) as nicknames from silver.lineups group by 1 order by 1`),
    ).toEqual([
      { match_id: 7457, players: 27, cards: 0, positions: 0, booked: 0, nicknames: 0 },
      { match_id: 15986, players: 36, cards: 0, positions: 0, booked: 0, nicknames: 29 },
      { match_id: 3788741, players: 46, cards: 46, positions: 46, booked: 2, nicknames: 7 },
    ]);
  });
});
