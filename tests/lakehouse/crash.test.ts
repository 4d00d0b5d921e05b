/** F21: a real process that publishes is killed; whatever the moment, readers see the old or the new version, whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { connect } from './support/writer.js';

const program = fileURLToPath(new URL('./support/commit-and-die.mjs', import.meta.url));
const table = 'silver.x';
const rowsPerFile = 20;

let opened: OpenedLake;
let parquet: string;
let stats: string;

beforeAll(async () => {
  opened = await openedLake();
  const other = await openedLake();
  const select = `select i as id, 'row ' || i as name from range(${rowsPerFile}) t(i)`;
  const [file] = await other.writer.stage(table, select);
  parquet = file!.path;
  stats = JSON.stringify({
    rows: file!.rows,
    columnStats: file!.columnStats,
    columns: await other.writer.columns(select),
  });
  return () => other.remove();
});
afterAll(() => opened.remove());

/** What the process said before it ended, by itself or by SIGKILL after `killAfterMs`. */
async function publish(run: string, killAt: number, killAfterMs?: number): Promise<string[]> {
  const { code, signal, stdout, stderr } = await node([], run, killAt, killAfterMs);
  expect([code, signal, stderr]).toEqual(killAt < 0 ? [0, null, ''] : [null, 'SIGKILL', '']);
  return stdout.trim().split('\n');
}

/** @param through A command that starts Node, or none. */
async function node(through: readonly string[], run: string, killAt: number, killAfterMs?: number) {
  const command = [
    ...through,
    process.execPath,
    program,
    opened.lake.root,
    run,
    parquet,
    stats,
    String(killAt),
  ];
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += String(chunk);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    stdout += String(chunk);
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

function lastNumber(said: readonly string[], word: string): number | undefined {
  const line = said.findLast((text) => text.startsWith(word));
  return line === undefined ? undefined : Number(line.slice(word.length + 1));
}

/** Paths of the files that Delta's log adds up to. */
async function replayLog(): Promise<string[]> {
  const folder = opened.at('silver/x/_delta_log');
  const files = new Set<string>();
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.json')).sort()) {
    for (const line of (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')) {
      const { add, remove } = JSON.parse(line);
      if (add) files.add(add.path);
      if (remove) files.delete(remove.path);
    }
  }
  return [...files].sort();
}

/** The newest version, after every check that a reader could make. */
async function consistentVersion(): Promise<number> {
  const lake = await opened.again();
  const head = await lake.head(table);
  if (head === undefined) {
    expect(await lake.tables()).toEqual([]);
    return -1;
  }
  expect(await replayLog()).toEqual(head.state.files.map((file) => file.path).sort());
  for (const { path, bytes } of head.state.files)
    expect((await stat(lake.filePath(table, path))).size).toBe(bytes);
  const before = head.version === 0 ? undefined : await lake.at(table, head.version - 1);
  for (const { path } of before?.state.files ?? []) await stat(lake.filePath(table, path));
  const set = await lake.newestSet();
  expect(set?.tables[table] ?? -1).toBeLessThanOrEqual(head.version);
  const views = (await lake.store.get('views.sql'))?.toString() ?? ';\n';
  expect(views.endsWith(';\n')).toBe(true);
  await lake.attempts();
  return head.version;
}

async function afterKill(run: string, before: number, said: readonly string[]): Promise<void> {
  const version = await consistentVersion();
  const told = lastNumber(said, 'committed') ?? before;
  expect([told, told + 1]).toContain(version);
  await opened.lake.unstage(run);
  const left = await opened.lake.store.list('_staging');
  expect(left).not.toContain(`${run}/`);
  expect(await consistentVersion()).toBe(version);
}

describe('a publishing process is killed', () => {
  test('F21: a publishing process that is killed before anything that it asks of the store leaves the old or the new version, whole', async () => {
    await publish('first-round', -1);
    const asked = lastNumber(await publish('whole-round', -1), 'asked')!;
    expect(asked).toBeGreaterThan(15);
    const seen: number[] = [];
    for (let killAt = 1; killAt <= asked; killAt++) {
      const before = await consistentVersion();
      const said = await publish(`killed-at-${killAt}`, killAt);
      await afterKill(`killed-at-${killAt}`, before, said);
      seen.push((await consistentVersion()) - before);
    }
    // Killed early a round publishes nothing, killed late both versions, and never fewer than when killed earlier.
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    // A process for each of them, one after the other.
  }, 120_000);

  test('F21: a process that is killed at 8 moments of a seeded clock, while it publishes without end, leaves whole versions', async () => {
    let seed = 20_261_121;
    for (let round = 0; round < 8; round++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const before = await consistentVersion();
      await afterKill(`round-${round}`, before, await publish(`round-${round}`, 0, seed % 60));
    }
  });

  test('F23: a disk that takes no more leaves the version before, and no new file', async () => {
    const files = async () => [
      ...(await readdir(opened.at('silver/x'))),
      ...(await readdir(opened.at('silver/x/_lake'))),
      ...(await readdir(opened.at('silver/x/_delta_log'))),
    ];
    await opened.lake.unstage('full-disk');
    const [before, filesBefore] = [await consistentVersion(), await files()];
    // One block of 1,024 bytes a file: enough for the data and the state, too little for the log.
    const program = `ulimit -f 1; exec "$@"`;
    const { code, stderr } = await node(['bash', '-c', program, 'bash'], 'full-disk', -1);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot write \d+ bytes to .*silver\/x\/.*: files may not grow that large/);
    await opened.lake.unstage('full-disk');
    expect(await consistentVersion()).toBe(before);
    expect(await files()).toEqual(filesBefore);
  });

  test('and the table is read row by row after all of it, in spite of what was left behind', async () => {
    const { lake, again } = opened;
    const head = (await lake.head(table))!;
    await (await again()).publishSet('reader', { [table]: head.version }, {});
    const connection = await connect();
    await connection.run(await readFile(opened.at('views.sql'), 'utf8'));
    const counted = await connection.runAndReadAll(
      `select count(*)::integer, count(distinct id)::integer from ${table}`,
    );
    expect(counted.getRows()).toEqual([[head.state.rows, rowsPerFile]]);
    const onDisk = (await readdir(opened.at('silver/x'))).filter((name) => name.endsWith('.parquet'));
    expect(onDisk.length).toBeGreaterThan(head.state.files.length);
  });
});
