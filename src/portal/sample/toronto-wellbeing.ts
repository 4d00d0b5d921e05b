/** wellbeing-toronto-safety: an XLSX of three sheets, whose data sheets have a title row above the header. */
import { Random } from './random.js';
import type { Cell, SampleSettings } from './sample-table.js';
import { olderPlaces } from './toronto-places.js';

const columns2008 =
  'Neighbourhood|Neighbourhood Id|Ambulance Calls|Ambulance Referrals|Arsons|Assaults|Break & Enters|Drug Arrests|Fire Vehicle Incidents|Firearms Incidents|Fires & Fire Alarms|Hazardous Incidents|Murders|Robberies|Sexual Assaults|TCHC Safety Incidents|Thefts|Vehicle Thefts'.split(
    '|',
  );
const columns2011 =
  'Neighbourhood|Neighbourhood Id|Arsons|Assaults|Break & Enters|Drug Arrests|Fire Medical Calls|Fire Vehicle Incidents|Fires & Fire Alarms|Hazardous Incidents|Murders|Robberies|Sexual Assaults|Thefts|Total Major Crime Incidents|Vehicle Thefts'.split(
    '|',
  );

const sources: readonly (readonly string[])[] = [
  [
    'Toronto Police Service',
    'Thefts',
    'Crime - Theft over $5000',
    'Reported incidents that could be located.',
  ],
  ['Toronto Police Service', 'Murders', 'Crime - Murders', 'Reported incidents that could be located.'],
  ['Toronto Police Service', 'Assaults', 'Crime - Assaults', 'Reported incidents that could be located.'],
  [
    'Toronto Fire Services',
    'Hazardous Incidents',
    'Fire - Other hazardous incidents',
    'Gas leaks, wires down, rescues.',
  ],
  [
    'Toronto Fire Services',
    'Arsons',
    'Fire - Arsons',
    'Reported incidents, whether charges were laid or not.',
  ],
  ['Emergency Medical Services', 'Ambulance Calls', 'EMS calls for service', 'Reference period 2008 only.'],
];

const most: Readonly<Record<string, number>> = {
  'Ambulance Calls': 3600,
  'Ambulance Referrals': 40,
  Arsons: 12,
  Assaults: 420,
  'Break & Enters': 240,
  'Drug Arrests': 190,
  'Fire Medical Calls': 1500,
  'Fire Vehicle Incidents': 500,
  'Firearms Incidents': 14,
  'Fires & Fire Alarms': 620,
  'Hazardous Incidents': 270,
  Murders: 3,
  Robberies: 110,
  'Sexual Assaults': 70,
  'TCHC Safety Incidents': 460,
  Thefts: 60,
  'Total Major Crime Incidents': 1200,
  'Vehicle Thefts': 340,
};

/** The workbook's bytes: equal for equal seeds. */
export async function wellbeingWorkbook({ seed }: SampleSettings): Promise<Buffer> {
  const { utils, write } = await import('@e965/xlsx');
  const book = utils.book_new();
  const head = [
    'PROVENANCE',
    'SHORT_NAME',
    'LONG_NAME',
    'DESCRIPTION',
    'URL',
    'CURRENCY',
    'DATE_UPDATED',
    'DOMAIN',
  ];
  const about = sources.map((source) => [...source, 'http://www.toronto.ca', 40658, 40658, 'Safety']);
  utils.book_append_sheet(book, utils.aoa_to_sheet([head, ...about]), 'IndicatorMetaData');
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet(period(seed, 2008, columns2008)),
    'RawData-Ref Period 2008',
  );
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet(period(seed, 2011, columns2011)),
    'RawData-Ref Period 2011',
  );
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
}

function period(seed: number, year: number, columns: readonly string[]): Cell[][] {
  const rows: Cell[][] = [[null, null, 'Safety'], [...columns]];
  for (const { id, name } of olderPlaces) {
    const random = Random.of(seed, `wellbeing ${year}`, id);
    rows.push([
      name,
      id,
      ...columns.slice(2).map((column) => Math.floor(random.next() ** 3 * (most[column] ?? 100))),
    ]);
  }
  return rows;
}
