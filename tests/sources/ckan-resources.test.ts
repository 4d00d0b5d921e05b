import { describe, expect, it } from 'vitest';
import { chooseResources, readResources } from '../../src/sources/ckan-resources.js';

const table = { id: 't', name: 'Crimes', format: 'CSV', datastore_active: 'true' };
const csv = { id: 'c', name: 'Crimes 2023.csv', format: ' csv', url_type: 'upload' };
const json = { id: 'j', name: 'Crimes 2023.json', format: '.JSON' };
const xlsx = { id: 'x', name: 'Crimes 2024.xlsx', format: 'xlsx' };
const copy = { id: 'k', name: 'Crimes.csv', format: 'CSV', is_datastore_cache_file: 'True' };
const pdf = { id: 'p', name: 'Notes', format: 'PDF' };
const deleted = { id: 'd', name: 'Crimes', format: 'CSV', datastore_active: true, state: 'deleted' };

const choose = (resources: readonly unknown[], wanted?: Parameters<typeof chooseResources>[2]) =>
  chooseResources('crimes', readResources(resources), wanted).map(({ resource, variables }) => [
    resource.id,
    variables,
  ]);

describe('the resource that a manifest means', () => {
  it.each<[string, readonly unknown[], Parameters<typeof chooseResources>[2], string]>([
    ['a table before files', [csv, json, table], undefined, 't'],
    ['a table before files, also among formats', [csv, table], { format: ['csv'] }, 't'],
    ['never a copy, never a deleted one', [copy, deleted, xlsx], undefined, 'x'],
    ['the only one that can be read', [pdf, csv], undefined, 'c'],
    ['the first format of the list', [csv, json, xlsx], { format: ['json', 'csv'] }, 'j'],
    ['by format, blanks, dots and case not counted', [csv, json, xlsx], { format: ['.XLSX '] }, 'x'],
    ['by name, case not counted', [table, csv], { name: 'crimes 2023.csv' }, 'c'],
    ['by pattern', [table, csv, xlsx], { name: '*2024*' }, 'x'],
    ['by id', [table, csv, xlsx], { id: 'c' }, 'c'],
    ['by format, even one that cannot be read by itself', [csv, pdf], { format: ['pdf'] }, 'p'],
  ])('%s', (_, resources, wanted, id) => {
    expect(choose(resources, wanted)).toEqual([[id, {}]]);
  });

  it('two left are an error that lists them', () => {
    expect(() => choose([csv, json, pdf])).toThrow(
      '2 resources of package "crimes" match: "Crimes 2023.csv" (CSV, c), "Crimes 2023.json" (JSON, j)',
    );
    expect(() => choose([table, { ...table, id: 't2' }, csv])).toThrow(
      '2 resources of package "crimes" match: "Crimes" (CSV, datastore, t), "Crimes" (CSV, datastore, t2)',
    );
  });

  it('none left is an error that lists what there is', () => {
    expect(() => choose([pdf, csv, copy], { name: 'Crimes' })).toThrow(
      'No resource of package "crimes" matches; it has "Notes" (PDF, p), "Crimes 2023.csv" (CSV, c)',
    );
  });

  it('a {variable} in the name makes one part for each of its values', () => {
    expect(choose([csv, xlsx, json], { name: 'Crimes {year}.*', format: ['json', 'csv', 'xlsx'] })).toEqual([
      ['j', { year: '2023' }],
      ['x', { year: '2024' }],
    ]);
  });

  it('characters of a pattern language have no meaning in a name', () => {
    const odd = { ...csv, name: 'Crimes (2023) [v1.0] a+b' };
    expect(choose([odd, json], { name: 'Crimes (2023) [v1.0] a+b' })).toEqual([['c', {}]]);
    expect(() => choose([{ ...csv, name: 'Crimes 2023 v1x0' }], { name: 'Crimes 2023 v1.0' })).toThrow(
      'No resource',
    );
  });
});
