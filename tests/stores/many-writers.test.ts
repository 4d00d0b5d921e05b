/** Processes that publish versions of one table in a bucket at once: LAKE_WRITERS of them, LAKE_WRITES versions each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LakeLocation } from '../../src/project/types.js';
import { expectNoneLost } from '../lakehouse/support/many-writers.js';
import { type TemporaryFolder, temporaryFolder } from '../lakehouse/support/temporary-folder.js';
import { kinds } from './support/in-buckets.js';
import { type Server, s3Keys } from './support/servers.js';

Object.assign(process.env, s3Keys);

const writers = Number(process.env['LAKE_WRITERS'] ?? 10);
const each = Number(process.env['LAKE_WRITES'] ?? 5);

describe.each(kinds)('$name', ({ name, type, start, extra }) => {
  let server: Server;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await start();
    await server.makeBucket('lake-test');
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  test('F26: processes that publish versions of one table in a bucket at once lose none, and publish none twice', async () => {
    const began = performance.now();
    const location = {
      type,
      bucket: 'lake-test',
      prefix: 'lake',
      endpoint: server.origin,
      ...extra,
      cache: { path: folder.path },
    } satisfies LakeLocation;
    await expectNoneLost(location, writers, each);
    expect.assertions(1 + writers * each + 4);
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(
      `${name}: ${writers} processes published ${writers * each} versions in ${seconds} s\n`,
    );
  }, 3_600_000);
});
