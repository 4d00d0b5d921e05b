/** LA's 311 requests: one dataset a year, each in the dialect of its year. */
import { addDays, firstDay, publishedOn } from './calendar.js';
import { type Fate, fateOf, itemsUntil, type Movement } from './history.js';
import { areas, requestSources, requestTypes } from './la-areas.js';
import { laStreets, personName } from './names.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';
import { rowId, sortById, systemColumns, updatedAt } from './socrata-rows.js';

/** Year → four-by-four. A new one comes every January. */
export const laDatasets: Readonly<Record<number, string>> = {
  2016: 'ndkd-k878',
  2017: 'd4vt-q4t5',
  2018: 'h65r-yf5i',
  2019: 'pvft-t768',
  2020: 'rq3b-xjk8',
  2021: '97z7-y5bt',
  2022: 'i5ke-k6by',
  2023: '4a4x-mna2',
  2024: 'b7dx-7gc3',
  2025: 'h73f-gn57',
  2026: '2cy6-i7zn',
};

const fieldTypes: Readonly<Record<string, string>> = Object.fromEntries(
  'srnumber createddate:floating_timestamp updateddate:floating_timestamp actiontaken owner requesttype status requestsource createdbyuserorganization mobileos anonymous assignto servicedate:floating_timestamp closeddate:floating_timestamp addressverified approximateaddress address housenumber direction streetname suffix zipcode latitude:number longitude:number location:location tbmpage tbmcolumn tbmrow apc cd cdmember nc ncname policeprecinct'
    .split(' ')
    .map((field) => {
      const [name = '', type = 'text'] = field.split(':');
      return [name, type];
    }),
);

/** 2018 has the portal's computed regions, and 2016 its coordinates first. */
const regions = ['k96s_3jcv', 'tatf_ua23', 'ur2y_g4cx', '2dna_qi2s', 'qz3q_ghft', 'kqwf_mjcx'].map(
  (code) => `:@computed_region_${code}`,
);

function columnsOf(year: number): Readonly<Record<string, string>> {
  const { createdbyuserorganization, ...withoutOrganization } = fieldTypes;
  if (year === 2016) {
    const { srnumber = 'text', latitude = 'number', longitude = 'number', ...rest } = fieldTypes;
    return { srnumber, latitude, longitude, ...rest };
  }
  if (year === 2017) return withoutOrganization;
  if (year === 2018)
    return { ...withoutOrganization, ...Object.fromEntries(regions.map((region) => [region, 'number'])) };
  return fieldTypes;
}

/** How the requests of the newest year move. @param base Requests of it on day 1. */
const movementOf = (base: number): Movement => ({
  base,
  addedPerDay: 6,
  changedPerDay: 9,
  withdrawnPerDay: 1,
  withdrawable: 0.02,
});

const NEWEST = 2026;

/** The requests of one year, in the order of their `:id`. */
export function requests311({ seed, day }: SampleSettings, year: number): SampleTable {
  const columns = columnsOf(year);
  const count = 330 + Random.of(seed, 'requests', year).between(0, 150);
  const movement = movementOf(count);
  const isNewest = year === NEWEST;
  const rows: Cell[][] = [];
  for (let item = 0; item < (isNewest ? itemsUntil(movement, day) : count); item++) {
    const fate = isNewest ? fateOf(movement, seed, item, day) : { since: 1, revision: 0 };
    if (fate === undefined) continue;
    const random = Random.of(seed, `request ${year}`, item);
    const values = moved(request(random, seed, year, requestNumber(year, item)), fate);
    rows.push([
      ...Object.keys(columns).map((name) => values[name] ?? null),
      rowId(seed, `request ${year}`, item),
      updatedAt(random, fate.since),
    ]);
  }
  if (year === 2020) for (let item = 0; item < 3; item++) rows.push(carriedOver(seed, columns, item));
  return sampleTable(
    `la/requests-${year}.csv`,
    columns,
    sortById(rows),
    publishedOn(isNewest ? day : 1 - 30 * (NEWEST - year), 9, 0),
    systemColumns,
  );
}

/** A request that came the day before is open; one that changed was closed the day before. */
function moved(values: Readonly<Record<string, Cell>>, { since, revision }: Fate): Record<string, Cell> {
  if (since === 1) return values;
  const time = wallTime(addDays(firstDay, since - 2) + 9 * 3_600_000);
  return revision === 0
    ? { ...values, status: 'Open', createddate: time, updateddate: time, closeddate: null }
    : { ...values, status: 'Closed', updateddate: time, closeddate: time };
}

/** Three requests of 2019 were closed in 2020 and stand in both years: the newer row is the right one. */
function carriedOver(seed: number, columns: Readonly<Record<string, string>>, item: number): Cell[] {
  const values = request(Random.of(seed, 'request 2019', item), seed, 2019, requestNumber(2019, item));
  const closed: Record<string, Cell> = {
    ...values,
    status: 'Closed',
    updateddate: '2020-01-09T08:30:00.000',
    closeddate: '2020-01-09T08:30:00.000',
  };
  const written = new Date(addDays(firstDay, -1)).toISOString();
  return [
    ...Object.keys(columns).map((name) => closed[name] ?? null),
    rowId(seed, 'carried over', item),
    written,
  ];
}

/** 11 characters until 2017, 12 from 2018 on; unique over all years. */
function requestNumber(year: number, item: number): string {
  return year <= 2017
    ? `1-${(year - 2015) * 300_000_000 + item * 211 + 1017}`
    : `1-${(year - 2017) * 1_000_000_000 + item * 1013 + 262_691_971}`;
}

function request(random: Random, seed: number, year: number, number: string): Record<string, Cell> {
  const start = Date.UTC(year, 0, 1) + 3_600_000;
  const end = year === NEWEST ? firstDay - 86_400_000 * 3 : Date.UTC(year + 1, 0, 1) - 86_400_000;
  const created = start + random.next() * (end - start);
  const status = random.weighted([
    ['Closed', 95],
    ['Cancelled', 3],
    ['Open', 1.2],
    ['Referred Out', 0.5],
    ['Pending', 0.3],
  ] as const);
  const [type, owner] = random.weighted(requestTypes);
  const source = random.weighted(requestSources);
  const area = random.pick(areas);
  const member = personName(Random.of(seed, 'council member', area.council * 10 + Math.floor(year / 4)));
  const [street, suffix] = random.pick(laStreets);
  const direction = random.pick(['N', 'S', 'E', 'W']);
  const isCorner = random.chance(0.07);
  const house = isCorner ? null : String(random.between(100, 19_999));
  const lat = (area.lat + (random.next() - 0.5) * 0.03).toFixed(10);
  const lng = (area.lng + (random.next() - 0.5) * 0.03).toFixed(9);
  const isPlaced = !random.chance(0.12);
  const days = 86_400_000;
  const isClosed = status === 'Closed' || status === 'Cancelled' || random.chance(0.05);
  // A few were closed before they were created, or are due in the year 3020.
  const closed = random.chance(0.004) ? created - 5_400_000 : created + random.next() ** 2 * 20 * days;
  const service = random.chance(0.05)
    ? null
    : random.chance(0.006)
      ? '3020-01-06T00:00:00.000'
      : midnight(created + random.between(0, 7) * days);
  return {
    srnumber: number,
    createddate: wallTime(created),
    updateddate: wallTime(Math.max(created, closed) + 60_000),
    actiontaken: 'SR Created',
    owner,
    requesttype: type,
    status,
    requestsource: source,
    createdbyuserorganization: random.pick(['BOS', 'ITA', 'OCB', 'Self Service', 'Council Office']),
    mobileos: source === 'Mobile App' ? random.pick(['iOS', 'Android']) : null,
    anonymous: random.chance(0.1) ? 'Y' : 'N',
    assignto: random.chance(0.02) ? null : random.pick(['EV', 'NC', 'WV', 'SLA', 'WLA', 'HB', 'GAP']),
    servicedate: service,
    closeddate: isClosed ? wallTime(closed) : null,
    addressverified: random.chance(0.999) ? 'Y' : 'N',
    approximateaddress: random.weighted([
      ['N', 68],
      [null, 30],
      ['Y', 2],
    ] as const),
    address: isCorner
      ? `${street} ${suffix} AT ${random.between(2, 120)}TH ST, ${area.zip}`
      : `${house} ${direction} ${street} ${suffix}, ${area.zip}`,
    housenumber: house,
    direction: isCorner ? null : direction,
    streetname: isCorner ? null : street,
    suffix: isCorner || suffix === '' ? null : suffix,
    zipcode: area.zip,
    latitude: isPlaced ? lat : null,
    longitude: isPlaced ? lng : null,
    location: isPlaced ? `(${lat}, ${lng})` : null,
    tbmpage: area.page,
    tbmcolumn: random.pick(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J']),
    tbmrow: String(random.between(1, 7)),
    apc: area.apc,
    cd: String(area.council),
    cdmember: member,
    nc: String(area.nc),
    ncname: area.name,
    policeprecinct: area.precinct,
    ...(isPlaced &&
      Object.fromEntries(regions.map((region, i) => [region, String(100 * (i + 1) + area.council)]))),
  };
}

/** Local wall time to the second, as the API writes it. */
function wallTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000`;
}

function midnight(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10)}T00:00:00.000`;
}
