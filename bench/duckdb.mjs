// Runs one statement in DuckDB with two threads; for the floor of the benchmarks.
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:', { threads: '2', preserve_insertion_order: 'false' });
const connection = await instance.connect();
await connection.run(process.argv[2]);
