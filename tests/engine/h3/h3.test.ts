/** Expected values are the community extension's own, out of its tests. */
import { describe, expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';

const { rows } = withEngine();
const one = async (sql: string) => (await rows(`select ${sql}`))[0];

describe('h3 functions', () => {
  it('finds the cell of a point', async () => {
    expect(
      await one(
        `h3_latlng_to_cell(0, 0, 1), typeof(h3_latlng_to_cell(0, 0, 1)),
         h3_latlng_to_cell_string(37.7752702151959, -122.418307270836, 9)`,
      ),
    ).toEqual(['583031433791012863', 'UBIGINT', '8928308280fffff']);
  });

  it('gives NULL for NULL, for a resolution that is none, and for a point outside of the globe (fault B10)', async () => {
    expect(
      await one(
        `h3_latlng_to_cell(0, NULL, 1), h3_latlng_to_cell(0, 0, -1), h3_latlng_to_cell(0, 0, 16),
         h3_latlng_to_cell(91, 0, 5), h3_latlng_to_cell(0, 180.5, 5), h3_latlng_to_cell('nan'::double, 0, 5),
         h3_latlng_to_cell_string(-90.01, 0, 5)`,
      ),
    ).toEqual([null, null, null, null, null, null, null]);
  });

  it.each([
    ['UBIGINT', `h3_string_to_h3('85283473fffffff')`],
    ['BIGINT', `h3_string_to_h3('85283473fffffff')::bigint`],
    ['VARCHAR', `'85283473fffffff'`],
  ])('reads cells as %s', async (type, cell) => {
    expect(
      await one(
        `h3_cell_to_lat(${cell}), h3_cell_to_lng(${cell}), h3_get_resolution(${cell}), h3_is_valid_cell(${cell}),
         typeof(h3_cell_to_parent(${cell}, 4)), typeof(h3_grid_disk(${cell}, 1)), len(h3_grid_disk(${cell}, 1))`,
      ),
    ).toEqual([37.34579337536848, -121.9763759725512, 5, true, type, `${type}[]`, 7]);
  });

  it('gives NULL or false for what is no cell', async () => {
    expect(
      await one(
        `h3_cell_to_lat(h3_string_to_h3('ffffffffffffffff')), h3_is_valid_cell(1234::ubigint), h3_is_valid_cell('x'),
         h3_cell_to_parent('85283473fffffff', 9), h3_grid_disk('85283473fffffff', -1), h3_string_to_h3(',,,'),
         h3_cell_to_boundary_wkt('x')`,
      ),
    ).toEqual([null, false, false, null, null, null, null]);
  });

  it('writes numbers as text and back', async () => {
    expect(
      await one(
        `h3_h3_to_string(10000000000000000::ubigint), h3_h3_to_string(1::bigint), h3_string_to_h3('1')`,
      ),
    ).toEqual(['2386f26fc10000', '1', 1]);
  });

  it('draws a cell and lists its neighbours', async () => {
    expect(
      await one(
        `h3_cell_to_boundary_wkt(h3_string_to_h3('822d57fffffffff')), h3_grid_disk('822d57fffffffff', 1)`,
      ),
    ).toEqual([
      'POLYGON ((38.777546 44.198571, 39.938746 42.736298, 42.150674 42.631271, 43.258395 44.047542, 42.146575 45.539505, 39.897167 45.559577, 38.777546 44.198571))',
      [
        '822d57fffffffff',
        '822d0ffffffffff',
        '822c27fffffffff',
        '822c2ffffffffff',
        '822d5ffffffffff',
        '822d47fffffffff',
        '822d77fffffffff',
      ],
    ]);
  });

  it('works in project macros and over many rows', async () => {
    const macros = ['create macro cell(lat, lng) as h3_latlng_to_cell_string(lat, lng, 8)'];
    const statements = [
      {
        sql: 'select count(*), count(c), count(distinct c) from (select cell(43.6 + range / 100000.0, -79.4) as c from range(10000))',
        collect: 'rows' as const,
      },
    ];
    const [[all, found, distinct]] = (await rows('', { macros, statements })) as [[number, number, number]];
    expect([all, found]).toEqual([10_000, 10_000]);
    expect(distinct).toBeGreaterThan(10);
  });
});
