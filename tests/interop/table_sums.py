"""Rows of tables, and a sum of every number in them, as one reader sees them.

    python tests/interop/table_sums.py duckdb LAKE_DUCKDB TABLE…       TABLE is a name: gold.x
    python tests/interop/table_sums.py delta-rs|polars LAKE TABLE…     LAKE is a folder or an address: s3://bucket/prefix

STORAGE_OPTIONS is a JSON object for delta-rs and Polars. NaN counts as nothing. Prints one line of JSON.
"""

import json
import os
import sys

import duckdb
import polars
import pyarrow
import pyarrow.compute
from deltalake import DeltaTable

OPTIONS = json.loads(os.environ.get("STORAGE_OPTIONS", "{}"))


def in_duckdb(connection, table):
    columns = [(name, kind) for name, kind, *_ in connection.sql(f"describe {table}").fetchall()]
    counted = [name for name, kind in columns if kind.endswith("INT") or kind.split("(")[0] in ("INTEGER", "FLOAT", "DOUBLE", "DECIMAL")]
    quoted = ['"' + name.replace('"', '""') + '"' for name in counted]
    sums = ", ".join(f"sum(case when isnan({name}::double) then 0 else {name}::double end)" for name in quoted)
    rows, *found = connection.sql(f"select count(*){', ' if sums else ''}{sums} from {table}").fetchone()
    return {"rows": rows, "sums": dict(zip(counted, found))}


def is_number(kind):
    return pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) or pyarrow.types.is_decimal(kind)


def in_delta_rs(place):
    table = DeltaTable(place, storage_options=OPTIONS).to_pyarrow_table()
    sums = {}
    for field in table.schema:
        if is_number(field.type):
            column = table.column(field.name).cast(pyarrow.float64())
            column = pyarrow.compute.if_else(pyarrow.compute.is_nan(column), 0.0, column)
            sums[field.name] = pyarrow.compute.sum(column).as_py()
    return {"rows": table.num_rows, "sums": sums}


def in_polars(place):
    frame = polars.read_delta(place, storage_options=OPTIONS)
    counted = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    found = frame.select(polars.col(name).cast(polars.Float64).fill_nan(0.0).sum() for name in counted)
    # To Polars the sum of nothing is 0.
    sums = {name: None if frame[name].null_count() == frame.height else found[name][0] for name in counted}
    return {"rows": frame.height, "sums": sums}


if __name__ == "__main__":
    _, reader, lake, *tables = sys.argv
    if reader == "duckdb":
        connection = duckdb.connect(lake, read_only=True)
        answer = {table: in_duckdb(connection, table) for table in tables}
    else:
        read = {"delta-rs": in_delta_rs, "polars": in_polars}[reader]
        answer = {table: read(f"{lake}/{table.replace('.', '/')}") for table in tables}
    print(json.dumps(answer))
