/**
 * Loaded before lake (`node --import`): counts the changes that the process makes to the disk, by kind, and kills it
 * with SIGKILL before, in the middle of, or right after one of them. `LAKE_DIE` holds `{kind, nth, when}` (the kind `any`
 * counts them all), or `{log: path}` to write down at the end how many changes of each kind there were.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const plan = JSON.parse(process.env.LAKE_DIE ?? 'null');
const counts = {};
let all = 0;

/** @param {unknown} path @returns {string | undefined} */
function kindOf(path) {
  const text = String(path);
  const inSpool = /\/target\/spool\/(.*)$/.exec(text)?.[1];
  if (inSpool !== undefined) {
    if (inSpool.endsWith('.body')) return 'body';
    return inSpool.endsWith('ledger.ndjson') ? 'ledger' : 'spool folder';
  }
  const inLake = /\/lake\/(.*)$/.exec(text)?.[1];
  if (inLake === undefined) return undefined;
  const special = [
    [/\/_delta_log\/\d{20}\.checkpoint\.parquet$/, 'checkpoint'],
    [/\/_delta_log\/_last_checkpoint$/, 'last checkpoint'],
    [/\/_lake\/cleaned(\/|$)/, 'cleaned commits'],
    [/\/datapackage\.json$/, 'datapackage'],
    [/^lake(-[\d-]+)?\.duckdb$/, 'lake.duckdb'],
  ].find(([pattern]) => pattern.test(inLake));
  if (special) return special[1];
  const known = ['_locks', '_delta_log', '_lake', '_sets', '_runs', '_staging', '_view', 'views.sql'];
  return known.find((part) => inLake.split('/').includes(part)) ?? 'table folder';
}

/** @returns {'before' | 'torn' | 'after' | undefined} what is to be done about this change. */
function count(change, path) {
  const kind = kindOf(path);
  if (kind === undefined) return undefined;
  const name = `${kind}: ${change}`;
  counts[name] = (counts[name] ?? 0) + 1;
  all += 1;
  const nth = plan.kind === 'any' ? all : plan.kind === name ? counts[name] : 0;
  return plan.nth === nth ? plan.when : undefined;
}

const die = () => process.kill(process.pid, 'SIGKILL');

/** An asynchronous change. `half` makes the first half of it, where it has halves. */
async function changing(change, path, whole, half) {
  const when = count(change, path);
  if (when === 'before') die();
  if (when === 'torn') {
    await half?.();
    die();
  }
  const result = await whole();
  if (when === 'after') die();
  return result;
}

/** A change that nobody waits for. */
function changingNow(change, path, whole, half) {
  const when = count(change, path);
  if (when === 'before') die();
  if (when === 'torn') {
    half?.();
    die();
  }
  const result = whole();
  if (when === 'after') die();
  return result;
}

const firstHalf = (data) => data.slice(0, Math.floor(data.length / 2));

function watchPromises() {
  const { promises } = fs;
  for (const change of ['link', 'rename']) {
    const original = promises[change];
    promises[change] = (from, to) => changing(change, to, () => original(from, to));
  }
  for (const change of ['rm', 'mkdir', 'rmdir']) {
    const original = promises[change];
    promises[change] = (path, options) => changing(change, path, () => original(path, options));
  }
  const { open } = promises;
  promises.open = async (path, ...rest) => {
    const file = await open(path, ...rest);
    for (const change of ['sync', 'datasync']) {
      const original = file[change].bind(file);
      file[change] = () => changing(change, path, original);
    }
    for (const change of ['appendFile', 'writeFile']) {
      const original = file[change].bind(file);
      file[change] = (data) =>
        changing(
          change,
          path,
          () => original(data),
          () => original(firstHalf(data)),
        );
    }
    return file;
  };
}

function watchNow() {
  for (const change of ['link', 'rename']) {
    const original = fs[`${change}Sync`];
    fs[`${change}Sync`] = (from, to) => changingNow(change, to, () => original(from, to));
  }
  for (const change of ['rm', 'mkdir', 'rmdir']) {
    const original = fs[`${change}Sync`];
    fs[`${change}Sync`] = (path, options) => changingNow(change, path, () => original(path, options));
  }
}

/** What is written through a descriptor: bodies, and the small files of the lake. */
function watchDescriptors() {
  const paths = new Map();
  const { openSync, writeFileSync, writevSync, fsync } = fs;
  fs.writeFileSync = (file, data, ...rest) =>
    changingNow(
      'writeFile',
      paths.get(file) ?? file,
      () => writeFileSync(file, data, ...rest),
      () => writeFileSync(file, firstHalf(data), ...rest),
    );
  fs.openSync = (path, ...rest) => {
    const fd = openSync(path, ...rest);
    paths.set(fd, path);
    return fd;
  };
  fs.writevSync = (fd, blocks, position) => {
    const when = count('write', paths.get(fd));
    if (when === 'before') die();
    if (when === 'torn') {
      writevSync(fd, [firstHalf(Buffer.concat(blocks))], position);
      die();
    }
    const written = writevSync(fd, blocks, position);
    if (when === 'after') die();
    return written;
  };
  fs.fsync = (fd, done) => {
    const when = count('sync', paths.get(fd));
    if (when === 'before' || when === 'torn') die();
    fsync(fd, (error) => {
      if (when === 'after') die();
      done(error);
    });
  };
}

// The engine's processes are started with the same options, but without the variable.
if (plan !== null) {
  const { writeFileSync } = fs;
  watchPromises();
  watchNow();
  watchDescriptors();
  syncBuiltinESMExports();
  process.on('exit', () => {
    if (plan.log !== undefined) writeFileSync(plan.log, JSON.stringify(counts));
  });
}
