/** NYC's crashes, which move from day to day. */
import { addDays, type CivilDate, civilDate, firstDay, pastSpan, publishedOn, two } from './calendar.js';
import { fateOf, isWithdrawable, itemsUntil, type Movement } from './history.js';
import { nycStreets } from './names.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';
import { rowId, sortById, systemColumns, updatedAt } from './socrata-rows.js';

const movement: Movement = {
  base: 4001,
  addedPerDay: 20,
  changedPerDay: 25,
  withdrawnPerDay: 4,
  withdrawable: 0.05,
};

const boroughs = [
  { name: 'BROOKLYN', zips: ['11234', '11203', '11207', '11212', '11236'], lat: 40.65, lng: -73.94 },
  { name: 'QUEENS', zips: ['11368', '11434', '11101', '11373'], lat: 40.72, lng: -73.82 },
  { name: 'BRONX', zips: ['10463', '10456', '10466', '10451'], lat: 40.85, lng: -73.88 },
  { name: 'MANHATTAN', zips: ['10002', '10019', '10025', '10035'], lat: 40.77, lng: -73.98 },
  { name: 'STATEN ISLAND', zips: ['10314', '10306'], lat: 40.58, lng: -74.15 },
] as const;

/** Kinds of vehicles in the spellings that occur, with how often. */
export const vehicleTypes: readonly (readonly [string, number])[] = [
  ['Sedan', 40],
  ['Station Wagon/Sport Utility Vehicle', 33],
  ['PASSENGER VEHICLE', 8],
  ['Taxi', 4],
  ['TAXI', 1],
  ['Bus', 2],
  ['BUS', 1],
  ['bus', 0.5],
  ['Pick-up Truck', 3],
  ['PICK-UP TRUCK', 0.5],
  ['Box Truck', 2.5],
  ['Bike', 2],
  ['E-Scooter', 1],
  ['Motorcycle', 1],
  ['AMBULANCE', 0.6],
  ['Ambulance', 0.4],
  ['SMALL COM VEH(4 TIRES) ', 0.5],
  ['UNKNOWN', 1],
];
/** Contributing factors, with how often. */
export const factors: readonly (readonly [string, number])[] = [
  ['Unspecified', 35],
  ['Driver Inattention/Distraction', 25],
  ['Failure to Yield Right-of-Way', 9],
  ['Following Too Closely', 8],
  ['Backing Unsafely', 5],
  ['Passing or Lane Usage Improper', 5],
  ['Traffic Control Disregarded', 3],
  ['Unsafe Speed', 3],
  ['Turning Improperly', 3],
  ['Alcohol Involvement', 2],
  ['Pavement Slippery', 1],
  ['Fatigued/Drowsy', 1],
];

const harmed = ['persons', 'pedestrians', 'cyclist', 'motorist'].flatMap((who) => [
  `number_of_${who}_injured`,
  `number_of_${who}_killed`,
]);

const crashColumns: Readonly<Record<string, string>> = Object.fromEntries([
  ['crash_date', 'floating_timestamp'],
  ...'crash_time borough zip_code'.split(' ').map((name) => [name, 'text']),
  ['latitude', 'number'],
  ['longitude', 'number'],
  ['location', 'location'],
  ...'on_street_name cross_street_name off_street_name'.split(' ').map((name) => [name, 'text']),
  ...harmed.map((name) => [name, 'number']),
  ...[1, 2, 3, 4, 5].map((n) => [`contributing_factor_vehicle_${n}`, 'text']),
  ['collision_id', 'number'],
  ...'vehicle_type_code1 vehicle_type_code2 vehicle_type_code_3 vehicle_type_code_4 vehicle_type_code_5'
    .split(' ')
    .map((name) => [name, 'text']),
]);

/** What persons and vehicles repeat of their crash. */
export interface CrashFacts {
  readonly id: number;
  readonly date: CivilDate;
  readonly time: string;
}

function crashFacts(seed: number, item: number, addedOn: number | undefined): CrashFacts {
  const random = Random.of(seed, 'crash', item);
  const hours = random.next();
  const past = civilDate(
    publishedTime(addedOn) - (addedOn === undefined ? hours ** 1.5 * pastSpan(2012) : hours * 9 * 86_400_000),
  );
  return {
    id: 4_000_000 + item * 3 + 1,
    date: past,
    time: `${random.between(0, 23)}:${two(random.between(0, 59))}`,
  };
}

/** Crashes of a day are published two days later. */
function publishedTime(day = 1): number {
  return addDays(firstDay, day - 3);
}

/** The crashes (h9gi-nx95) of a day. */
export function crashes({ day, seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (let item = 0; item < itemsUntil(movement, day); item++) {
    const fate = fateOf(movement, seed, item, day);
    if (fate === undefined) continue;
    const facts = crashFacts(seed, item, item < movement.base ? undefined : fate.since);
    rows.push([
      ...crashCells(Random.of(seed, 'crash cells', item), facts, fate.revision),
      rowId(seed, 'crash', item),
      updatedAt(Random.of(seed, 'crash written', item * 1000 + fate.since), fate.since),
    ]);
  }
  return sampleTable('nyc/crashes.csv', crashColumns, sortById(rows), publishedOn(day, 14, 0), systemColumns);
}

function crashCells(random: Random, facts: CrashFacts, revision: number): Cell[] {
  const borough = random.pick(boroughs);
  const isNamed = random.chance(0.69);
  const lat = (borough.lat + (random.next() - 0.5) * 0.08).toFixed(6);
  const lng = (borough.lng + (random.next() - 0.5) * 0.08).toFixed(6);
  const at = random.weighted([
    [[lat, lng], 90],
    [null, 8],
    [['0', '0'], 2],
  ] as const);
  const isMidBlock = random.chance(0.2);
  const street = (name: string) => (random.chance(0.9) ? name.padEnd(32) : name);
  const onStreet = isMidBlock ? null : street(random.pick(nycStreets));
  const crossStreet = isMidBlock || random.chance(0.3) ? null : street(random.pick(nycStreets));
  const offStreet = isMidBlock
    ? `${String(random.between(100, 5999)).padEnd(10)}${random.pick(nycStreets)}`.padEnd(40)
    : null;
  const vehicles = random.weighted([
    [1, 22],
    [2, 68],
    [3, 8],
    [4, 1.5],
    [5, 0.5],
  ] as const);
  // The police amend the injured most of all.
  const motorists =
    random.weighted([
      [0, 78],
      [1, 15],
      [2, 5],
      [3, 2],
    ] as const) + revision;
  const pedestrians = random.weighted([
    [0, 94],
    [1, 6],
  ] as const);
  const cyclists = random.weighted([
    [0, 96],
    [1, 4],
  ] as const);
  const killed = random.chance(0.002) ? 1 : 0;
  const injured = motorists + pedestrians + cyclists;
  const perVehicle = <T>(make: () => T) => [1, 2, 3, 4, 5].map((n) => (n <= vehicles ? make() : null));
  return [
    floating(facts.date),
    facts.time,
    isNamed ? borough.name : null,
    isNamed ? random.pick(borough.zips) : null,
    at?.[0] ?? null,
    at?.[1] ?? null,
    at === null ? null : at[0] === '0' ? '(0.0, 0.0)' : `(${at[0]}, ${at[1]})`,
    onStreet,
    crossStreet,
    offStreet,
    random.chance(0.001) ? null : injured,
    killed,
    pedestrians,
    0,
    cyclists,
    0,
    motorists,
    killed,
    ...perVehicle(() => random.weighted(factors)),
    facts.id,
    ...perVehicle(() => (random.chance(0.01) ? null : random.weighted(vehicleTypes))),
  ];
}

/** A day as SODA writes a floating timestamp. */
export function floating(date: CivilDate): string {
  return `${date.iso}T00:00:00.000`;
}

/** Every second crash, the ones with vehicles and persons; never one that is withdrawn one day, so that none is orphaned. */
export function* crashesWithPeople(
  seed: number,
): Generator<{ readonly facts: CrashFacts; readonly item: number; readonly vehicles: number }> {
  for (let item = 0; item < movement.base; item += 2) {
    if (isWithdrawable(movement, seed, item)) continue;
    const vehicles = Random.of(seed, 'vehicles of crash', item).weighted([
      [1, 25],
      [2, 70],
      [3, 5],
    ] as const);
    yield { facts: crashFacts(seed, item, undefined), item, vehicles };
  }
}
