import { afterAll, beforeAll, describe } from 'vitest';
import { storeConformance } from '../lakehouse/stores/conformance.js';
import { type At, openedTwice } from './support/opened.js';
import { type Server, s3Keys, startMoto, startVersitygw } from './support/servers.js';

Object.assign(process.env, s3Keys);

describe.each([
  { name: 'versitygw', start: startVersitygw },
  { name: 'moto', start: startMoto },
])('$name', ({ start }) => {
  let server: Server;
  let at: At;
  beforeAll(async () => {
    server = await start();
    await server.makeBucket('lake-test');
    at = { type: 's3', bucket: 'lake-test', endpoint: server.origin, forcePathStyle: true };
  });
  afterAll(() => server.stop());

  storeConformance('a bucket of S3', () => openedTwice(at));
});
