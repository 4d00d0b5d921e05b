import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { decode, read, write } = withEngine();

let files = 0;
const part = (content: string, hint: object = {}) => ({
  files: [write(`spool/p${files++}.geojson`, content)],
  decode: { format: 'geojson' as const, ...hint },
});
const values = async (one: ReturnType<typeof part>) => {
  const { files, parts } = await decode([one]);
  const rows = await read(files);
  const { columns, notes } = parts[0]!;
  return { columns, rows: rows.map((row) => columns.map((c) => row[c])), notes };
};
const collection = (...features: string[]) =>
  `{"type":"FeatureCollection","crs":{"x":1},"features":[${features.join(',')}]}`;
const POINT = '{"type":"Point","coordinates":[-79.42,43.64]}';

describe('decoding GeoJSON', () => {
  it('B10: properties become columns, the geometry and other members stay beside them as text', async () => {
    const one = `{"type":"Feature","id":7,"properties":{"name":"High Park","tags":["a"],"n":1.5},"geometry":${POINT},"bbox":[1,2]}`;
    const two = `{"type":"Feature","properties":{"name":null,"open":true},"geometry":${POINT}}`;
    expect(await values(part(collection(one, two)))).toEqual({
      columns: ['name', 'tags', 'n', 'id', 'geometry', 'bbox', 'open'],
      rows: [
        ['High Park', '["a"]', '1.5', '7', POINT, '[1,2]', null],
        [null, null, null, null, POINT, null, 'true'],
      ],
      notes: undefined,
    });
  });

  it('B10: features with a null, missing or empty geometry are kept and counted', async () => {
    const feature = (a: number, geometry: string) => `{"type":"Feature","properties":{"a":${a}}${geometry}}`;
    const content = collection(
      feature(1, `,"geometry":${POINT}`),
      feature(2, ',"geometry":null'),
      feature(3, ''),
      feature(4, ',"geometry":{"type":"Polygon","coordinates":[]}'),
      feature(5, ',"geometry":{"type":"GeometryCollection","geometries":[]}'),
    );
    const { rows, notes } = await values(part(content));
    expect(rows.map(([a, geometry]) => [a, geometry])).toEqual([
      ['1', POINT],
      ['2', null],
      ['3', null],
      ['4', '{"type":"Polygon","coordinates":[]}'],
      ['5', '{"type":"GeometryCollection","geometries":[]}'],
    ]);
    expect(notes).toEqual(['part0: 4 features have no geometry; the rows are kept']);
  });

  it('B10: coordinates land as they came: NaN, three dimensions, mixed types', async () => {
    const content = collection(
      '{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[NaN,Infinity]}}',
      '{"type":"Feature","properties":{"a":2},"geometry":{"type":"LineString","coordinates":[[1,2,3.5],[4,5,6]]}}',
    );
    expect((await values(part(content))).rows).toEqual([
      ['1', '{"type":"Point","coordinates":[NaN,Infinity]}'],
      ['2', '{"type":"LineString","coordinates":[[1,2,3.5],[4,5,6]]}'],
    ]);
  });

  it('is known by its own type, whatever the file is called; `records` reads it as plain JSON', async () => {
    const content = collection(`{"type":"Feature","properties":{"a":1},"geometry":${POINT}}`);
    expect((await values(part(content, { format: 'json' }))).columns).toEqual(['a', 'geometry']);
    expect((await values(part(content, { format: 'json', records: 'features' }))).columns).toEqual([
      'type',
      'properties',
      'geometry',
    ]);
  });

  it('may be a feature a line, an array of features, or one feature', async () => {
    const feature = (a: number) => `{"type":"Feature","properties":{"a":${a}},"geometry":null}`;
    const expected = [
      ['1', null],
      ['2', null],
    ];
    expect((await values(part(`${feature(1)}\n${feature(2)}\n`))).rows).toEqual(expected);
    expect((await values(part(`[${feature(1)},${feature(2)}]`))).rows).toEqual(expected);
    expect((await values(part(feature(1)))).rows).toEqual([['1', null]]);
  });

  it('keeps the name of the geometry where a property is called so, and names of another case apart', async () => {
    const content = collection(
      `{"type":"Feature","id":1,"properties":{"ID":2,"geometry":"x","id":3,"a\\"b":4},"geometry":${POINT}}`,
    );
    expect(await values(part(content))).toMatchObject({
      columns: ['ID', 'geometry_2', 'id_2', 'a"b', 'id_3', 'geometry'],
      rows: [['2', 'x', '3', '4', '1', POINT]],
    });
  });

  it('has no row without features, and says what is wrong with others', async () => {
    expect((await decode([part(collection())])).parts[0]).toMatchObject({ rows: 0, columns: [] });
    const wrong = async (content: string) => (await failure(decode([part(content)]))).message;
    expect(await wrong(collection('5'))).toMatch(/holds a record that is a number, not an object$/);
    expect(await wrong('{"type":"FeatureCollection","features":null}')).toMatch(
      /has no records at "features"$/,
    );
    expect(await wrong('{"type":"FeatureCollection"')).toMatch(/is broken JSON/);
  });
});
