/**
 * Parquet files of one required column, as old, careless and hostile writers make them: what DuckDB itself would not
 * write. Source: https://parquet.apache.org/docs/file-format and the compact protocol of Apache Thrift.
 */

export interface ParquetColumn {
  readonly name: string;
  /** Physical type: 3 INT96, 6 BYTE_ARRAY. */
  readonly type: number;
  /** PLAIN encoded values. */
  readonly data: Buffer;
  readonly values: number;
  /** 0 is uncompressed. */
  readonly codec?: number;
  /** Bytes that the page claims to have. */
  readonly claims?: number;
}

export function parquet({ name, type, data, values, codec = 0, claims }: ParquetColumn): Buffer {
  const page = struct(
    i32(1, 0),
    i32(2, claims ?? data.length),
    i32(3, claims ?? data.length),
    field(5, 12, struct(i32(1, values), i32(2, 0), i32(3, 3), i32(4, 3))),
  );
  const size = page.length + data.length;
  const column = struct(
    i32(1, type),
    field(2, 9, list(5, [varint(zigzag(0))])),
    field(3, 9, list(8, [text(name)])),
    i32(4, codec),
    i64(5, values),
    i64(6, size),
    i64(7, size),
    i64(9, 4),
  );
  const group = struct(
    field(1, 9, list(12, [struct(i64(2, 4), field(3, 12, column))])),
    i64(2, size),
    i64(3, values),
  );
  const root = struct(field(4, 8, text('schema')), i32(5, 1));
  const leaf = struct(i32(1, type), i32(3, 0), field(4, 8, text(name)));
  const footer = struct(
    i32(1, 1),
    field(2, 9, list(12, [root, leaf])),
    i64(3, values),
    field(4, 9, list(12, [group])),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), page, data, footer, length, Buffer.from('PAR1')]);
}

/** PLAIN values of BYTE_ARRAY. */
export function byteArrays(...values: readonly Buffer[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return [length, value];
    }),
  );
}

/** PLAIN values of INT96: nanoseconds of the day, then the Julian day. */
export function int96(...instants: readonly Date[]): Buffer {
  return Buffer.concat(
    instants.map((instant) => {
      const bytes = Buffer.alloc(12);
      const day = Math.floor(instant.getTime() / 86_400_000);
      bytes.writeBigUInt64LE(BigInt(instant.getTime() - day * 86_400_000) * 1_000_000n, 0);
      bytes.writeUInt32LE(day + 2_440_588, 8);
      return bytes;
    }),
  );
}

interface Field {
  readonly id: number;
  readonly type: number;
  readonly bytes: Buffer;
}

const field = (id: number, type: number, bytes: Buffer): Field => ({ id, type, bytes });
const i32 = (id: number, value: number): Field => field(id, 5, varint(zigzag(value)));
const i64 = (id: number, value: number): Field => field(id, 6, varint(zigzag(value)));

function struct(...fields: readonly Field[]): Buffer {
  let last = 0;
  const bytes = fields.map(({ id, type, bytes: value }) => {
    const head = Buffer.from([((id - last) << 4) | type]);
    last = id;
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([...bytes, Buffer.from([0])]);
}

const list = (type: number, items: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([(items.length << 4) | type]), ...items]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

const zigzag = (value: number) => (BigInt(value) << 1n) ^ (BigInt(value) >> 63n);

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}
