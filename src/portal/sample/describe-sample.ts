/** The sample's `portal.yml`: real origins, packages and ids over generated files. */
import { laDatasets } from './la.js';
import type { SampleTable } from './sample-table.js';

/** Every generated table of one day. */
export interface SampleTables {
  readonly majorCrimes: SampleTable;
  readonly shootingOccurrences: SampleTable;
  readonly reportedCrimes: SampleTable;
  readonly miscellaneousData: SampleTable;
  readonly homicides: SampleTable;
  readonly miscellaneousFirearms: SampleTable;
  readonly theftsFromVehicles: SampleTable;
  readonly shootings: SampleTable;
  readonly crashes: SampleTable;
  readonly persons: SampleTable;
  readonly vehicles: SampleTable;
  readonly requests311: Readonly<Record<number, SampleTable>>;
}

/** The workbook, which is served as it is. */
export const workbookFile = 'toronto/wellbeing-toronto-safety.xlsx';
/** Folder of the files that GitHub serves. */
export const repositoryFolder = 'statsbomb';

/** The text of `portal.yml` for these tables. */
export async function describeSample(tables: SampleTables): Promise<string> {
  const { Document, isMap, isSeq, visit } = await import('yaml');
  const document = new Document({
    root: '.',
    origins: {
      'https://ckan0.cf.opendata.inter.prod-toronto.ca': {
        type: 'ckan',
        internal_origin: 'https://ckanadmin0.intra.prod-toronto.ca',
        packages: torontoPackages(tables),
      },
      'https://data.cityofnewyork.us': { type: 'socrata', datasets: nycDatasets(tables) },
      'https://data.lacity.org': { type: 'socrata', datasets: laDatasetsYaml(tables) },
      'https://raw.githubusercontent.com': {
        type: 'github',
        repos: { 'statsbomb/open-data': { ref: 'master', folder: repositoryFolder } },
      },
    },
  });
  document.commentBefore =
    ' What the sample portal serves. Generated: edit the rows if you like, drop `counted` when you do.';
  visit(document, {
    Pair(_, pair) {
      const key = String((pair.key as { value?: unknown }).value);
      if (['columns', 'files', 'counted'].includes(key) && (isMap(pair.value) || isSeq(pair.value)))
        pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 110 });
}

function torontoPackages(tables: SampleTables): Record<string, unknown> {
  const police = { division: 'Toronto Police Services', topics: 'Public safety' };
  const datastore = (name: string, table: SampleTable, more: object = {}) => ({
    resources: [{ name, format: 'CSV', cache_copies: true, ...more, table: tableYaml(table) }],
  });
  return {
    'major-crime-indicators': {
      title: 'Community Safety Indicators ',
      notes:
        'Reported offences by victim and offence. One occurrence number may have several rows.\r\nData is provided by the Toronto Police Service.',
      refresh_rate: 'Quarterly',
      ...police,
      ...datastore('Community Safety Indicators', tables.majorCrimes),
    },
    'police-annual-statistical-report-shooting-occurrences': {
      id: 'f29feb49-ceb1-44bf-a2b6-5fc6a0e6147a',
      title: 'Police Annual Statistical Report - Shooting Occurrences',
      ...police,
      ...datastore('Shooting Occurrences', tables.shootingOccurrences),
    },
    'wellbeing-toronto-safety': {
      id: '7e038ff9-b616-4070-9753-6f493b2cdbb0',
      title: 'Wellbeing Toronto - Safety',
      category: 'Document',
      division: 'Social Development, Finance & Administration',
      resources: [
        {
          name: 'wellbeing-toronto-safety',
          format: 'XLSX',
          file: workbookFile,
          updated_at: '2019-07-23T17:02:12.916Z',
        },
      ],
    },
    'police-annual-statistical-report-reported-crimes': {
      title: 'Police Annual Statistical Report - Reported Crimes',
      ...police,
      ...datastore('Reported Crimes', tables.reportedCrimes),
    },
    'police-annual-statistical-report-miscellaneous-data': {
      title: 'Police Annual Statistical Report - Miscellaneous Data',
      ...police,
      ...datastore('Miscellaneous Data', tables.miscellaneousData),
    },
    'police-annual-statistical-report-homicide': {
      id: '7d72bbbe-8adc-4b36-8ad1-5359f1c7a9cc',
      title: 'Police Annual Statistical Report - Homicides',
      category: 'Map',
      ...police,
      ...datastore('Homicides', tables.homicides),
    },
    'police-annual-statistical-report-miscellaneous-firearms': {
      title: 'Police Annual Statistical Report - Miscellaneous Firearms',
      ...police,
      ...datastore('Miscellaneous Firearms', tables.miscellaneousFirearms),
    },
    'theft-from-motor-vehicle': {
      title: 'Theft From Motor Vehicle',
      category: 'Map',
      ...police,
      ...datastore('Theft From Motor Vehicle', tables.theftsFromVehicles),
    },
    'shootings-firearm-discharges': {
      id: '4bc5511d-0ecf-487a-9214-7b2359ad8f61',
      title: 'Shootings & Firearm Discharges',
      category: 'Map',
      refresh_rate: 'Quarterly',
      ...police,
      ...datastore('Shootings & Firearm Discharges', tables.shootings),
    },
  };
}

function nycDatasets(tables: SampleTables): Record<string, unknown> {
  const police = { category: 'Public Safety', attribution: 'Police Department (NYPD)' };
  return {
    'h9gi-nx95': {
      name: 'Motor Vehicle Collisions - Crashes',
      ...police,
      row_identifier: 'collision_id',
      table: tableYaml(tables.crashes),
    },
    'f55k-p6yu': {
      name: 'Motor Vehicle Collisions - Person',
      ...police,
      row_identifier: 'unique_id',
      table: tableYaml(tables.persons),
    },
    'bm4k-52h4': {
      name: 'Motor Vehicle Collisions - Vehicles',
      ...police,
      row_identifier: 'unique_id',
      table: tableYaml(tables.vehicles),
    },
  };
}

function laDatasetsYaml(tables: SampleTables): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(laDatasets).map(([year, id]) => [
      id,
      {
        name: `MyLA311 Service Request Data ${year}`,
        category: 'City Infrastructure & Service Requests',
        attribution: 'City of Los Angeles',
        row_identifier: 'srnumber',
        table: tableYaml(tables.requests311[Number(year)]!),
      },
    ]),
  );
}

function tableYaml(table: SampleTable): Record<string, unknown> {
  return {
    files: [table.file],
    counted: { rows: table.rows, bytes: table.bytes.length },
    updated_at: table.updatedAt,
    columns: table.columns,
  };
}
