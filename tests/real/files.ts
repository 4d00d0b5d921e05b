/** Every recorded file of the four systems: what serves it, which dataset is built from it, which test asserts its figures. */

export interface RealFile {
  /** Folder and file below `../shared/data`; `*` stands for anything. */
  readonly file: string;
  readonly served: string;
  readonly dataset: string;
  /** Title of a test of this folder, or how it begins. */
  readonly test: string;
}

const row = (file: string, served: string, dataset: string, test: string): RealFile => ({
  file,
  served,
  dataset,
  test,
});

const dialects = 'shootings in the three dialects';
const replayed = 'every recorded exchange with New York is played back byte for byte';

export const FILES: readonly RealFile[] = [
  row(
    'toronto-shootings-firearm-discharges/2023-04_tps-hub_chan-y.csv',
    'datastore, day 1',
    'shootings',
    dialects,
  ),
  row(
    'toronto-shootings-firearm-discharges/2024-01-26_ckan_rluchin.csv',
    'datastore, day 2',
    'shootings',
    dialects,
  ),
  row(
    'toronto-shootings-firearm-discharges/2024-09_ckan_krystaljin.csv',
    'datastore, day 3',
    'shootings',
    dialects,
  ),
  row('toronto-asr-homicide/unedited_data.csv', 'datastore', 'homicides', 'homicides: 1,396 victims'),
  row('toronto-mci-arcgis-pages/2014_*.json', 'datastore', 'major_crime_indicators', 'major crimes of 2014'),
  row(
    'toronto-asr-reported-crimes/2021-01_lilydia.csv',
    'datastore, day 1',
    'reported_crimes',
    'reported crimes of 2021',
  ),
  row(
    'toronto-asr-reported-crimes/2024-09_yizhe_TRUNCATED-32000.csv',
    'datastore, day 2',
    'reported_crimes',
    'the 32,000 rows of reported crimes are a cap',
  ),
  row(
    'toronto-asr-shooting-occurrences/shooting_data.csv',
    'datastore',
    'shooting_occurrences',
    'shooting occurrences',
  ),
  row(
    'toronto-wellbeing-safety/raw_data_trt_safety.csv',
    'upload, an XLSX',
    'wellbeing_safety',
    'shooting occurrences',
  ),
  row(
    'toronto-wellbeing-safety/raw_data.csv',
    'file',
    'wellbeing_2011',
    'one sheet of the wellbeing workbook as CSV',
  ),
  row(
    'toronto-neighbourhood-crime-rates/2024-01_hritik.csv',
    'datastore',
    'neighbourhood_crime_rates',
    'neighbourhood crime rates',
  ),
  row(
    'toronto-ckan-recorded/death-registry-statistics-package.json',
    'answer of package_show',
    'death_registry',
    'a package as the real portal tells it',
  ),
  row(
    'toronto-ckan-recorded/death-registry-statistics-datastore.json',
    'datastore, and answer of datastore_search',
    'death_registry',
    'a package as the real portal tells it',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_package_metadata.json',
    'answer of package_show',
    'transit_shelters',
    'a package of 2020',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_datastore.json',
    'datastore, and answer of datastore_search',
    'transit_shelters',
    'a package of 2020',
  ),
  row(
    'toronto-ckan-recorded/ttc-routes-and-schedules.json',
    'answer of package_show',
    'ttc_routes',
    'a package whose upload is gone',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_package_list.json',
    'answer of current_package_list_with_resources',
    'packages',
    'lists of packages',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_package_search_list.json',
    'answer of package_search',
    'bus_delay_resources',
    'lists of packages',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_package_list_cleaned.csv',
    'file',
    'package_list',
    'lists of packages',
  ),
  row(
    'toronto-ckan-recorded/pyopendatato_sample_xlsx.xlsx',
    'upload',
    'sample_workbook',
    'a workbook of two rows',
  ),
  row('nyc-crashes/crashes_gillian.csv', 'SODA, day 1', 'crashes', 'crashes in three extracts'),
  row('nyc-crashes/crashes_arslan_3.6MB.csv', 'SODA, day 2', 'crashes', 'crashes in three extracts'),
  row('nyc-crashes/crashes_cs127_2023.csv', 'SODA, day 3', 'crashes', 'crashes in three extracts'),
  row(
    'nyc-collisions-profile/NYC_vehicle_collisions.json',
    'file',
    'crash_columns',
    'a profile of the crashes',
  ),
  row(
    'socrata-vcr-sodapy/bike_counts_page_*.json',
    'SODA',
    'bike_counts',
    'bicycle counts behind recorded metadata',
  ),
  row(
    'socrata-vcr-sodapy/test_get.yaml',
    'cassette',
    'bike_counts_json',
    'the 1,000 rows that the portal gave',
  ),
  row(
    'socrata-vcr-sodapy/test_get_csv.yaml',
    'cassette',
    'bike_counts_csv',
    'the 1,000 rows that the portal gave',
  ),
  row(
    'socrata-vcr-sodapy/test_get_all_hit_limit.yaml',
    'cassette',
    'population',
    'six rows whose columns are years',
  ),
  row('socrata-vcr-sodapy/test_get_metadata_and_attachments.yaml', 'cassette', 'bike_counts', replayed),
  row('socrata-vcr-sodapy/test_get_all.yaml', 'cassette', 'bike_counts_json', replayed),
  row('socrata-vcr-sodapy/test_get_xml.yaml', 'cassette', 'none: lake reads no XML', replayed),
  row('socrata-vcr-sodapy/test_get_datasets.yaml', 'cassette', 'none: the catalogue', replayed),
  row('socrata-vcr-sodapy/test_get_missing.yaml', 'cassette', 'none: an error', replayed),
  row(
    'socrata-vcr-sodapy/test_get_metadata_and_attachments_missing.yaml',
    'cassette',
    'none: an error',
    replayed,
  ),
  row(
    'socrata-vcr-sodapy/403_response_json.txt',
    'answer of /api/views',
    'private_data',
    'a dataset that is not public',
  ),
  row('la311-hackforla-seed/la311_2017_subset.csv', 'SODA', 'requests_311', 'requests of 2017 and 2018'),
  row(
    'la311-hackforla-seed/la311_2018_mini_2019-12-22.csv',
    'SODA',
    'requests_311',
    'requests of 2017 and 2018',
  ),
  row('statsbomb-parser-2019/competitions.json', 'GitHub', 'competitions', 'matches of one season'),
  row('statsbomb-parser-2019/49_3.json', 'GitHub', 'matches', 'matches of one season'),
  row('statsbomb-parser-2019/7457.json', 'GitHub', 'lineups', 'events and lineups of four matches'),
  row('statsbomb-parser-2019/8656.json', 'GitHub', 'events', 'events and lineups of four matches'),
  row('statsbomb-kloppy/statsbomb_*_event.json', 'GitHub', 'events', 'events and lineups of four matches'),
  row('statsbomb-kloppy/statsbomb_*_lineup.json', 'GitHub', 'lineups', 'events and lineups of four matches'),
];

/** Files that are no data, and why. */
export const NOT_DATA: Readonly<Record<string, string>> = {
  '*/SOURCE.txt': 'says where the files beside it come from',
};

/** Folders of `../shared/data` that belong to the four systems. */
export const FOLDERS = /^(toronto|nyc|la311|statsbomb|socrata)-/;
