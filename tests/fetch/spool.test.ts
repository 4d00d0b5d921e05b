/** Disks and file systems that do not do what the spool needs. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { failure, part, request, scope, server, tempDir, world } from './world.js';

const csv = `id,name\n${Array.from({ length: 30_000 }, (_, row) => `${row},name ${row}`).join('\n')}\n`;

/** A process that fetches one file with the compiled fetcher, and prints what the error says. */
const program = `
const { createFetcher } = await import(process.argv[1]);
const [origin, spoolDir] = process.argv.slice(2);
const portal = { name: 'city', type: 'http', url: origin, timezone: 'UTC', concurrency: 4, hasToken: false };
const fetcher = createFetcher({ portals: { city: portal }, tokens: {}, allowedHosts: [], spoolDir });
const request = { id: 'p00000', url: origin + '/x', method: 'GET', expect: 'csv', conditional: false };
const part = { partId: 'x', label: 'x', variables: {}, kind: 'full', requests: [request], decode: { format: 'csv' } };
await fetcher.fetchPart({ dataset: 'trees', portal: 'city' }, part).catch(({ code, message, hint }) => console.log(JSON.stringify({ code, message, hint })));
await fetcher.close();
`;

/** What that process says where no file may grow beyond 200 KiB. */
async function fetchWithLittleRoom(origin: string, spoolDir: string) {
  const fetcher = new URL('../../dist/fetch/fetcher.js', import.meta.url).href;
  const limited = 'ulimit -f 200; exec "$0" "$@"';
  const args = [process.execPath, '--input-type=module', '-e', program, fetcher, origin, spoolDir];
  return JSON.parse((await execa('bash', ['-c', limited, ...args])).stdout);
}

describe('a disk that takes no more', () => {
  it('F23: ends the fetch with path and bytes, and leaves no beginning of a body', async () => {
    const site = await server((_, response) => {
      response.end(csv);
    });
    const spoolDir = await tempDir();
    const told = await fetchWithLittleRoom(site.origin, spoolDir);
    expect(told).toMatchObject({
      code: 'LK3117',
      hint: 'Raise the limit (`ulimit -f`) or the file system’s; published tables are untouched',
    });
    expect(told.message).toMatch(
      /^Cannot write [\d,]+ bytes to .*\/trees\/x-[0-9a-f]{12}\/p00000\.body: files may not grow that large here$/,
    );
    expect((await readdir(spoolDir, { recursive: true })).filter((name) => name.endsWith('.body'))).toEqual(
      [],
    );
  });

  it('F23: is named where the ledger of finished bodies is what cannot grow', async () => {
    const site = await server((_, response) => {
      response.end('id\n1\n');
    });
    const spoolDir = await tempDir();
    await mkdir(`${spoolDir}/trees`);
    await writeFile(`${spoolDir}/trees/ledger.ndjson`, '\n'.repeat(200 * 1024));
    const { code, message } = await fetchWithLittleRoom(site.origin, spoolDir);
    expect(code).toBe('LK3117');
    expect(message).toMatch(
      /^Cannot write \d+ bytes to .*\/trees\/ledger\.ndjson: files may not grow that large here$/,
    );
  });
});

describe('a spool that cannot be used', () => {
  it('F24: is named where its ledger cannot be read', async () => {
    const { fetcher, spoolDir } = await world('http://127.0.0.1:1');
    await mkdir(`${spoolDir}/shootings/ledger.ndjson`, { recursive: true });
    const error = await failure(fetcher.fetchPart(scope, part([request('http://127.0.0.1:1/x')])));
    expect(error).toMatchObject({ code: 'LK3117' });
    expect(error.message).toBe(`Cannot read ${spoolDir}/shootings/ledger.ndjson: EISDIR`);
  });
});
