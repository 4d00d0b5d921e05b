/** Makes h3-js callable from SQL. Only tasks that mention `h3_` come here, so that others need not load it. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  INTEGER,
  LIST,
  listValue,
  UBIGINT,
  VARCHAR,
} from '@duckdb/node-api';
import { type H3Function, type H3Type, type H3Value, h3Functions } from './functions.js';

const types: Readonly<Record<H3Type, DuckDBType>> = {
  UBIGINT,
  BIGINT,
  VARCHAR,
  DOUBLE,
  INTEGER,
  BOOLEAN,
  'UBIGINT[]': LIST(UBIGINT),
  'BIGINT[]': LIST(BIGINT),
  'VARCHAR[]': LIST(VARCHAR),
};

/** Registers every function for the connection's whole database; overloads share a name. */
export async function registerH3(connection: DuckDBConnection): Promise<void> {
  const h3 = await import('h3-js');
  for (const definition of h3Functions(h3)) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: definition.name,
        parameterTypes: definition.parameters.map((type) => types[type]),
        returnType: types[definition.returns],
        mainFunction: (_info, input, output) => fill(definition, input, output),
      }),
    );
  }
}

/** One chunk of up to 2,048 rows at a time: the vectors are read and written in place. */
function fill({ call }: H3Function, input: DuckDBDataChunk, output: DuckDBVector): void {
  const vectors = Array.from({ length: input.columnCount }, (_, i) => input.getColumnVector(i));
  const values = new Array<unknown>(vectors.length);
  for (let row = 0; row < input.rowCount; row++) {
    let missing = false;
    for (let i = 0; i < vectors.length; i++) {
      values[i] = vectors[i]!.getItem(row);
      if (values[i] === null) missing = true;
    }
    output.setItem(row, missing ? null : toDuckDB(attempt(call, values)));
  }
  output.flush();
}

/** h3-js throws for what is no cell, no resolution or no distance: NULL, as in the extension. */
function attempt(call: H3Function['call'], values: readonly unknown[]): H3Value {
  try {
    return call(...(values as never[]));
  } catch {
    return null;
  }
}

function toDuckDB(value: H3Value): DuckDBValue {
  return Array.isArray(value) ? listValue(value as DuckDBValue[]) : (value as DuckDBValue);
}
