/** The small yearly tables of the police's statistical report: counts, no events. */
import { publishedOn } from './calendar.js';
import { Random } from './random.js';
import { type Cell, type SampleSettings, type SampleTable, sampleTable } from './sample-table.js';

const oldDivisions = 'D11 D12 D13 D14 D22 D23 D31 D32 D33 D41 D42 D43 D51 D52 D53 D54/D55'.split(' ');
const years = Array.from({ length: 12 }, (_, i) => 2014 + i);

const crimes: readonly (readonly [category: string, subtypes: readonly string[], most: number])[] = [
  ['Controlled Drugs and Substances Act', ['Other'], 220],
  [
    'Crimes Against Property',
    [
      'Auto Theft',
      'Break & Enter-Apartment',
      'Break & Enter-Commercial',
      'Break & Enter-House',
      'Break & Enter-Other',
      'Fraud',
      'Other',
      'Theft Over $5000',
      'Theft Under $5000',
    ],
    900,
  ],
  [
    'Crimes Against the Person',
    ['Assault', 'Attempt Murder', 'Other', 'Robbery-Financial', 'Robbery-Other', 'Sexual Violation'],
    600,
  ],
  ['Criminal Code Traffic ', ['Other'], 160],
  ['Other Criminal Code Violations', ['Other', 'Other Criminal Violations - Offensive Weapons'], 400],
  ['Other Federal Statute Violations', ['Other'], 60],
];

/** No key: a hidden, finer level of offences repeats the visible columns, sometimes with the same counts. */
export function reportedCrimes({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (const year of years) {
    for (const division of [...oldDivisions, 'NSA']) {
      for (const [category, subtypes, most] of crimes) {
        for (const subtype of subtypes) {
          const random = Random.of(seed, `reported ${division} ${category} ${subtype}`, year);
          for (let level = 0; level === 0 || random.chance(0.05); level++) {
            const count = Math.floor(random.next() ** 2 * most);
            const row = [
              year,
              division,
              category,
              subtype,
              String(count),
              String(Math.floor(count * random.next() * 0.8)),
            ];
            rows.push(row);
            if (random.chance(0.012)) rows.push(row);
          }
        }
      }
    }
  }
  const columns = {
    REPORT_YEAR: 'int4',
    DIVISION: 'text',
    CATEGORY: 'text',
    SUBTYPE: 'text',
    COUNT_: 'text',
    COUNT_CLEARED: 'text',
  };
  return sampleTable('toronto/reported-crimes.csv', columns, rows, publishedOn(-90));
}

/** The legacy table of 2014 to 2019, D54 and D55 together: 96 rows. */
export function shootingOccurrences({ seed }: SampleSettings): SampleTable {
  const random = Random.of(seed, 'shooting occurrences');
  const rows: Cell[][] = [];
  for (let year = 2014; year <= 2019; year++) {
    for (const division of oldDivisions) {
      rows.push([
        rows.length + 1,
        year,
        division,
        'Shooting Occurrence',
        Math.floor(random.next() ** 2 * 55),
      ]);
    }
  }
  const columns = {
    Index_: 'int4',
    OccurredYear: 'int4',
    GeoDivision: 'text',
    Category: 'text',
    Count_: 'int4',
  };
  return sampleTable('toronto/shooting-occurrences.csv', columns, rows, '2020-06-15T14:02:11.316Z');
}

const sections: readonly (readonly [section: string, category: string, subtypes: readonly string[]])[] = [
  ['Calls for Service', 'Calls Received', ['Emergency', 'Non-Emergency']],
  [
    'Calls for Service',
    'Calls Attended',
    ['Priority 1', 'Priority 2', 'Priority 3', 'Priority 4', 'Priority 5', 'Priority 6'],
  ],
  [
    'Public Complaints',
    'Conduct',
    ['Discreditable Conduct', 'Neglect of Duty', 'Unlawful Exercise of Authority', 'Incivility'],
  ],
  ['Public Complaints', 'Policy', ['Service', 'Policy']],
  ['Personnel', 'Uniform', ['Constable', 'Sergeant', 'Staff Sergeant', 'Inspector', 'Superintendent']],
  ['Personnel', 'Civilian', ['Clerical', 'Court Officer', 'Parking Enforcement', 'Communications Operator']],
  ['Traffic', 'Collisions', ['Fatal', 'Personal Injury', 'Property Damage', 'Fail to Remain']],
  ['Traffic', 'Tickets', ['Speeding', 'Distracted Driving', 'Seatbelt', 'Red Light', 'Other']],
  ['Missing Persons', 'Reports', ['Located', 'Not Located']],
  ['Hate Crimes', 'Reported', ['Mischief', 'Assault', 'Threats', 'Harassment', 'Other']],
];

/** police-annual-statistical-report-miscellaneous-data. */
export function miscellaneousData({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (const year of years) {
    for (const [section, category, subtypes] of sections) {
      for (const subtype of subtypes) {
        const random = Random.of(seed, `miscellaneous ${section} ${subtype}`, year);
        rows.push([year, section, category, subtype, String(Math.floor(random.next() ** 3 * 90_000))]);
      }
    }
  }
  const columns = { YEAR: 'int4', SECTION: 'text', CATEGORY: 'text', SUBTYPE: 'text', COUNT_: 'text' };
  return sampleTable('toronto/miscellaneous-data.csv', columns, rows, publishedOn(-90, 12));
}

const firearms: readonly (readonly [category: string, types: readonly string[]])[] = [
  ['Crime Guns Seized', ['Pistol', 'Revolver', 'Rifle', 'Shotgun', 'Replica', 'Air Gun']],
  ['Firearms Surrendered', ['Handgun', 'Long Gun', 'Other']],
  ['Top 5 Calibre Handguns', ['9 mm', '.40', '.45', '.22', '.38']],
];

/** police-annual-statistical-report-miscellaneous-firearms. */
export function miscellaneousFirearms({ seed }: SampleSettings): SampleTable {
  const rows: Cell[][] = [];
  for (const year of years) {
    for (const [category, types] of firearms) {
      for (const type of types) {
        rows.push([
          year,
          category,
          type,
          Random.of(seed, `firearms ${category} ${type}`, year).between(4, 420),
        ]);
      }
    }
  }
  const columns = { YEAR: 'int4', CATEGORY: 'text', TYPE: 'text', COUNT_: 'int4' };
  return sampleTable('toronto/miscellaneous-firearms.csv', columns, rows, publishedOn(-90, 13));
}
