"""Opens tables with Spark and its Delta reader, or writes to one.

    python tests/interop/spark_tables.py sums TABLE…          rows of each table, and a sum of every number in it
    python tests/interop/spark_tables.py append TABLE ROWS    adds rows; ROWS is a JSON list of objects
    python tests/interop/spark_tables.py rows TABLE           all rows

A table is an address: a path, s3a://…, gs://…. JARS has Delta's jars; SPARK_CONF further settings, as a JSON object.
Prints one line of JSON.
"""

import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession, functions
from pyspark.sql import types

COUNTED = (types.ByteType, types.ShortType, types.IntegerType, types.LongType, types.FloatType, types.DoubleType, types.DecimalType)


def session():
    jars = [jar for jar in Path(os.environ["JARS"]).glob("*.jar")]
    wanted = set(json.loads(os.environ.get("SPARK_JARS", '["delta-"]')))
    builder = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", ",".join(str(jar) for jar in jars if any(jar.name.startswith(name) for name in wanted)))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.databricks.delta.snapshotPartitions", "2")
    )
    for name, value in json.loads(os.environ.get("SPARK_CONF", "{}")).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def sums(spark, *tables):
    """One answer a table: rows, and the sum of each column of numbers by its name; NaN counts as nothing."""

    def of(table):
        frame = spark.read.format("delta").load(table)
        wanted = [functions.count(functions.lit(1)).alias("rows")]
        for i, field in enumerate(frame.schema.fields):
            if isinstance(field.dataType, COUNTED):
                column = functions.col("`" + field.name.replace("`", "``") + "`").cast("double")
                wanted.append(functions.sum(functions.nanvl(column, functions.lit(0.0))).alias(f"s{i}"))
        found = frame.agg(*wanted).collect()[0].asDict()
        names = {f"s{i}": field.name for i, field in enumerate(frame.schema.fields)}
        return {"rows": found.pop("rows"), "sums": {names[key]: value for key, value in found.items()}}

    return {table: of(table) for table in tables}


def append(spark, table, rows):
    schema = spark.read.format("delta").load(table).schema
    given = json.loads(rows)
    lines = spark.sparkContext.parallelize([json.dumps(row) for row in given])
    spark.read.schema(schema).json(lines).write.format("delta").mode("append").save(table)


def rows(spark, table):
    return sorted([json.loads(row) for row in spark.read.format("delta").load(table).toJSON().collect()], key=repr)


if __name__ == "__main__":
    _, operation, *arguments = sys.argv
    answer = {"sums": sums, "append": append, "rows": rows}[operation](session(), *arguments)
    print(json.dumps(answer, default=str))
