// Loaded into every process of a measured command (NODE_OPTIONS=--import): how often it waited for the disk, and how long.
// Written as one line to the file LAKE_BENCH_SYNCS when the process ends.
import { appendFileSync, promises } from 'node:fs';
import { fileURLToPath } from 'node:url';

let [count, milliseconds] = [0, 0];
const handle = await promises.open(fileURLToPath(import.meta.url));
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['sync', 'datasync']) {
  const original = prototype[name];
  prototype[name] = async function timed() {
    const started = performance.now();
    try {
      return await original.call(this);
    } finally {
      count += 1;
      milliseconds += performance.now() - started;
    }
  };
}
process.on('exit', () => appendFileSync(process.env.LAKE_BENCH_SYNCS, `${count} ${milliseconds}\n`));
