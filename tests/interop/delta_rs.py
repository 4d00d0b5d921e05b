"""One thing that delta-rs does to a table, and what it says of it as JSON.

    python tests/interop/delta_rs.py TABLE OPERATION [ARGUMENT]

TABLE is a folder or an address; STORAGE_OPTIONS a JSON object of what an address needs.
"""

import json
import os
import sys

import deltalake
import polars
import pyarrow
from deltalake import DeltaTable, WriterProperties, write_deltalake


def append(table, rows):
    """Rows like those of the table, `rows` is a JSON list of objects."""
    options = json.loads(os.environ.get("STORAGE_OPTIONS", "{}"))
    schema = pyarrow.schema(DeltaTable(table, storage_options=options).schema().to_arrow())
    added = pyarrow.Table.from_pylist(json.loads(rows), schema=schema)
    write_deltalake(table, added, mode="append", storage_options=options)


def optimize(table):
    return DeltaTable(table).optimize.compact()


def z_order(table, column):
    return DeltaTable(table).optimize.z_order([column])


def delete(table, predicate):
    return DeltaTable(table).delete(predicate)


def checkpoint(table):
    DeltaTable(table).create_checkpoint()


def vacuum(table):
    return DeltaTable(table).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)


def set_property(table, text):
    DeltaTable(table).alter.set_table_properties(json.loads(text))


def add_column(table, name):
    from deltalake import Field

    DeltaTable(table).alter.add_columns([Field(name, "string")])


def add_constraint(table, predicate):
    DeltaTable(table).alter.add_constraint({"of_delta_rs": predicate})


def read(table):
    """Version, and rows in delta-rs and Polars."""
    delta = DeltaTable(table)
    rows = sorted(delta.to_pyarrow_table().to_pylist(), key=repr)
    in_polars = sorted(polars.read_delta(table).select(delta.to_pyarrow_table().column_names).to_dicts(), key=repr)
    return {"version": delta.version(), "rows": rows, "same_in_polars": rows == in_polars}


if __name__ == "__main__":
    _, place, operation, *arguments = sys.argv
    print(json.dumps(globals()[operation](place, *arguments), default=str))
