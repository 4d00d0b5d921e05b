import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/engine/process/open-database.js';
import { withEngine } from '../with-engine.js';

const { decode, root, write } = withEngine();

describe('the decode process', () => {
  it('B27: databases touch the named folders only', async () => {
    const inside = write('inside/a.csv', 'a\n1\n');
    const outside = write('outside/a.csv', 'a\n1\n');
    const folders = [join(root, 'inside'), join(root, 'spill')];
    const instance = await openDatabase({ threads: 1, spill: join(root, 'spill'), onlyFolders: folders });
    const connection = await instance.connect();
    const count = async (path: string) =>
      (await connection.runAndReadAll(`select count(*) from read_csv('${path}')`)).getRowsJson();
    expect(await count(inside)).toEqual([['1']]);
    for (const path of [outside, '/etc/passwd', `${join(root, 'inside')}/../outside/a.csv`]) {
      await expect(count(path)).rejects.toThrow(/file system operations are disabled/);
    }
    await expect(connection.run(`copy (select 1) to '${join(root, 'outside/x.csv')}'`)).rejects.toThrow(
      /disabled/,
    );
    for (const sql of [
      'set enable_external_access = true',
      `set allowed_directories = ['/']`,
      `load 'httpfs'`,
      'install h3 from community',
    ]) {
      await expect(connection.run(sql)).rejects.toThrow();
    }
    connection.disconnectSync();
    instance.closeSync();
  });

  it('B20: folders whose names look like patterns or SQL are read and written', async () => {
    const path = write(`it's [a]*?/p.csv`, 'a\n1\n');
    const { parts } = await decode([{ files: [path] }]);
    expect(parts[0]!.rows).toBe(1);
  });

  it('leaves nothing in the spool and its scratch folders', async () => {
    const path = write('spool/p.csv', 'Title\na\n1\nTotal\n');
    await decode([{ files: [path], decode: { format: 'csv', header: 2, footerRows: 1 } }]);
    await decode([{ files: [path] }]).catch(() => {});
    expect(readdirSync(join(root, 'spool'))).toEqual(['p.csv']);
    const scratch = readdirSync(join(root, 'spill')).flatMap((name) =>
      name.startsWith('engine-') ? readdirSync(join(root, 'spill', name)) : [],
    );
    expect(scratch).toEqual([]);
  });

  it('decodes several tasks at once, and a failing one does not touch the others', async () => {
    const good = write('many/good.csv', 'a\n1\n2\n');
    const bad = write('many/bad.csv', 'a,b\n1\n');
    symlinkSync(good, join(root, 'many/link.csv'));
    const results = await Promise.allSettled(
      [good, bad, good, join(root, 'many/link.csv'), bad].map((path) => decode([{ files: [path] }])),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
  });
});
