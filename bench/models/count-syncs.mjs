// Loaded into every process of a measured command (NODE_OPTIONS=--import): how often it waited for the disk, and how long.
// Written as one line to the file LAKE_BENCH_SYNCS when the process ends.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let [count, milliseconds] = [0, 0];
const { fsync } = fs;
fs.fsync = (file, done) => {
  const started = performance.now();
  const ended = (error) => {
    count += 1;
    milliseconds += performance.now() - started;
    done(error);
  };
  // What a disk takes is not what a program costs: LAKE_BENCH_NO_SYNC leaves it out, to be counted apart.
  if (process.env.LAKE_BENCH_NO_SYNC) setImmediate(ended, null);
  else fsync(file, ended);
};
syncBuiltinESMExports();
process.on('exit', () => fs.appendFileSync(process.env.LAKE_BENCH_SYNCS, `${count} ${milliseconds}\n`));
