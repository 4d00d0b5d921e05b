/** shootings-firearm-discharges, which moves from day to day, and homicides. */
import { publishedOn, torontoMidnight } from './calendar.js';
import { fateOf, itemsUntil, type Movement } from './history.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';
import {
  eventId,
  hoodCode,
  hoodName,
  jsonPoint,
  pastDay,
  pythonPoint,
  recentDay,
  spot,
  timeRange,
} from './toronto-incidents.js';

const movement: Movement = {
  base: 1511,
  addedPerDay: 14,
  changedPerDay: 9,
  withdrawnPerDay: 3,
  withdrawable: 0.3,
};

const columns = {
  EVENT_UNIQUE_ID: 'text',
  OCC_DATE: 'text',
  OCC_YEAR: 'text',
  OCC_MONTH: 'text',
  OCC_DOW: 'text',
  OCC_DOY: 'text',
  OCC_DAY: 'text',
  OCC_HOUR: 'text',
  OCC_TIME_RANGE: 'text',
  DIVISION: 'text',
  DEATH: 'int4',
  INJURIES: 'int4',
  HOOD_158: 'text',
  NEIGHBOURHOOD_158: 'text',
  HOOD_140: 'text',
  NEIGHBOURHOOD_140: 'text',
  LONG_WGS84: 'float8',
  LAT_WGS84: 'float8',
  EVENT_TYPE: 'text',
  geometry: 'text',
};

/** shootings-firearm-discharges of a day. */
export function shootings({ day, seed }: SampleSettings): SampleTable {
  const rows: { readonly time: number; readonly cells: Cell[] }[] = [];
  for (let item = 0; item < itemsUntil(movement, day); item++) {
    const fate = fateOf(movement, seed, item, day);
    if (fate === undefined) continue;
    const random = Random.of(seed, 'shootings', item);
    const occurred = item < movement.base ? pastDay(random, 2004) : recentDay(random, fate.since);
    const hour = random.between(0, 23);
    const at = spot(random, 0.011);
    const injuries = random.weighted([
      [0, 60],
      [1, 32],
      [2, 5],
      [3, 2],
      [random.between(4, 9), 1],
    ] as const);
    const deaths = random.weighted([
      [0, 88],
      [1, 11],
      [2, 1],
    ] as const);
    const isEpoch = random.chance(0.008);
    // A person who was hurt is found, or dies: what the police amend most.
    const amended = injuries + fate.revision;
    const cells: Cell[] = [
      eventId(occurred.year, item, 9973),
      isEpoch ? String(torontoMidnight(occurred)) : occurred.iso,
      String(occurred.year),
      occurred.month,
      occurred.weekday,
      String(occurred.dayOfYear),
      String(occurred.day),
      random.chance(0.002) ? null : String(hour),
      timeRange(hour),
      at.division,
      // The City's cleaner wrote 0 as NULL for some years.
      deaths === 0 && occurred.year < 2012 ? null : deaths,
      amended === 0 && occurred.year < 2012 ? null : amended,
      hoodCode(at.place?.hood158, 3),
      padNow(hoodName(at.place?.name158, at.place?.hood158), random.chance(0.02)),
      hoodCode(at.place?.hood140, 3),
      hoodName(at.place?.name140, at.place?.hood140),
      at.lng,
      at.lat,
      amended + deaths > 0 ? 'Shooting' : 'Firearm Discharge',
      jsonPoint(at),
    ];
    rows.push({ time: occurred.time, cells });
  }
  rows.sort((a, b) => a.time - b.time || (String(a.cells[0]) < String(b.cells[0]) ? -1 : 1));
  return sampleTable(
    'toronto/shootings-firearm-discharges.csv',
    columns,
    rows.map((row) => row.cells),
    publishedOn(day, 11),
  );
}

function padNow(name: Cell, pad: boolean): Cell {
  return pad && typeof name === 'string' ? `${name} ` : name;
}

const homicideColumns = {
  EVENT_UNIQUE_ID: 'text',
  OCC_DATE: 'text',
  OCC_YEAR: 'text',
  OCC_MONTH: 'text',
  OCC_DAY: 'text',
  OCC_DOW: 'text',
  OCC_DOY: 'text',
  DIVISION: 'text',
  HOMICIDE_TYPE: 'text',
  HOOD_158: 'text',
  NEIGHBOURHOOD_158: 'text',
  HOOD_140: 'text',
  NEIGHBOURHOOD_140: 'text',
  geometry: 'text',
};

/** One row a victim: several victims of one event are exact duplicates. Dates are epoch milliseconds as text. */
export function homicides({ seed }: SampleSettings): SampleTable {
  const rows: { readonly time: number; readonly cells: Cell[] }[] = [];
  for (let event = 0; event < 960; event++) {
    const random = Random.of(seed, 'homicides', event);
    const occurred = pastDay(random, 2004);
    const at = spot(random, 0.002);
    const cells: Cell[] = [
      eventId(occurred.year, event, 6007),
      String(torontoMidnight(occurred)),
      String(occurred.year),
      occurred.month,
      String(occurred.day),
      occurred.weekday,
      String(occurred.dayOfYear),
      at.division,
      random.weighted([
        ['Shooting', 52],
        ['Other', 25],
        ['Stabbing', 23],
      ]),
      hoodCode(at.place?.hood158, 1),
      at.place?.name158 ?? 'NSA',
      hoodCode(at.place?.hood140, 1),
      hoodName(at.place?.name140, at.place?.hood140),
      pythonPoint(at),
    ];
    const victims =
      event === 700
        ? 11
        : random.weighted([
            [1, 940],
            [2, 50],
            [3, 8],
            [4, 2],
          ]);
    for (let victim = 0; victim < victims; victim++) rows.push({ time: occurred.time, cells });
  }
  rows.sort((a, b) => a.time - b.time);
  const cells = rows.map((row) => row.cells);
  return sampleTable('toronto/homicides.csv', homicideColumns, cells, publishedOn(-60));
}
