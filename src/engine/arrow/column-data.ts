/**
 * One column of DuckDB's values as Arrow's buffers.
 * Source: Arrow columnar format, https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout
 */
import type {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBValue,
} from '@duckdb/node-api';
import { type Data, DataType, makeData, type Struct, type Timestamp, TimeUnit } from 'apache-arrow';

type Values = readonly DuckDBValue[];

/** @param given One for each row, null where there is none; of the type of DuckDB that `type` was made from. Days and instants without end are null. */
export function columnData(type: DataType, given: Values): Data {
  const values = DataType.isDate(type) || DataType.isTimestamp(type) ? given.map(ending) : given;
  const valid = validity(values);
  const { length } = values;
  if (DataType.isNull(type)) return makeData({ type, length });
  if (DataType.isUtf8(type)) return makeData({ type, length, ...valid, ...texts(values.map(asText)) });
  if (DataType.isBinary(type)) return makeData({ type, length, ...valid, ...bytes(values) });
  if (DataType.isBool(type))
    return makeData({ type, length, ...valid, data: bits(values, (one) => one === true) });
  if (DataType.isDecimal(type)) return makeData({ type, length, ...valid, data: decimals(values) });
  if (DataType.isDate(type)) {
    const days = values.map((one) => (one as DuckDBDateValue | null)?.days ?? 0);
    return makeData({ type, length, ...valid, data: Int32Array.from(days) });
  }
  if (DataType.isTimestamp(type)) {
    const count = INSTANT[(type as Timestamp).unit];
    const counts = values.map((one) => (one === null ? 0n : count(one)));
    return makeData({ type, length, ...valid, data: BigInt64Array.from(counts) });
  }
  if (DataType.isTime(type)) {
    const micros = values.map((one) => (one as DuckDBTimeValue | null)?.micros ?? 0n);
    return makeData({ type, length, ...valid, data: BigInt64Array.from(micros) });
  }
  if (DataType.isList(type)) {
    const items = values.map((one) => (one as DuckDBListValue | DuckDBArrayValue | null)?.items ?? []);
    const child = columnData(type.children[0]!.type, items.flat());
    return makeData({ type, length, ...valid, valueOffsets: offsets(items.map((one) => one.length)), child });
  }
  if (DataType.isMap(type)) {
    const items = values.map((one) => (one as DuckDBMapValue | null)?.entries ?? []);
    const entries = items.flat();
    const [key, value] = (type.children[0]!.type as Struct).children;
    const child = makeData({
      type: type.children[0]!.type,
      length: entries.length,
      nullCount: 0,
      children: [
        columnData(
          key!.type,
          entries.map((entry) => entry.key),
        ),
        columnData(
          value!.type,
          entries.map((entry) => entry.value),
        ),
      ],
    });
    return makeData({ type, length, ...valid, valueOffsets: offsets(items.map((one) => one.length)), child });
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map(({ name, type: of }) =>
      columnData(
        of,
        values.map((one) => (one as DuckDBStructValue | null)?.entries[name] ?? null),
      ),
    );
    return makeData({ type, length, ...valid, children });
  }
  return makeData({ type, length, ...valid, data: numbers(type, values) } as Parameters<typeof makeData>[0]);
}

/** Since 1970, in the unit of the column. */
const INSTANT: Readonly<Record<TimeUnit, (value: DuckDBValue) => bigint>> = {
  [TimeUnit.SECOND]: (value) => (value as DuckDBTimestampSecondsValue).seconds,
  [TimeUnit.MILLISECOND]: (value) => (value as DuckDBTimestampMillisecondsValue).millis,
  [TimeUnit.MICROSECOND]: (value) => (value as DuckDBTimestampValue).micros,
  [TimeUnit.NANOSECOND]: (value) => (value as DuckDBTimestampNanosecondsValue).nanos,
};

/** Arrow has no value for `infinity`. */
function ending(value: DuckDBValue): DuckDBValue {
  return value !== null && (value as DuckDBDateValue).isFinite === false ? null : value;
}

/** A UUID is one, too. */
const asText = (value: DuckDBValue): string | null => (value === null ? null : String(value));

/** No bitmap where every row has a value. */
function validity(values: Values): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  let nullCount = 0;
  for (const value of values) if (value === null) nullCount += 1;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(values, (one) => one !== null) };
}

function bits(values: Values, isSet: (value: DuckDBValue) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) if (isSet(values[i]!)) bitmap[i >> 3]! |= 1 << (i & 7);
  return bitmap;
}

function numbers(type: DataType, values: Values): ArrayBufferView {
  const array = new type.ArrayType(values.length) as BigInt64Array | Float64Array;
  const none = array instanceof BigInt64Array || array instanceof BigUint64Array ? 0n : 0;
  for (let i = 0; i < values.length; i++) array[i] = (values[i] ?? none) as never;
  return array;
}

/** 128 bits, two's complement, little-endian. */
function decimals(values: Values): Uint32Array {
  const words = new BigInt64Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0n;
    const scaled = typeof value === 'bigint' ? value : (value as DuckDBDecimalValue).value;
    words[2 * i] = BigInt.asIntN(64, scaled);
    words[2 * i + 1] = BigInt.asIntN(64, scaled >> 64n);
  }
  return new Uint32Array(words.buffer);
}

function texts(values: readonly (string | null)[]): Variable {
  const valueOffsets = offsets(values.map((text) => (text === null ? 0 : Buffer.byteLength(text))));
  const data = Buffer.allocUnsafe(valueOffsets.at(-1)!);
  for (let i = 0; i < values.length; i++) data.write(values[i] ?? '', valueOffsets[i]!);
  return { valueOffsets, data };
}

function bytes(values: Values): Variable {
  const blobs = values.map((one) => (one as DuckDBBlobValue | null)?.bytes);
  const valueOffsets = offsets(blobs.map((blob) => blob?.length ?? 0));
  const data = Buffer.allocUnsafe(valueOffsets.at(-1)!);
  for (let i = 0; i < blobs.length; i++) data.set(blobs[i] ?? [], valueOffsets[i]!);
  return { valueOffsets, data };
}

interface Variable {
  readonly valueOffsets: Int32Array;
  readonly data: Uint8Array;
}

function offsets(lengths: readonly number[]): Int32Array {
  const all = new Int32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) all[i + 1] = all[i]! + lengths[i]!;
  return all;
}
