#!/usr/bin/env bash
# Reads published tables with delta-rs, Polars and pyarrow, and compares them with what lake says of them.
#   scripts/interop.sh [LAKE_DIR…]
# A lake with every kind of table is written and checked first, with its whole log and with checkpoints alone, then each LAKE_DIR.
# delta-rs also appends to, deletes from, compacts and checkpoints lake's tables. Fails when a reader cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=node_modules/.cache/lake-interop
python=$venv/bin/python
[ -x "$python" ] || python3 -m venv "$venv"
readers='import deltalake, polars, pyarrow; assert deltalake.__version__.startswith("1.6.")'
"$python" -c "$readers" 2>/dev/null || "$python" -m pip install --quiet 'deltalake==1.6.*' pyarrow polars
"$python" -c "$readers"

written=$(mktemp -d)
trap 'rm -rf "$written"' EXIT
LAKE_PYTHON=$PWD/$python LAKE_DIR=$written/lake npx vitest run --config tests/interop/vitest.config.ts
for lake in "$written/lake" "$written/lake-checkpointed" "$@"; do
  "$python" tests/interop/read_tables.py "$lake"
done
