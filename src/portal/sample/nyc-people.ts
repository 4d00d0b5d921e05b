/** The persons and vehicles of NYC's crashes. */
import { publishedOn } from './calendar.js';
import { crashesWithPeople, factors, floating, vehicleTypes } from './nyc-crashes.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';
import { rowId, sortById, systemColumns, updatedAt } from './socrata-rows.js';

const vehicleColumns: Readonly<Record<string, string>> = Object.fromEntries(
  'unique_id:number collision_id:number crash_date:floating_timestamp crash_time vehicle_id state_registration vehicle_type vehicle_make vehicle_model vehicle_year:number travel_direction vehicle_occupants:number driver_sex driver_license_status driver_license_jurisdiction pre_crash point_of_impact vehicle_damage vehicle_damage_1 vehicle_damage_2 vehicle_damage_3 public_property_damage public_property_damage_type contributing_factor_1 contributing_factor_2'
    .split(' ')
    .map((column) => {
      const [name = '', type = 'text'] = column.split(':');
      return [name, type];
    }),
);

function vehicleNumber(item: number, vehicle: number): number {
  return 19_000_000 + item * 8 + vehicle;
}

/** The vehicles (bm4k-52h4) of some of the crashes. */
export function vehicles({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (const { facts, item, vehicles: count } of crashesWithPeople(seed)) {
    for (let vehicle = 0; vehicle < count; vehicle++) {
      const number = vehicleNumber(item, vehicle);
      const random = Random.of(seed, 'vehicle', number);
      const make = random.pick([
        'TOYT -CAR/SUV',
        'HOND -CAR/SUV',
        'NISS -CAR/SUV',
        'FORD -TRUCK/BUS',
        'CHEV -CAR/SUV',
        'BMW -CAR/SUV',
      ]);
      const impact = random.pick([
        'Left Front Bumper',
        'Right Front Bumper',
        'Center Back End',
        'Left Rear Quarter Panel',
        'No Damage',
      ]);
      rows.push([
        number,
        facts.id,
        floating(facts.date),
        facts.time,
        facts.date.year < 2016 ? String(random.between(100_000, 999_999)) : random.uuid(),
        random.weighted([
          ['NY', 85],
          ['NJ', 8],
          ['PA', 4],
          [null, 3],
        ] as const),
        random.weighted(vehicleTypes),
        make,
        random.chance(0.9) ? null : random.pick(['CAM', 'ACC', 'ALT']),
        random.chance(0.05)
          ? null
          : random.weighted([
              [random.between(1998, facts.date.year), 995],
              [20063, 2],
              [9999, 3],
            ]),
        random.pick(['North', 'South', 'East', 'West']),
        random.between(0, 4),
        random.weighted([
          ['M', 70],
          ['F', 25],
          ['U', 1],
          [null, 4],
        ] as const),
        random.weighted([
          ['Licensed', 95],
          ['Unlicensed', 3],
          ['Permit', 2],
        ] as const),
        'NY',
        random.pick([
          'Going Straight Ahead',
          'Making Left Turn',
          'Parked',
          'Stopped in Traffic',
          'Backing',
          'Slowing or Stopping',
        ]),
        impact,
        impact,
        ...[0.4, 0.2, 0.1].map((share) => (random.chance(share) ? 'Left Front Quarter Panel' : null)),
        'N',
        null,
        random.weighted(factors),
        random.chance(0.3) ? null : 'Unspecified',
        rowId(seed, 'vehicle', number),
        updatedAt(random, 1),
      ]);
    }
  }
  return sampleTable(
    'nyc/vehicles.csv',
    vehicleColumns,
    sortById(rows),
    publishedOn(1, 15, 0),
    systemColumns,
  );
}

const personColumns: Readonly<Record<string, string>> = Object.fromEntries(
  'unique_id:number collision_id:number crash_date:floating_timestamp crash_time person_id person_type person_injury vehicle_id:number person_age:number ejection emotional_status bodily_injury position_in_vehicle safety_equipment ped_location ped_action complaint ped_role contributing_factor_1 contributing_factor_2 person_sex'
    .split(' ')
    .map((column) => {
      const [name = '', type = 'text'] = column.split(':');
      return [name, type];
    }),
);

const frontPassenger = 'Front passenger, if two or more persons, including the driver, are in the front seat';

/** The persons (f55k-p6yu) of some of the crashes. */
export function persons({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (const { facts, item, vehicles: count } of crashesWithPeople(seed)) {
    const people =
      count +
      Random.of(seed, 'persons of crash', item).weighted([
        [0, 70],
        [1, 22],
        [2, 8],
      ] as const);
    for (let person = 0; person < people; person++) {
      const number = 10_000_000 + item * 16 + person;
      const random = Random.of(seed, 'person', number);
      const isDriver = person < count;
      const isPedestrian = !isDriver && random.chance(0.25);
      const isInjured = random.chance(isPedestrian ? 0.9 : 0.12);
      rows.push([
        number,
        facts.id,
        floating(facts.date),
        facts.time,
        facts.date.year < 2016 ? String(random.between(2_000_000, 2_999_999)) : random.uuid(),
        isPedestrian ? 'Pedestrian' : 'Occupant',
        isInjured ? 'Injured' : 'Unspecified',
        isPedestrian ? null : vehicleNumber(item, person % count),
        random.chance(0.1)
          ? null
          : random.weighted([
              [random.between(1, 90), 997],
              [0, 2],
              [9999, 1],
            ]),
        isPedestrian ? null : 'Not Ejected',
        isInjured ? 'Conscious' : 'Does Not Apply',
        isInjured ? random.pick(['Back', 'Head', 'Knee-Lower Leg Foot', 'Neck']) : 'Does Not Apply',
        isPedestrian ? null : isDriver ? 'Driver' : frontPassenger,
        isPedestrian
          ? null
          : random.pick(['Lap Belt & Harness', 'Lap Belt', 'Air Bag Deployed/Lap Belt/Harness', 'None']),
        isPedestrian ? 'Pedestrian/Bicyclist/Other Pedestrian at Intersection' : null,
        isPedestrian ? random.pick(['Crossing With Signal', 'Crossing, No Signal, or Crosswalk']) : null,
        isInjured ? 'Complaint of Pain or Nausea' : 'Does Not Apply',
        isPedestrian ? 'Pedestrian' : isDriver ? 'Driver' : 'Passenger',
        isPedestrian ? 'Unspecified' : null,
        null,
        random.weighted([
          ['M', 60],
          ['F', 38],
          ['U', 2],
        ] as const),
        rowId(seed, 'person', number),
        updatedAt(random, 1),
      ]);
    }
  }
  return sampleTable('nyc/persons.csv', personColumns, sortById(rows), publishedOn(1, 15, 0), systemColumns);
}
