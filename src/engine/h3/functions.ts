/**
 * H3 functions under the names, and with the argument and result types, of DuckDB's community extension `h3`, so that
 * a model runs unchanged where that extension is loaded. Cells are UBIGINT, BIGINT or VARCHAR, as in the extension.
 * Source: https://github.com/isaacbrodsky/h3-duckdb (src/h3_indexing.cpp, h3_inspection.cpp, h3_hierarchy.cpp,
 * h3_traversal.cpp). One difference: a latitude or longitude outside of the globe gives NULL, not a wrapped cell.
 */
import type * as H3 from 'h3-js';

export type H3Type =
  | 'UBIGINT'
  | 'BIGINT'
  | 'VARCHAR'
  | 'DOUBLE'
  | 'INTEGER'
  | 'BOOLEAN'
  | 'UBIGINT[]'
  | 'BIGINT[]'
  | 'VARCHAR[]';
export type H3Value = bigint | string | number | boolean | readonly (bigint | string)[] | null;

/** One overload. `call` gets no NULL, and its throwing (an invalid cell, a resolution of 16) means NULL. */
export interface H3Function {
  readonly name: string;
  readonly parameters: readonly H3Type[];
  readonly returns: H3Type;
  readonly call: (...values: never[]) => H3Value;
}

/** How a cell of one type is read and written; h3-js knows hexadecimal text. */
interface CellType {
  readonly type: 'UBIGINT' | 'BIGINT' | 'VARCHAR';
  readonly read: (cell: never) => string;
  readonly write: (cell: string) => bigint | string;
}

const number = (type: 'UBIGINT' | 'BIGINT'): CellType => ({
  type,
  read: (cell: bigint) => BigInt.asUintN(64, cell).toString(16),
  write: (cell) => BigInt(`0x${cell}`),
});
const cellTypes: readonly CellType[] = [
  number('UBIGINT'),
  number('BIGINT'),
  // Text of another length or case than h3-js writes is a cell all the same.
  { type: 'VARCHAR', read: (cell: string) => cell.toLowerCase(), write: (cell) => cell },
];

/** Every `h3_*` function that SQL may call, with its DuckDB types. `h3`: the loaded library. */
export function h3Functions(h3: typeof H3): readonly H3Function[] {
  const cellOf = (lat: number, lng: number, resolution: number): string | null =>
    Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? h3.latLngToCell(lat, lng, resolution) : null;
  const valid = (cell: string): string => {
    if (!h3.isValidCell(cell)) throw new Error('not a cell');
    return cell;
  };

  const fixed: readonly H3Function[] = [
    {
      name: 'h3_latlng_to_cell',
      parameters: ['DOUBLE', 'DOUBLE', 'INTEGER'],
      returns: 'UBIGINT',
      call: (lat: number, lng: number, resolution: number) => {
        const cell = cellOf(lat, lng, resolution);
        return cell === null ? null : BigInt(`0x${cell}`);
      },
    },
    {
      name: 'h3_latlng_to_cell_string',
      parameters: ['DOUBLE', 'DOUBLE', 'INTEGER'],
      returns: 'VARCHAR',
      call: cellOf,
    },
    {
      name: 'h3_string_to_h3',
      parameters: ['VARCHAR'],
      returns: 'UBIGINT',
      call: (text: string) => (/^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : null),
    },
    {
      name: 'h3_h3_to_string',
      parameters: ['UBIGINT'],
      returns: 'VARCHAR',
      call: (cell: bigint) => cell.toString(16),
    },
    {
      name: 'h3_h3_to_string',
      parameters: ['BIGINT'],
      returns: 'VARCHAR',
      call: (cell: bigint) => BigInt.asUintN(64, cell).toString(16),
    },
  ];

  const ofCells = cellTypes.flatMap(({ type, read, write }): readonly H3Function[] => {
    const list = `${type}[]` as const;
    return [
      {
        name: 'h3_cell_to_lat',
        parameters: [type],
        returns: 'DOUBLE',
        call: (cell: never) => h3.cellToLatLng(valid(read(cell)))[0],
      },
      {
        name: 'h3_cell_to_lng',
        parameters: [type],
        returns: 'DOUBLE',
        call: (cell: never) => h3.cellToLatLng(valid(read(cell)))[1],
      },
      {
        name: 'h3_cell_to_boundary_wkt',
        parameters: [type],
        returns: 'VARCHAR',
        call: (cell: never) => boundaryWkt(h3.cellToBoundary(valid(read(cell)))),
      },
      {
        name: 'h3_cell_to_parent',
        parameters: [type, 'INTEGER'],
        returns: type,
        call: (cell: never, resolution: number) => write(h3.cellToParent(valid(read(cell)), resolution)),
      },
      {
        name: 'h3_get_resolution',
        parameters: [type],
        returns: 'INTEGER',
        call: (cell: never) => h3.getResolution(valid(read(cell))),
      },
      {
        name: 'h3_is_valid_cell',
        parameters: [type],
        returns: 'BOOLEAN',
        call: (cell: never) => h3.isValidCell(read(cell)),
      },
      {
        name: 'h3_grid_disk',
        parameters: [type, 'INTEGER'],
        returns: list,
        call: (cell: never, k: number) => h3.gridDisk(valid(read(cell)), k).map(write),
      },
    ];
  });
  return [...fixed, ...ofCells];
}

/** `POLYGON ((lng lat, …))`, closed, six decimals, as the extension writes it. */
function boundaryWkt(boundary: readonly (readonly number[])[]): string {
  const ring = [...boundary, boundary[0]!].map(([lat, lng]) => `${lng!.toFixed(6)} ${lat!.toFixed(6)}`);
  return `POLYGON ((${ring.join(', ')}))`;
}
