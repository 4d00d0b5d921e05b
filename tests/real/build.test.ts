/** The same manifests over files that the portals really served, with figures that were counted on these files. */
import { afterEach, describe, expect, test } from 'vitest';
import { type RealProject, realProject } from './real-project.js';

let project: RealProject;
afterEach(() => project.remove());

describe('Toronto', () => {
  test('shootings of September 2024: 6,295 events, each once', async () => {
    project = realProject();
    await project.build(['--select', 'shootings']);
    expect(
      await project.query(`select count(*) as rows, count(distinct event_unique_id) as events, count(*) filter (occurred_on is null) as undated,
        sum(deaths)::int as deaths, count(*) filter (lat is null) as unplaced, min(occurred_on) as first, max(occurred_on) as last from silver.shootings`),
    ).toMatchObject([{ rows: 6295, events: 6295, undated: 0, first: '2004-01-01' }]);
    expect(await project.query('select count(*) as rows from silver.shootings__quarantine')).toEqual([
      { rows: 0 },
    ]);
    expect(
      await project.query(
        'select count(distinct neighbourhood_158) as hoods from silver.shootings where hood_158 is not null',
      ),
    ).toEqual([{ hoods: 157 }]);
  });

  test('shootings in the three dialects of 2023-04, 2024-01 and 2024-09, one after the other', async () => {
    project = realProject();
    const years = `select count(*) as rows, count(*) filter (year(occurred_on) <> occurred_year) as wrong, count(occurred_on) as dated from silver.shootings`;
    await project.build(['--select', 'shootings', '--day', '1']);
    expect(await project.query(years)).toEqual([{ rows: 5535, wrong: 0, dated: 5535 }]);
    // January 2024: 968 dates, none of them in a possible year; every other one is blank.
    await project.build(['--select', 'shootings', '--day', '2']);
    expect(await project.query(years)).toEqual([{ rows: 6051, wrong: 0, dated: 0 }]);
    await project.build(['--select', 'shootings', '--day', '3']);
    expect(await project.query(years)).toEqual([{ rows: 6295, wrong: 0, dated: 6295 }]);
    expect(
      await project.query(
        `select rows from meta.loads where dataset = 'shootings' and status = 'committed' order by loaded_at`,
      ),
    ).toEqual([{ rows: 5535 }, { rows: 6051 }, { rows: 6295 }]);
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
      await project.query(`select (count(*) - count(distinct victim))::int as duplicates
        from (select hash(v) as victim from (select * exclude (_load_id) from silver.homicides) v)`),
    ).toEqual([{ duplicates: 80 }]);
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
  });

  test('major crimes of 2014: 32,483 rows out of 17 pages, exact duplicates kept', async () => {
    project = realProject();
    await project.build(['--select', 'major_crime_indicators']);
    expect(
      await project.query(`select count(*) as rows, count(distinct event_unique_id) as events, count(*) filter (division is null) as no_division,
        count(*) filter (hood_158 is null) as no_hood, count(*) filter (occurred_dow like '% ') as padded from silver.major_crime_indicators`),
    ).toEqual([{ rows: 32483, events: 28558, no_division: 195, no_hood: 509, padded: 0 }]);
    expect(
      await project.query('select count(*) as rows from silver.major_crime_indicators__quarantine'),
    ).toEqual([{ rows: 0 }]);
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
  });

  test('reported crimes of 2021, in the older dialect', async () => {
    project = realProject();
    await project.build(['--select', 'reported_crimes', '--day', '1']);
    expect(
      await project.query(
        'select count(*) as rows, min(report_year) as first, count(*) filter (division is null) as no_division from silver.reported_crimes',
      ),
    ).toMatchObject([{ rows: 2031, first: 2014, no_division: 116 }]);
  });

  test('shooting occurrences and the wellbeing workbook with its two periods', async () => {
    project = realProject();
    await project.build(['--select', 'shooting_occurrences', 'wellbeing_safety']);
    expect(await project.query('select count(*) as rows from silver.shooting_occurrences')).toEqual([
      { rows: 96 },
    ]);
    expect(
      await project.query(
        'select period, count(*) as rows, count(ambulance_calls) as calls from silver.wellbeing_safety group by 1 order by 1',
      ),
    ).toEqual([
      { period: 2008, rows: 140, calls: 140 },
      { period: 2011, rows: 140, calls: 0 },
    ]);
  });
});

describe('New York, Los Angeles, StatsBomb', () => {
  test('crashes: nothing padded, 0,0 is no place', async () => {
    project = realProject();
    await project.build(['--select', 'crashes']);
    expect(
      await project.query(`select count(*) as rows, count(distinct collision_id) as ids,
        count(*) filter (on_street_name like '% ') as padded, count(*) filter (latitude = 0) as zero from silver.crashes`),
    ).toMatchObject([{ padded: 0, zero: 0 }]);
    const [accounts] = await project.query(`select
      (select count(*) from bronze.crashes) as bronze, (select count(*) from silver.crashes) as silver,
      (select count(*) from silver.crashes__quarantine) as quarantined`);
    expect(accounts).toEqual({ bronze: 15753, silver: 15753, quarantined: 0 });
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
    expect(await project.query('select count(*) as rows from silver.competitions')).toEqual([{ rows: 3 }]);
    expect(
      await project.query(
        'select count(*) > 0 as some, count(distinct match_id) = count(*) as unique from silver.matches',
      ),
    ).toEqual([{ some: true, unique: true }]);
    expect(
      await project.query(
        'select count(distinct team_id) as teams, min(match_id) as match from silver.lineups',
      ),
    ).toEqual([{ teams: 2, match: 7457 }]);
  });
});
