// A notebook: opens a database, does what each line of its input says, and answers with a line of JSON.
//   node notebook.mjs FILE READ_ONLY|READ_WRITE
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, access_mode] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(file, { access_mode })).connect();
console.log('"open"');
for await (const sql of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson()));
  } catch (error) {
    console.log(JSON.stringify(String(error)));
  }
}
