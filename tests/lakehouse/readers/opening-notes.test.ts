import { describe, expect, test } from 'vitest';
import { openingNotes } from '../../../src/lakehouse/readers/opening-notes.js';

/** What stands below the first line, which is for people. */
const notes = (location: Parameters<typeof openingNotes>[0]) =>
  openingNotes(location)
    .slice(1)
    .map((line) => line.trim());

describe('how views.sql of a bucket is opened', () => {
  test('a lake on this machine needs nothing', () => {
    expect(openingNotes({ type: 'local', path: 'lake' })).toEqual([]);
  });

  test('Google: keys are to be filled in', () => {
    expect(notes({ type: 'gcs', bucket: 'city-lake', prefix: 'prod', keyFile: 'keys/secret.json' })).toEqual([
      'install httpfs; load httpfs;',
      `create secret (type gcs, key_id '<HMAC key>', secret '<its secret>', scope 'gs://city-lake/prod');`,
    ]);
  });

  test('Amazon: whatever the AWS configuration has', () => {
    expect(notes({ type: 's3', bucket: 'city-lake', region: 'eu-north-1', profile: "o'neil" })).toEqual([
      'install httpfs; load httpfs; install aws; load aws;',
      `create secret (type s3, provider credential_chain, profile 'o''neil', region 'eu-north-1', scope 's3://city-lake');`,
    ]);
  });

  test('a server of one’s own: its address, without a password that stands in it', () => {
    expect(
      notes({
        type: 's3',
        bucket: 'b',
        endpoint: 'http://me:hidden@127.0.0.1:9000/',
        forcePathStyle: true,
        anonymous: true,
      }),
    ).toEqual([
      'install httpfs; load httpfs;',
      `create secret (type s3, endpoint '127.0.0.1:9000', use_ssl false, url_style 'path', scope 's3://b');`,
    ]);
  });

  test('every note stays one comment, whatever stands in a prefix', () => {
    const text = openingNotes({ type: 'gcs', bucket: 'b', prefix: "it's", anonymous: true }).join('\n');
    expect(text).toContain(`scope 'gs://b/it''s'`);
  });
});
