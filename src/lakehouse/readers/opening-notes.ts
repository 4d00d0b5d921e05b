/**
 * What a plain DuckDB needs before it finds the files of a lake in a bucket: comments of `views.sql`, to be run with credentials of one's
 * own. What is a secret is never written there.
 * Source: https://duckdb.org/docs/stable/core_extensions/httpfs/s3api
 */
import type { LakeLocation } from '../../project/types.js';
import { quoteText } from '../../sql/quote.js';

export function openingNotes(location: LakeLocation): readonly string[] {
  if (location.type === 'local') return [];
  const { bucket, prefix = '' } = location;
  const scheme = location.type === 'gcs' ? 'gs' : 's3';
  const scope = `${scheme}://${bucket}/${prefix}`.replace(/\/$/, '');
  const settings = location.type === 'gcs' ? gcsSecret(location) : s3Secret(location);
  const needs = settings.some((setting) => setting.startsWith('provider')) ? ['httpfs', 'aws'] : ['httpfs'];
  const secret = [`type ${location.type}`, ...settings, `scope ${quoteText(scope)}`].join(', ');
  return [
    'Plain DuckDB opens it once it has been told how to get at the bucket, with credentials of your own:',
    `  ${needs.map((name) => `install ${name}; load ${name};`).join(' ')}`,
    `  create secret (${secret});`,
  ];
}

/** DuckDB reads Google's buckets through their S3 interface, which knows HMAC keys alone. */
function gcsSecret({ anonymous, endpoint }: LakeLocation): readonly string[] {
  const keys = anonymous ? [] : [`key_id '<HMAC key>'`, `secret '<its secret>'`];
  return [...keys, ...at(endpoint)];
}

function s3Secret({ anonymous, profile, region, endpoint, forcePathStyle }: LakeLocation): readonly string[] {
  return [
    ...(anonymous ? [] : ['provider credential_chain']),
    ...(profile === undefined ? [] : [`profile ${quoteText(profile)}`]),
    ...(region === undefined ? [] : [`region ${quoteText(region)}`]),
    ...at(endpoint),
    ...(forcePathStyle ? [`url_style 'path'`] : []),
  ];
}

/** The address without what it may hold of a user and a password. */
function at(endpoint: string | undefined): readonly string[] {
  if (endpoint === undefined) return [];
  const { host, pathname, protocol } = new URL(endpoint);
  const place = `${host}${pathname}`.replace(/\/$/, '');
  return [`endpoint ${quoteText(place)}`, ...(protocol === 'http:' ? ['use_ssl false'] : [])];
}
