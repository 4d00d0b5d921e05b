/** major-crime-indicators, above CKAN's 32,000 rows, and theft-from-motor-vehicle, which has the same columns. */
import { addDays, civilDate, firstDay, publishedOn } from './calendar.js';
import { type Fate, fateOf, itemsUntil, type Movement } from './history.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';
import {
  eventId,
  hoodCode,
  hoodName,
  jsonPoint,
  padded,
  pastDay,
  recentDay,
  spot,
} from './toronto-incidents.js';

/** Events, not rows: one event has a row for each victim and offence. */
const movement: Movement = {
  base: 28_901,
  addedPerDay: 90,
  changedPerDay: 45,
  withdrawnPerDay: 12,
  withdrawable: 0.3,
};

const offences: readonly (readonly [
  readonly [code: number, extension: number, offence: string, category: string],
  number,
])[] = [
  [[1430, 100, 'Assault', 'Assault'], 37],
  [[2120, 200, 'B&E', 'Break and Enter'], 18],
  [[2135, 210, 'Theft Of Motor Vehicle', 'Auto Theft'], 16],
  [[1420, 100, 'Assault With Weapon', 'Assault'], 8],
  [[1610, 200, 'Robbery - Mugging', 'Robbery'], 4],
  [[2120, 220, "B&E W'Intent", 'Break and Enter'], 4],
  [[1420, 110, 'Assault Bodily Harm', 'Assault'], 3],
  [[1610, 220, 'Robbery - Other', 'Robbery'], 2],
  [[2130, 210, 'Theft Over', 'Theft Over'], 2.5],
  [[1610, 100, 'Robbery With Weapon', 'Robbery'], 2],
  [[1460, 100, 'Assault Peace Officer', 'Assault'], 1.5],
  [[2132, 200, 'Theft From Motor Vehicle Over', 'Theft Over'], 1],
  [[1480, 100, 'Assault - Resist/ Prevent Seiz', 'Assault'], 1],
  [[1410, 100, 'Aggravated Assault', 'Assault'], 1],
];

const locations: readonly (readonly [readonly [location: string, premises: string], number])[] = [
  [['Apartment (Rooming House, Condo)', 'Apartment'], 24],
  [['Single Home, House (Attach Garage, Cottage, Mobile)', 'House'], 20],
  [['Streets, Roads, Highways (Bicycle Path, Private Road)', 'Outside'], 16],
  [['Other Commercial / Corporate Places (For Profit, Warehouse, Corp. Bldg', 'Commercial'], 9],
  [['Parking Lots (Apt., Commercial Or Non-Commercial)', 'Outside'], 9],
  [['Bar / Restaurant', 'Commercial'], 4],
  [['Open Areas (Lakes, Parks, Rivers)', 'Outside'], 3],
  [['Schools During Supervised Activity', 'Educational'], 2],
  [['Ttc Subway Station', 'Transit'], 1],
  [["Other Non Commercial / Corporate Places (Non-Profit, Gov'T, Firehall)", 'Other'], 1],
];

const timeColumns = (prefix: string) =>
  ['YEAR', 'MONTH', 'DAY', 'DOY', 'DOW', 'HOUR'].map((part) => [`${prefix}_${part}`, 'text'] as const);

const eventColumns: readonly (readonly [string, string])[] = [
  ['EVENT_UNIQUE_ID', 'text'],
  ['REPORT_DATE', 'date'],
  ['OCC_DATE', 'date'],
  ...timeColumns('REPORT'),
  ...timeColumns('OCC'),
  ['DIVISION', 'text'],
  ['LOCATION_TYPE', 'text'],
  ['PREMISES_TYPE', 'text'],
  ['UCR_CODE', 'text'],
  ['UCR_EXT', 'text'],
  ['OFFENCE', 'text'],
  ['CSI_CATEGORY', 'text'],
];

/** major-crime-indicators of a day. */
export function majorCrimes({ day, seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (let event = 0; event < itemsUntil(movement, day); event++) {
    const fate = fateOf(movement, seed, event, day);
    if (fate !== undefined) addEvent(rows, seed, event, fate);
  }
  const columns = Object.fromEntries([
    ...eventColumns,
    ['HOOD_158', 'text'],
    ['NEIGHBOURHOOD_158', 'text'],
    ['HOOD_140', 'text'],
    ['NEIGHBOURHOOD_140', 'text'],
    ['LONG_WGS84', 'float8'],
    ['LAT_WGS84', 'float8'],
  ]);
  return sampleTable('toronto/major-crime-indicators.csv', columns, sortByReport(rows), publishedOn(day));
}

function addEvent(rows: Cell[][], seed: number, event: number, fate: Fate): void {
  const random = Random.of(seed, 'major crimes', event);
  const head = eventHead(random, event, fate, event < movement.base ? undefined : fate.since, 4711);
  const at = spot(random, 0.016);
  const located: Cell[] = [
    hoodCode(at.place?.hood158, 3),
    hoodName(at.place?.name158, at.place?.hood158),
    hoodCode(at.place?.hood140, 3),
    hoodName(at.place?.name140, at.place?.hood140),
    at.place === undefined ? 0 : Number(at.lng),
    at.place === undefined ? 0 : Number(at.lat),
  ];
  const victims = random.weighted([
    [1, 89],
    [2, 8],
    [3, 2],
    [random.between(4, 10), 1],
  ] as const);
  let offence = random.weighted(offences);
  for (let victim = 0; victim < victims; victim++) {
    // Most further rows are further victims of the same offence: exact duplicates.
    if (victim > 0 && random.chance(0.4)) offence = random.weighted(offences);
    rows.push([...head.times, at.division, ...head.location, ...offence, ...located]);
  }
}

/** When it happened and was reported, and in what kind of place. A revision amends the hour and the premises. */
function eventHead(random: Random, event: number, fate: Fate, addedOn: number | undefined, salt: number) {
  const occurred = addedOn === undefined ? pastDay(random, 2014) : recentDay(random, addedOn);
  const most = (pastLimit(addedOn) - occurred.time) / 86_400_000;
  const wait = random.chance(0.82) || addedOn !== undefined ? 0 : random.next() ** 3 * Math.min(400, most);
  const reported = wait < 1 ? occurred : civilDate(addDays(occurred.time, Math.floor(wait)));
  const isOld = addedOn === undefined && random.chance(0.002);
  const happened = isOld ? civilDate(addDays(occurred.time, -random.between(4000, 12_000))) : occurred;
  const isUnknown = random.chance(0.001);
  const hour = (random.between(0, 23) + fate.revision * 5) % 24;
  const location = random.weighted(locations);
  const amended = fate.revision % 2 === 1 ? locations[(fate.since + event) % locations.length]![0] : location;
  const times: Cell[] = [
    eventId(reported.year, event, salt),
    reported.iso,
    isUnknown ? null : happened.iso,
    ...[
      String(reported.year),
      reported.month,
      String(reported.day),
      String(reported.dayOfYear),
      padded(reported.weekday),
    ],
    String(random.between(0, 23)),
    ...(isUnknown
      ? [null, null, null, null, null]
      : [
          String(happened.year),
          happened.month,
          String(happened.day),
          String(happened.dayOfYear),
          padded(happened.weekday),
        ]),
    isUnknown ? null : String(hour),
  ];
  return { times, location: amended };
}

/** What is reported on a day is published on the next. */
function pastLimit(addedOn: number | undefined): number {
  return addDays(firstDay, (addedOn ?? 1) - 2);
}

/** By date of report, then by number: the rows of a new day move those behind them, and CKAN's `_id` with them. */
function sortByReport(rows: Cell[][]): Cell[][] {
  const keyed = rows.map((row) => ({ key: `${row[1]}${row[0]}`, row }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

/** theft-from-motor-vehicle. */
export function theftsFromVehicles({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (let event = 0; event < 2400; event++) {
    const random = Random.of(seed, 'thefts from vehicles', event);
    const head = eventHead(random, event, { since: 1, revision: 0 }, undefined, 1213);
    const at = spot(random, 0.02);
    const theft: Cell[] = [2142, 200, 'Theft From Motor Vehicle Under', 'Theft From Motor Vehicle'];
    const row = [
      ...head.times,
      at.division,
      'Streets, Roads, Highways (Bicycle Path, Private Road)',
      'Outside',
      ...theft,
      hoodCode(at.place?.hood158, 1),
      at.place === undefined ? 0 : Number(at.lng),
      at.place === undefined ? 0 : Number(at.lat),
      jsonPoint(at),
    ];
    rows.push(row);
    if (random.chance(0.04)) rows.push(row);
  }
  const columns = Object.fromEntries([
    ...eventColumns,
    ['HOOD_158', 'text'],
    ['LONG_WGS84', 'float8'],
    ['LAT_WGS84', 'float8'],
    ['geometry', 'text'],
  ]);
  return sampleTable('toronto/theft-from-motor-vehicle.csv', columns, sortByReport(rows), publishedOn(-30));
}
