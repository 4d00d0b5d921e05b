#!/usr/bin/env bash
# Reads published tables with programs in other languages, and compares what they read with what lake says.
#   scripts/interop.sh [--spark] [LAKE_DIR…]
# - delta-rs, Polars and pyarrow read a lake with every kind of table, with its whole log and with checkpoints alone, then each LAKE_DIR;
#   delta-rs also appends to, deletes from, compacts and checkpoints lake's tables.
# - The sample project is built into a folder, a fake-gcs-server and a versitygw, and read by each reader: rows and sums are those of lake.duckdb.
# - The examples of docs/open-with.md run out of the page, on lake/sample, which is built if it is not there.
# --spark: Spark as well, which takes a gigabyte of downloads. Fails when anything cannot be had.
# What is installed stays in $LAKE_READERS, by default ~/.cache/lake-readers, and $LAKE_SERVERS.
set -euo pipefail
cd "$(dirname "$0")/.."

spark=
if [ "${1:-}" = --spark ]; then spark=yes; shift; fi

. scripts/servers.sh
readers=${LAKE_READERS:-$HOME/.cache/lake-readers}

# environment FOLDER CHECK PACKAGE…: packages of Python, installed where the check fails.
environment() {
  local python=$readers/$1/bin/python check=$2
  shift 2
  [ -x "$python" ] || python3 -m venv "${python%/bin/python}"
  "$python" -c "$check" 2>/dev/null || "$python" -m pip install --quiet "$@"
  "$python" -c "$check"
}
environment python 'import deltalake, polars, pyarrow, pandas, duckdb, shutil, sys
assert deltalake.__version__.startswith("1.6.") and duckdb.__version__.startswith("1.5.")
assert shutil.which("duckdb", path=sys.prefix + "/bin")' \
  'deltalake==1.6.*' 'duckdb==1.5.*' 'duckdb-cli==1.5.*' pyarrow polars pandas
python=$readers/python/bin/python

# jar GROUP:ARTIFACT:VERSION[:jar:CLASSIFIER]: from Maven, once.
jar() {
  local file=${1#*:}
  file=${file/:jar:/-}
  [ -e "$JARS/${file//:/-}.jar" ] || mvn -q dependency:copy "-Dartifact=$1" "-DoutputDirectory=$JARS"
}
if [ -n "$spark" ]; then
  environment spark 'import pyspark; assert pyspark.__version__ == "4.1.4"' 'pyspark==4.1.4'
  export JARS=$readers/jars SPARK_PYTHON=$readers/spark/bin/python SPARK_LOCAL_IP=127.0.0.1
  jar io.delta:delta-spark_4.1_2.13:4.4.0
  jar io.delta:delta-storage:4.4.0
  jar org.apache.hadoop:hadoop-aws:3.4.2
  jar software.amazon.awssdk:bundle:2.29.52
  jar software.amazon.s3.analyticsaccelerator:analyticsaccelerator-s3:1.2.1
  jar com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26:jar:shaded
fi

written=$(mktemp -d)
trap 'rm -rf "$written"' EXIT
LAKE_PYTHON=$python LAKE_DIR=$written/lake npx vitest run --config tests/interop/vitest.config.ts
for lake in "$written/lake" "$written/lake-checkpointed" "$@"; do
  "$python" tests/interop/read_tables.py "$lake"
done

[ -e lake/sample/lake.duckdb ] || npx lake build --target sample
PATH=$readers/python/bin:$PATH "$python" tests/interop/open_with.py docs/open-with.md duckdb polars pandas delta arrow
if [ -n "$spark" ]; then
  # Spark's Python has no DuckDB: the number of rows comes from the other one.
  EXAMPLES_PYTHON=$SPARK_PYTHON "$python" tests/interop/open_with.py docs/open-with.md spark
fi
