import { afterAll, beforeAll, describe } from 'vitest';
import { storeConformance } from '../lakehouse/stores/conformance.js';
import { type At, openedTwice } from './support/opened.js';
import { type Server, startFakeGcs } from './support/servers.js';

let server: Server;
let at: At;
beforeAll(async () => {
  server = await startFakeGcs();
  await server.makeBucket('lake-test');
  at = { type: 'gcs', bucket: 'lake-test', endpoint: server.origin, anonymous: true };
});
afterAll(() => server.stop());

describe('fake-gcs-server', () => {
  storeConformance('a bucket of Google Cloud Storage', () => openedTwice(at));
});
