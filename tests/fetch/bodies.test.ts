import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import zlib, { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { acceptEncoding } from '../../src/fetch/decoders.js';
import type { RequestSpec } from '../../src/sources/types.js';
import { failure, part, request, scope, server, world } from './world.js';

const csv = `id,name\n${Array.from({ length: 3_000 }, (_, row) => `${row},name ${row}`).join('\n')}\n`;

async function answer(
  body: string | Buffer,
  headers: Record<string, string> = {},
  expectation: RequestSpec['expect'] = 'csv',
  limits = {},
) {
  const site = await server((_, response) => {
    response.writeHead(200, headers).end(body);
  });
  const here = await world(site.origin, { limits });
  const url = `${site.origin}/file`;
  return {
    ...here,
    url,
    site,
    landing: here.fetcher.fetchPart(scope, part([request(url, { expect: expectation })])),
  };
}

describe('compressed bodies', () => {
  it.each([
    ['gzip', gzipSync(csv), { 'content-encoding': 'gzip' }],
    ['brotli', brotliCompressSync(csv), { 'content-encoding': 'br' }],
    ['gzip without a header, as in .csv.gz', gzipSync(csv), {}],
    ['gzip twice', gzipSync(gzipSync(csv)), { 'content-encoding': 'gzip' }],
    [
      'two gzip members in a row',
      Buffer.concat([gzipSync(csv.slice(0, 999)), gzipSync(csv.slice(999))]),
      { 'content-encoding': 'gzip' },
    ],
    ['plain, flagged as gzip', Buffer.from(csv), { 'content-encoding': 'gzip' }],
    ['plain', Buffer.from(csv), {}],
    ['gzip padded with zeros', Buffer.concat([gzipSync(csv), Buffer.alloc(512)]), {}],
  ])(
    'F20, B18: land unpacked, whatever the header says: %s',
    async (_, body, headers: Record<string, string>) => {
      const { landing } = await answer(body, headers);
      const { files } = await landing;
      expect(await readFile(files[0]!.path, 'utf8')).toBe(csv);
      expect(files[0]).toMatchObject({ bytes: csv.length, wireBytes: body.length, status: 200 });
    },
  );

  it('an empty body is an empty file', async () => {
    const { files } = await (await answer('')).landing;
    expect(files[0]).toMatchObject({ bytes: 0 });
    expect(await readFile(files[0]!.path, 'utf8')).toBe('');
  });

  it('a damaged one is retried, then fails', async () => {
    const { landing, site } = await answer(
      gzipSync(csv).subarray(0, 4_000),
      { 'content-encoding': 'gzip' },
      'csv',
      { attempts: 2 },
    );
    const error = await failure(landing);
    expect(error).toMatchObject({ code: 'LK3101', transient: true });
    expect(error.message).toContain('compressed body cut short (Z_BUF_ERROR); 2 attempts');
    expect(site.seen).toHaveLength(2);
  });

  it.each([
    ['gzip', Buffer.concat([gzipSync(csv), Buffer.from('and 22 bytes of garbage')]), 'gzip'],
    [
      'gzip, zeros and another member',
      Buffer.concat([gzipSync(csv), Buffer.alloc(9), gzipSync(csv)]),
      'gzip',
    ],
    ['brotli', Buffer.concat([brotliCompressSync(csv), Buffer.from('and 22 bytes of garbage')]), 'br'],
  ])('B18: bytes that follow the end of one are not dropped in silence: %s', async (_, body, encoding) => {
    const { landing } = await answer(body, { 'content-encoding': encoding }, 'csv', { attempts: 2 });
    expect((await failure(landing)).message).toMatch(/compressed body damaged \(.*\); 2 attempts/);
  });

  it('one that nobody asked for is refused', async () => {
    const { landing } = await answer(csv, { 'content-encoding': 'compress' });
    expect(await failure(landing)).toMatchObject({
      code: 'LK3112',
      message: 'The body is compressed as "compress", which nobody asked for',
    });
  });

  const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Buffer };

  it.runIf(zstdCompressSync)(
    'B18: zstd lands unpacked where Node.js can read it, with or without a header',
    async () => {
      for (const headers of [{ 'content-encoding': 'zstd' }, {}] as Record<string, string>[]) {
        const { landing } = await answer(zstdCompressSync!(csv), headers);
        expect(await readFile((await landing).files[0]!.path, 'utf8')).toBe(csv);
      }
    },
  );

  it.runIf(!zstdCompressSync)(
    'B18: zstd is refused, and its remedy told, where Node.js cannot read it',
    async () => {
      for (const headers of [{ 'content-encoding': 'zstd' }, {}] as Record<string, string>[]) {
        const { landing } = await answer(Buffer.from('28b52ffd0458000000', 'hex'), headers);
        expect(await failure(landing)).toMatchObject({
          code: 'LK3112',
          message: `The body is compressed with Zstandard, which Node.js ${process.versions.node} cannot read`,
          hint: 'Run lake with Node.js 22.15 or later, or look for the same data as gzip or plain',
        });
      }
    },
  );

  it('B18: what is asked for is what Node.js can read', () => {
    expect(acceptEncoding).toBe(zstdCompressSync ? 'gzip, br, zstd' : 'gzip, br');
  });
});

describe('a body has an upper bound', () => {
  it.each([
    ['plain', Buffer.alloc(3 * 1024 ** 2, 'x'), {}],
    [
      'a bomb: 3 KB that become 3 MB',
      gzipSync(Buffer.alloc(3 * 1024 ** 2, 'x')),
      { 'content-encoding': 'gzip' },
    ],
  ])(
    'B18, B29: a body without end stops at the bound: %s',
    async (_, body, headers: Record<string, string>) => {
      const { landing, site } = await answer(body, headers, 'csv', { maxBodyBytes: 1024 ** 2 });
      expect(await failure(landing)).toMatchObject({
        code: 'LK3116',
        message: expect.stringMatching(/^The body of http:\/\/127\.0\.0\.1:\d+\/\S* is larger than 1 MiB$/),
        hint: expect.stringContaining('max_bytes'),
        transient: false,
      });
      expect(site.seen).toHaveLength(1);
    },
  );

  it.each([
    ['gzip', gzipSync(Buffer.alloc(32 * 1024 ** 2)), 'gzip'],
    ['gzip in gzip', gzipSync(gzipSync(Buffer.alloc(32 * 1024 ** 2))), 'gzip'],
    ['brotli', brotliCompressSync(Buffer.alloc(32 * 1024 ** 2)), 'br'],
  ])('B18: a body that grows beyond measure ends long before it: %s', async (_, body, encoding) => {
    const { landing, site } = await answer(body, { 'content-encoding': encoding }, 'csv', {
      bombBytes: 2 * 1024 ** 2,
    });
    const error = await failure(landing);
    expect(error).toMatchObject({
      code: 'LK3116',
      message: expect.stringMatching(/^The body of http:\S+ grows more than 500 times when it is unpacked$/),
      transient: false,
    });
    const { packed, unpacked } = (error as unknown as { details: Record<string, number> }).details;
    expect(unpacked).toBeLessThan(Math.max(packed! * 500, 2 * 1024 ** 2) + 1024 ** 2);
    expect(site.seen).toHaveLength(1);
  });

  it('B29: gzip without end, member after member, stops at the bound', async () => {
    const member = gzipSync('x'.repeat(1_000));
    let sent = 0;
    const site = await server((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const pour = () => {
        while (!response.destroyed && response.write(member)) sent += member.length;
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const { fetcher } = await world(site.origin, { limits: { maxBodyBytes: 4 * 1024 ** 2 } });
    const landing = fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
    expect(await failure(landing)).toMatchObject({ code: 'LK3116', transient: false });
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  it.each([
    ['an error', 503],
    ['a redirect', 302],
  ])('B29: the body of %s is read for its message, not to its end', async (_, status) => {
    const site = await server((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' });
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const { fetcher } = await world(site.origin);
    const landing = fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
    expect(await failure(landing)).toMatchObject({ code: 'LK3116', transient: false });
  });

  it('B29: the bound is the portal’s own where project.yml says one', async () => {
    const site = await server((_, response) => {
      response.end(csv);
    });
    const url = `${site.origin}/x`;
    const narrow = await world(site.origin, { portal: { maxBytes: 1_000 } });
    expect(await failure(narrow.fetcher.fetchPart(scope, part([request(url)])))).toMatchObject({
      code: 'LK3116',
    });
    const wide = await world(site.origin, {
      portal: { maxBytes: csv.length },
      limits: { maxBodyBytes: 1_000 },
    });
    expect((await wide.fetcher.fetchPart(scope, part([request(url)]))).files).toHaveLength(1);
  });

  it('B29: headers without end are refused', async () => {
    const site = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const pour = () => {
          while (!socket.destroyed && socket.write(`x-filler: ${'x'.repeat(1_000)}\r\n`));
          if (!socket.destroyed) socket.once('drain', pour);
        };
        pour();
      });
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const { fetcher } = await world(origin);
    expect(await failure(fetcher.fetchPart(scope, part([request(`${origin}/x`)])))).toMatchObject({
      code: 'LK3124',
      message: `The headers of the answer from ${origin}/x are too large`,
      transient: false,
    });
    site.close();
  });
});

describe('content is judged by its bytes', () => {
  const html = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>';
  const ckanError =
    '{"help":"…","success":false,"error":{"__type":"Search Query Error","message":"Invalid query"}}';

  it.each<[string, string | Buffer, RequestSpec['expect'], string, string]>([
    [
      'F10: a web page with status 200 is never taken for a table',
      html,
      'csv',
      'LK3113',
      'Expected CSV, got a web page ("Sign in") from URL',
    ],
    [
      'F10: a web page is refused, too, where any file would do',
      `\ufeff${html}`,
      'any',
      'LK3113',
      'Expected a data file, got a web page ("Sign in") from URL',
    ],
    [
      'F9: CKAN’s error with status 200 is a failure, in the portal’s words',
      ckanError,
      'json',
      'LK3114',
      'The portal answered with an error instead of data: Invalid query',
    ],
    [
      'F9: Socrata’s error with status 200 is a failure, too',
      '{"error":true,"message":"No such column: crash_dat"}',
      'csv',
      'LK3114',
      'The portal answered with an error instead of data: No such column: crash_dat',
    ],
    [
      'F9: ArcGIS’s error with status 200 is a failure, too',
      '{"error":{"code":400,"message":"Unable to complete operation","details":[]}}',
      'any',
      'LK3114',
      'The portal answered with an error instead of data: Unable to complete operation',
    ],
    [
      'B15: a Git LFS pointer is not taken for the file',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'json',
      'LK3115',
      'URL is a Git LFS pointer, not the file itself',
    ],
    [
      'F20: a ZIP is not taken for CSV',
      Buffer.from('PK\x03\x04rest'),
      'csv',
      'LK3113',
      'Expected CSV, got a ZIP or XLSX file from URL',
    ],
    ['CSV as XLSX', csv, 'xlsx', 'LK3113', 'Expected XLSX, got plain text from URL'],
    ['CSV as JSON', csv, 'json', 'LK3113', 'Expected JSON, got plain text from URL'],
    ['JSON as CSV', '[{"a":1}]', 'csv', 'LK3113', 'Expected CSV, got JSON from URL'],
    ['a PDF', '%PDF-1.7 …', 'any', 'LK3113', 'Expected a data file, got a PDF document from URL'],
  ])('%s', async (_, body, expectation, code, message) => {
    const { landing, url, site, spoolDir } = await answer(body, { 'content-type': 'text/csv' }, expectation);
    expect(await failure(landing)).toMatchObject({
      code,
      message: message.replace('URL', url),
      transient: message.includes('a web page'),
    });
    expect(site.seen).toHaveLength(message.includes('a web page') ? 2 : 1);
    expect((await readdir(spoolDir, { recursive: true })).filter((name) => name.endsWith('.body'))).toEqual(
      [],
    );
  });

  it.each([
    ['a PNG image', '89504e470d0a1a0a0000000d494844520000000a'],
    ['a JPEG image', 'ffd8ffe000104a464946'],
    ['a GIF image', '474946383961'],
    ['an SQLite database', '53514c69746520666f726d6174203300'],
    ['bytes that are no text', Buffer.from(Array.from({ length: 300 }, (_, i) => i * 37)).toString('hex')],
  ])(
    'B2, F10: at an address that promises nothing, what is no table is refused by name: %s',
    async (name, hex) => {
      const { landing, url } = await answer(Buffer.from(hex, 'hex'), {}, 'any');
      expect(await failure(landing)).toMatchObject({
        code: 'LK3113',
        message: `Expected a data file, got ${name} from ${url}`,
      });
    },
  );

  it('F10: a web page that is gone at the next try, as after maintenance, costs one request', async () => {
    const site = await server((_, response, before) => {
      response.end(before === 0 ? html : csv);
    });
    const { fetcher } = await world(site.origin);
    const { files, requests } = await fetcher.fetchPart(scope, part([request(`${site.origin}/file`)]));
    expect(await readFile(files[0]!.path, 'utf8')).toBe(csv);
    expect(requests).toBe(2);
  });

  it.each<[string, string | Buffer, string]>([
    ['csv', csv, 'csv'],
    ['json', '  [{"a":1}]', 'json'],
    ['json', '{"features":[]}', 'json'],
    ['UTF-16 without its mark', Buffer.from('имя,год\nёлка,2001\n'.repeat(20), 'utf16le'), 'csv'],
    ['text with stray zeros', 'a,b\n\0,1\n\0,2\n', 'csv'],
    ['xlsx or zip', Buffer.from('PK\x03\x04rest'), 'zip'],
    ['parquet', Buffer.from('PAR1rest'), 'parquet'],
  ])('where any format will do, the bytes name it: %s', async (_, body, format) => {
    const { landing } = await answer(body, {}, 'any');
    expect((await landing).decode).toEqual({ format });
  });

  it('data that mentions an error is no error', async () => {
    const { landing } = await answer('[{"error":true,"message":"a row"}]', {}, 'json');
    expect((await landing).files).toHaveLength(1);
  });
});

describe('the spool', () => {
  it('B20, B21: nothing that a portal or a manifest names reaches a path', async () => {
    const site = await server((_, response) => {
      response.writeHead(200, { 'content-disposition': 'attachment; filename="../../.bashrc"' }).end(csv);
    });
    const { fetcher, spoolDir } = await world(site.origin);
    const landed = await Promise.all(
      ['../../etc/passwd', 'CON', 'café', 'cafe\u0301', 'a/b', '.', '-rf', 'ü'.repeat(300)].map((partId) =>
        fetcher.fetchPart(
          { dataset: '../up', portal: 'city' },
          part([request(`${site.origin}/x`)], { partId, label: partId }),
        ),
      ),
    );
    const folders = landed.map(({ files }) => dirname(files[0]!.path));
    expect(new Set(folders).size).toBe(8);
    for (const folder of folders) {
      expect(folder.startsWith(`${spoolDir}/up-`)).toBe(true);
      expect(folder.slice(spoolDir.length)).toMatch(/^\/[a-z0-9_][a-z0-9_-]*\/[a-z0-9_][a-z0-9_-]*$/);
    }
  });

  it('keeps a ledger of finished bodies with what it takes to use them again', async () => {
    const site = await server((incoming, response) => {
      response
        .writeHead(200, { etag: '"e1"', 'last-modified': 'Sun, 27 Apr 2025 15:12:09 GMT' })
        .end(`path\n${incoming.url}\n`);
    });
    const { fetcher, spoolDir } = await world(site.origin);
    const landed = await fetcher.fetchPart(
      scope,
      part([request(`${site.origin}/1`), request(`${site.origin}/2`, { id: 'p00001' })], {
        partId: 'x',
        label: 'Report 2024',
      }),
    );
    await fetcher.close();
    const lines = (await readFile(`${spoolDir}/shootings/ledger.ndjson`, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.sort((a, b) => (a.request < b.request ? -1 : 1))).toEqual(
      landed.files.map((file) => ({
        part: 'x',
        request: file.requestId,
        asked: expect.stringMatching(/^[0-9a-f]{64}$/),
        url: file.url,
        file: file.path.slice(`${spoolDir}/shootings/`.length),
        bytes: file.bytes,
        wireBytes: file.wireBytes,
        ending: 'line',
        format: 'csv',
        sha256: file.sha256,
        etag: '"e1"',
        lastModified: 'Sun, 27 Apr 2025 15:12:09 GMT',
        status: 200,
      })),
    );
    expect(lines[0].file).toMatch(/^report-2024-[0-9a-f]{12}\/p00000\.body$/);
  });

  it('F24: a file of the spool that cannot be written is named, and the connection stays usable', async () => {
    const site = await server((_, response) => {
      response.end(csv);
    });
    const { fetcher, spoolDir } = await world(site.origin);
    const landed = await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
    const { path } = landed.files[0]!;
    await rm(path);
    await mkdir(path);
    expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])))).toMatchObject({
      code: 'LK3117',
      message: `Cannot write 42,788 bytes to ${path}: EISDIR`,
      transient: false,
    });
    await writeFile(`${spoolDir}/other`, '');
    expect(
      await failure(fetcher.fetchPart({ ...scope, dataset: 'other' }, part([request(`${site.origin}/x`)]))),
    ).toMatchObject({
      code: 'LK3117',
      message: expect.stringMatching(/other\/file-csv-[0-9a-f]{12}: (ENOTDIR|EEXIST)$/),
    });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'F23: a disk that is full while a body is fetched is named, with path and bytes',
    async () => {
      const site = await server((_, response) => {
        response.end(csv);
      });
      const { fetcher } = await world(site.origin);
      const { path } = (await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]))).files[0]!;
      await rm(path);
      await symlink('/dev/full', path);
      expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])))).toMatchObject({
        code: 'LK3117',
        message: `Cannot write 42,788 bytes to ${path}: the disk is full`,
        hint: 'Free some space and run the same command again; published tables are untouched',
      });
    },
  );
});
