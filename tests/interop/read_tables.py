"""Opens every published table of a lake with delta-rs and Polars and compares them with lake's own state.

    python tests/interop/read_tables.py LAKE_DIR

For every version of every table (each folder with a _delta_log): the number of rows, the names and types of columns and
every value, against the Parquet files that lake's state names, read one by one. For the newest version also filters by
values that occur, which fail where a file's statistics are too narrow. Exits with 1 on any difference.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlparse

import deltalake
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet

PLAIN = {
    "BOOLEAN": "boolean", "TINYINT": "byte", "SMALLINT": "short", "INTEGER": "integer", "BIGINT": "long",
    "UTINYINT": "short", "USMALLINT": "integer", "UINTEGER": "long", "FLOAT": "float", "DOUBLE": "double",
    "VARCHAR": "string", "BLOB": "binary", "DATE": "date", "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP_S": "timestamp_ntz", "TIMESTAMP_MS": "timestamp_ntz", "TIMESTAMP WITH TIME ZONE": "timestamp",
}  # fmt: skip


class Differs(Exception):
    pass


def check(what, expected, found):
    if expected != found:
        raise Differs(f"{what}: lake has {str(expected)[:300]}, the reader has {str(found)[:300]}")


def delta_type(duckdb_type):
    """The Delta type, nested ones by their kind alone: their values are compared anyway."""
    if duckdb_type.endswith("]"):
        return "array"
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", duckdb_type):
        return f"decimal({decimal[1]},{decimal[2]})"
    if duckdb_type.startswith("ENUM("):
        return "string"
    return {"STRUCT": "struct", "MAP": "map"}.get(duckdb_type.split("(")[0]) or PLAIN[duckdb_type]


def read_state(table, version):
    commit = json.loads((table / "_delta_log" / f"{version:020}.json").read_text().split("\n")[0])
    origin = commit["commitInfo"]["lake"]
    content = (table / origin["state"]).read_bytes()
    check("sha256 of the state", origin["sha256"], hashlib.sha256(content).hexdigest())
    return json.loads(content)


def plain(value):
    """One spelling for a value in every reader: maps and structs as pairs, floats as text, so that NaN equals itself."""
    if isinstance(value, dict):
        return tuple((key, plain(member)) for key, member in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(plain(member) for member in value)
    if isinstance(value, float):
        return repr(value)
    return value


def rows_of(arrow_table, names):
    columns = [arrow_table.column(name).to_pylist() for name in names]
    return Counter(tuple(plain(value) for value in row) for row in zip(*columns))


def partition_value(text, arrow_type):
    if text is None:
        return pyarrow.scalar(None, arrow_type)
    return pyarrow.compute.cast(pyarrow.scalar(text), arrow_type)


def from_files(table, state, schema):
    """The rows of a version as lake's state describes them, without Delta: each file, plus its partition's values."""
    parts = []
    for file in state["files"]:
        # The file alone: a path would make pyarrow look at the names of its folders.
        with open(table / file["path"], "rb") as source:
            read = pyarrow.parquet.ParquetFile(source).read()
        check(f"rows in {file['path']}", file["rows"], read.num_rows)
        columns = []
        for field in schema:
            if field.name in file.get("partition", {}):
                value = partition_value(file["partition"][field.name], field.type)
                columns.append(pyarrow.repeat(value, read.num_rows))
            elif field.name in file.get("absent", []):
                columns.append(pyarrow.nulls(read.num_rows, field.type))
            else:
                columns.append(read.column(field.name))
        parts.append(dict(zip(schema.names, columns)))
    rows = Counter()
    for part in parts:
        rows.update(rows_of(pyarrow.table(list(part.values()), names=list(part)), schema.names))
    return rows


def polars_rows(frame, names):
    columns = [frame.get_column(name).to_list() for name in names]
    return Counter(tuple(plain(value) for value in row) for row in zip(*columns))


def check_version(table, version):
    state = read_state(table, version)
    delta = deltalake.DeltaTable(str(table), version=version)
    check("version", state["version"], delta.version())
    check("table's name", state["table"], f"{table.parent.name}.{table.name}")
    check("table's name in its metadata", state["table"], delta.metadata().name)
    paths = sorted(str((table / file["path"]).resolve()) for file in state["files"])
    found = [unquote(urlparse(uri).path) if uri.startswith("file:") else uri for uri in delta.file_uris()]
    check("files", paths, sorted(found))

    fields = json.loads(delta.schema().to_json())["fields"]
    kinds = [f["type"] if isinstance(f["type"], str) else f["type"]["type"] for f in fields]
    check("columns", [c["name"] for c in state["columns"]], [f["name"] for f in fields])
    check("types", [delta_type(c["type"]) for c in state["columns"]], kinds)

    read = delta.to_pyarrow_table()
    names = [field["name"] for field in fields]
    check("rows in the state", sum(file["rows"] for file in state["files"]), state["rows"])
    check("rows in delta-rs", state["rows"], read.num_rows)
    expected = from_files(table, state, pyarrow.schema([read.schema.field(name) for name in names]))
    check("values in delta-rs", Counter(), differing(expected, rows_of(read, names)))

    frame = polars.read_delta(str(table), version=version)
    check("rows in Polars", state["rows"], frame.height)
    check("columns in Polars", sorted(names), sorted(frame.columns))
    check("values in Polars", Counter(), differing(expected, polars_rows(frame, names)))
    return state, delta, read


def differing(expected, found):
    return (expected - found) + (found - expected)


def check_filters(table, delta, read):
    """A reader that skips files by their statistics must find what one finds that reads them all."""
    dataset = delta.to_pyarrow_dataset()
    lazy = polars.scan_delta(str(table))
    filters = 0
    for field in read.schema:
        column = read.column(field.name)
        named = pyarrow.dataset.field(field.name)
        check(f"delta-rs: {field.name} is NULL", column.null_count, dataset.count_rows(filter=named.is_null()))
        nulls = lazy.filter(polars.col(field.name).is_null()).select(polars.len()).collect().item()
        check(f"Polars: {field.name} is NULL", column.null_count, nulls)
        filters += 2
        if pyarrow.types.is_nested(field.type):
            continue
        for value in column.drop_null().unique().slice(0, 8):
            if value.as_py() != value.as_py():  # NaN: no two readers agree on what it is equal to
                continue
            expected = pyarrow.compute.sum(pyarrow.compute.equal(column, value)).as_py()
            check(f"delta-rs: {field.name} = {value}", expected, dataset.count_rows(filter=named == value))
            same = polars.col(field.name) == polars.lit(value.as_py(), dtype=lazy.collect_schema()[field.name])
            check(f"Polars: {field.name} = {value}", expected, lazy.filter(same).collect().height)
            filters += 2
    return filters


def check_table(table):
    versions = sorted(int(log.stem) for log in (table / "_delta_log").glob("*.json") if log.stem.isdigit())
    for version in versions:
        state, delta, read = check_version(table, version)
    check("newest version", versions[-1], deltalake.DeltaTable(str(table)).version())
    check("entries in the history", len(versions), len(deltalake.DeltaTable(str(table)).history()))
    filters = check_filters(table, delta, read)
    print(f"ok   {state['table']}: {len(versions)} versions, {state['rows']} rows, {filters} filters", flush=True)


def main(lake):
    logs = sorted(log for log in Path(lake).resolve().glob("*/*/_delta_log") if list(log.glob("*.json")))
    if not logs:
        sys.exit(f"{lake} has no published table")
    failed = 0
    for log in logs:
        try:
            check_table(log.parent)
        except Exception as error:  # every reader fails in its own way; all of them count
            failed += 1
            print(f"FAIL {log.parent}: {type(error).__name__}: {error}", flush=True)
    print(f"{len(logs) - failed} of {len(logs)} tables read the same in delta-rs {deltalake.__version__} and Polars {polars.__version__}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
